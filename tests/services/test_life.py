"""When life intervenes: refusals name their rule, deadlines move, people go on leave, duties return."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select

from domain.departures import ProposalKind
from domain.messages import MessageStatus
from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.life import HospitalStay, Incident, StatusProposal
from models.messages import Message
from models.retirees import LifeStatus, Retiree
from models.staff import Role, Staff
from models.visits import Visit
from models.volunteers import Volunteer, VolunteerStatus
from services import desk, visiting
from services.due.generate import generate_due
from services.errors import BadInput, WrongMoment
from services.life import deaths, hospital, incidents
from services.life.deadlines import load_year, settle_deadlines
from services.life.leave import set_leave
from services.life.proposals import propose, withdraw
from services.steps import Step
from services.visiting import ReportForm
from tests.factories import COMMUNITY, add_retiree, add_staff, add_visit
from tests.services.play import Play
from tests.services.scenes import agreed, crew, open_matters, row, rows

ID_NUMBER = "430102194203150022"
# The State Council's days off of 2027, as they might be published.
OFF = [date(2027, 1, n) for n in (1, 2, 3, 4)] + [date(2027, 2, n) for n in range(5, 13)]
OFF += [date(2027, 10, n) for n in range(1, 8)]


async def with_person(
    play: Play, work: Callable[[Step, Retiree], Awaitable[Any]], who: str = "staff:officer", **values: Any
) -> Any:
    """Run `work` in a step of its own about a new person (or the one of `person_id`)."""
    person_id = values.pop("person_id", None)

    async def run(step: Step) -> Any:
        person = (
            await step.session.get(Retiree, person_id) if person_id else await add_retiree(step, **values)
        )
        assert person is not None
        return await work(step, person)

    return await play.steps.run(who, run)


async def test_a_death_reported_twice_is_refused_kindly_and_a_missing_day_is_added(play: Play) -> None:
    first = await with_person(play, lambda s, r: deaths.report_death(s, r, None, source="visit"))
    assert (first.since_on, first.due_on) == (None, None)
    same = {"person_id": first.retiree_id}
    second = await with_person(play, lambda s, r: deaths.report_death(s, r, date(2026, 2, 10)), **same)
    assert (second.id, second.due_on, second.is_late) == (first.id, date(2026, 3, 16), False)
    with pytest.raises(WrongMoment, match=r"art\. 16\(4\).*recorded already"):
        await with_person(play, lambda s, r: deaths.report_death(s, r, date(2026, 2, 10)), **same)
    assert len(await rows(play, StatusProposal)) == 1
    assert (await row(play, Retiree, first.retiree_id)).died_on == date(2026, 2, 10)


@pytest.mark.parametrize(
    ("died_on", "learnt_on", "field"),
    [
        (date(2026, 3, 3), None, "since_on"),
        (date(2026, 2, 10), date(2026, 3, 3), "learnt_on"),
        (date(2026, 2, 10), date(2026, 2, 9), "learnt_on"),
    ],
)
async def test_days_that_cannot_be_are_refused_with_the_rule(
    play: Play, died_on: date, learnt_on: date | None, field: str
) -> None:
    with pytest.raises(BadInput, match=r"art\. 16\(4\)") as caught:
        await with_person(play, lambda s, r: deaths.report_death(s, r, died_on, learnt_on=learnt_on))
    assert caught.value.field == field
    assert await rows(play, StatusProposal) == []


async def test_a_retiree_who_visits_others_leaves_the_volunteers_with_the_death(play: Play) -> None:
    visit = await agreed(play)
    lead = (await crew(play, visit.id))[0]

    async def same_person(step: Step) -> None:
        volunteer = await step.session.get(Volunteer, lead.id)
        assert volunteer is not None
        volunteer.id_number = ID_NUMBER

    await play.steps.run("system", same_person)
    await with_person(play, lambda s, r: deaths.report_death(s, r, date(2026, 3, 1)), id_number=ID_NUMBER)
    await play.drain()
    assert (await row(play, Volunteer, lead.id)).status is VolunteerStatus.LEFT
    after = await play.visit(visit.id)
    assert after.status is VisitStatus.OFFERED, "the seat is offered again"
    waiting = await rows(play, Message, col(Message.person_id) == lead.id)
    assert all(m.status is not MessageStatus.QUEUED for m in waiting)


async def test_missing_and_found_again(play: Play) -> None:
    first = await with_person(
        play, lambda s, r: propose(s, r, ProposalKind.MISSING, date(2025, 8, 31), source="police")
    )
    assert first.due_on == date(2026, 3, 1)
    await play.steps.run("system", generate_due)
    await play.steps.run("system", generate_due)
    assert await open_matters(play) == ["suspend_missing"], "asked for once"

    async def found(step: Step) -> None:
        proposal = await step.session.get(StatusProposal, first.id)
        assert proposal is not None
        await withdraw(step, proposal, "已经找到", ended=True)

    await play.steps.run("staff:yuhua", found)
    assert (await row(play, Retiree, first.retiree_id)).life_status is LifeStatus.LIVING
    assert (await row(play, StatusProposal, first.id)).status == "ended"


async def test_deadlines_are_counted_again_when_the_table_arrives_and_owners_told(play: Play) -> None:
    play.clock.set(datetime(2026, 12, 29, 1, tzinfo=UTC))
    death = await with_person(play, lambda s, r: deaths.report_death(s, r, date(2026, 12, 10)))
    stay = await with_person(play, lambda s, r: hospital.admit(s, r, hospital.Admission("样本医院")))
    assert (death.due_on, death.due_is_provisional) == (date(2027, 1, 8), True)
    before = (await row(play, Visit, stay.visit_id)).due_on
    assert before == date(2027, 1, 4)

    moved = await play.steps.run("staff:city", lambda s: load_year(s, 2027, OFF, [], "国办发明电样本"))
    assert moved == 2
    death = await row(play, StatusProposal, death.id)
    assert (death.due_on, death.due_is_provisional) == (date(2027, 1, 11), False)
    assert (await row(play, Visit, stay.visit_id)).due_on == date(2027, 1, 5)
    assert not (await row(play, HospitalStay, stay.id)).visit_is_provisional
    told = await rows(play, DeskItem, col(DeskItem.kind) == "deadline_moved")
    assert sorted((i.detail["matter"], i.detail["before"], i.detail["after"]) for i in told) == [
        ("death_report", "2027-01-08", "2027-01-11"),
        ("hospital", "2027-01-04", "2027-01-05"),
    ]
    again = await play.steps.run("staff:city", lambda s: load_year(s, 2027, OFF, [], "国办发明电样本"))
    assert again == 0


async def test_a_hospital_visit_past_its_day_tells_nobody_of_moves_that_are_none(play: Play) -> None:
    play.clock.set(datetime(2027, 3, 1, 1, tzinfo=UTC))
    stay = await with_person(play, lambda s, r: hospital.admit(s, r, hospital.Admission()))
    due = (await row(play, Visit, stay.visit_id)).due_on
    for _ in range(10):
        play.clock.advance(timedelta(days=1))
        assert await play.steps.run("system", settle_deadlines) == 0
    assert (await row(play, Visit, stay.visit_id)).due_on == due
    assert await rows(play, DeskItem, col(DeskItem.kind) == "deadline_moved") == []


@pytest.mark.parametrize(
    ("off", "work", "field"),
    [
        (OFF[:3], [], "days_off"),
        ([*OFF, date(2025, 1, 1)], [], "days_off"),
        (OFF, OFF[:1], "work_days"),
    ],
)
async def test_a_table_that_is_none_is_refused(
    play: Play, off: list[date], work: list[date], field: str
) -> None:
    with pytest.raises(BadInput, match="Working days") as caught:
        await play.steps.run("staff:city", lambda s: load_year(s, 2027, off, work, "样本"))
    assert caught.value.field in (field, "source")


async def test_on_leave_everything_goes_to_the_next_at_once(play: Play) -> None:
    async def fill(step: Step) -> Visit:
        await add_staff(step, "officer", Role.COMMUNITY_OFFICER, COMMUNITY)
        await add_staff(step, "street", Role.STREET_COORDINATOR, COMMUNITY[:9])
        person = await add_retiree(step)
        visit = await add_visit(step, VisitKind.CARE, person.id)
        await desk.open_visit_item(step, visit, "alarm")
        return visit

    visit = await play.steps.run("system", fill)
    assert visit.responsible == "staff:officer"

    async def leave(step: Step, until: datetime | None) -> int:
        staff = next(s for s in await step.session.scalars(select(Staff)) if s.username == "officer")
        return await set_leave(step, staff, until)

    until = play.clock.now() + timedelta(days=3)
    assert await play.steps.run("staff:officer", lambda s: leave(s, until)) == 2
    assert (await play.visit(visit.id)).responsible == "staff:street"
    (item,) = await rows(play, DeskItem)
    assert item.responsible == "staff:street"
    with pytest.raises(BadInput):
        await play.steps.run("staff:officer", lambda s: leave(s, play.clock.now()))


async def test_an_outcome_for_a_visit_that_was_called_off_is_refused(play: Play) -> None:
    visit = await agreed(play)
    lead = (await crew(play, visit.id))[0]
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)

    async def off(step: Step) -> None:
        found = await step.session.get(Visit, visit.id)
        assert found is not None
        found.status, found.wake_at = VisitStatus.CANCELLED, None  # while the volunteers stood at the door

    await play.steps.run("system", off)
    form = ReportForm("late", "done_evidence")
    with pytest.raises(WrongMoment, match="called off"):
        await play.steps.run("v", lambda s: visiting.report(s, visit.id, lead.id, form))


async def test_an_emergency_is_kept_with_its_times(play: Play) -> None:
    began = play.clock.now() - timedelta(minutes=20)
    incident = await with_person(play, lambda s, r: incidents.begin(s, "emergency", began, retiree=r))

    async def note(step: Step, what: str, at: datetime) -> None:
        found = await step.session.get(Incident, incident.id)
        assert found is not None
        await incidents.note_step(step, found, what, at)

    for minutes, what in ((1, "called_120"), (3, "told_officer"), (15, "help_arrived")):
        at = began + timedelta(minutes=minutes)
        await play.steps.run("staff:officer", partial(note, what=what, at=at))
    with pytest.raises(BadInput, match="future"):
        await play.steps.run("staff:officer", lambda s: note(s, "called_110", s.now + timedelta(minutes=1)))
    with pytest.raises(BadInput):
        await play.steps.run("staff:officer", lambda s: note(s, "broke_the_door", began))
    async with play.steps.look() as step:
        _, lines = await incidents.load_incident(step, incident.id)
    assert [(line.step, (line.at - began).seconds // 60) for line in lines] == [
        ("called_120", 1),
        ("told_officer", 3),
        ("help_arrived", 15),
    ]
