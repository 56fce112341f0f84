"""What follows from what the visitors found (§1.5), and from a visitor who does not come."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col

from domain.visits import SeatStatus, VisitStatus
from models.desk import DeskItem
from models.retirees import LifeStatus
from models.staff import Role
from models.visits import Visit, VisitReport
from models.volunteers import MinutesEntry, Volunteer
from services import visiting
from services.errors import BadInput, NotAllowed, WrongMoment
from services.planning.planning import plan_visits
from services.visiting import ReportForm
from tests.factories import add_staff
from tests.services.play import Play
from tests.services.scenes import agreed, crew, offered, open_matters, retiree_of, row, rows, say_yes


async def at_the_door(play: Play, *, arrive: int = 2, **values: Any) -> Visit:
    """An agreed visit at its start, with so many of its crew there."""
    visit = await agreed(play, **values)
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)
    await play.tick()
    for volunteer in (await crew(play, visit.id))[:arrive]:
        await play.steps.run("v", partial(visiting.check_in, visit_id=visit.id, volunteer_id=volunteer.id))
    return visit


async def tell(play: Play, visit: Visit, outcome: str, key: str = "form") -> Visit:
    lead = (await crew(play, visit.id))[0]
    await play.steps.run("v", lambda step: visiting.report(step, visit.id, lead.id, ReportForm(key, outcome)))
    await play.drain()
    return await play.visit(visit.id)


@pytest.mark.parametrize(
    ("outcome", "matter", "life", "minutes"),
    [
        ("refused", "call_by_staff", LifeStatus.LIVING, 30),
        ("hospitalised", "hospital", LifeStatus.HOSPITALISED, 30),
        ("moved", "transfer", LifeStatus.AWAY, 30),
        ("missing", "status_proposal", LifeStatus.MISSING, 30),
        ("imprisoned", "status_proposal", LifeStatus.IMPRISONED, 30),
        ("wrong_person", "fraud_case", LifeStatus.LIVING, 30),
        ("cannot_verify", "staff_visit", LifeStatus.LIVING, 30),
        ("aborted_safety", "safety_incident", LifeStatus.LIVING, 30),
    ],
)
async def test_what_visitors_cannot_finish_goes_to_a_person(
    play: Play, outcome: str, matter: str, life: LifeStatus, minutes: int
) -> None:
    visit = await at_the_door(play)
    play.clock.advance(timedelta(minutes=10))
    after = await tell(play, visit, outcome)
    assert (after.status, after.reason) == (VisitStatus.CANCELLED, {"code": outcome})
    (item,) = await rows(play, DeskItem, col(DeskItem.closed_at).is_(None), col(DeskItem.kind) == "outcome")
    assert item.detail["matter"] == matter
    agency = {"wrong_person": ["fraud"], "imprisoned": ["proposal"]}.get(outcome, [])
    assert sorted(await open_matters(play)) == sorted(["outcome", *agency])
    at_once = outcome in ("missing", "wrong_person", "aborted_safety")
    assert (item.due_at - play.clock.now() <= timedelta(minutes=30)) == at_once
    assert (await retiree_of(play, visit)).life_status is life
    assert [m.minutes for m in await rows(play, MinutesEntry)] == [minutes, minutes]


async def test_a_death_found_at_the_door_ends_everything(play: Play) -> None:
    visit = await at_the_door(play)
    after = await tell(play, visit, "deceased")
    assert after.status is VisitStatus.CANCELLED
    assert (await retiree_of(play, visit)).life_status is LifeStatus.DECEASED
    assert await open_matters(play) == ["death", "outcome", "support"]
    await play.wait(timedelta(days=3))
    assert await play.texts("R4") == []
    assert await play.texts("R5") == []


async def test_nobody_home_is_tried_at_the_other_half_of_the_day(play: Play) -> None:
    visit = await at_the_door(play)
    after = await tell(play, visit, "nobody_home")
    assert (after.status, after.attempts, after.starts_at) == (VisitStatus.DUE, 1, None)
    assert visit.starts_at is not None
    was_morning = visit.starts_at.astimezone(play.steps.zone).hour < 12
    assert after.windows == ([["14:30", "17:00"]] if was_morning else [["09:00", "11:30"]])
    assert after.opens_on > visit.starts_at.date()
    assert after.wake_at is not None
    assert all(s.status is SeatStatus.OPEN for s in await play.seats(visit.id))
    assert [m.minutes for m in await rows(play, MinutesEntry)] == [30, 30]


async def test_after_three_times_in_vain_a_person_decides(play: Play) -> None:
    visit = await at_the_door(play, volunteers=10)
    after = await tell(play, visit, "nobody_home", "1")
    for number in ("2", "3"):
        assert after.status is VisitStatus.DUE
        await plan_visits(play.steps, "test")
        await play.tick()
        after = await say_yes_anew(play, visit)
        assert after.starts_at is not None
        play.clock.set(after.starts_at)
        after = await tell(play, after, "nobody_home", number)
    assert (after.status, after.attempts) == (VisitStatus.UNFILLED, 3)
    assert await open_matters(play) == ["no_answer"]


async def say_yes_anew(play: Play, visit: Visit) -> Visit:
    for offer in await play.offers(visit.id):
        if offer.status == "offered":
            await play.say((await row(play, Volunteer, offer.volunteer_id)).phone, f"{offer.code} 1")
    after = await play.visit(visit.id)
    assert after.status is VisitStatus.ACCEPTED
    return after


async def test_one_form_twice_is_one_report(play: Play) -> None:
    visit = await at_the_door(play)
    await tell(play, visit, "done_evidence")
    await tell(play, visit, "done_evidence")
    assert len(await rows(play, VisitReport)) == 1
    assert len(await rows(play, MinutesEntry)) == 2
    with pytest.raises(WrongMoment):
        await tell(play, visit, "nobody_home", "another")


async def test_reports_that_make_no_sense_are_refused(play: Play) -> None:
    visit = await agreed(play)
    with pytest.raises(WrongMoment):
        await tell(play, visit, "done_evidence")
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)
    with pytest.raises(BadInput):
        await tell(play, visit, "all_fine")
    in_crew = {v.id for v in await crew(play, visit.id)}
    stranger = next(v for v in await rows(play, Volunteer) if v.id not in in_crew)
    with pytest.raises(NotAllowed):
        await play.steps.run("v", lambda step: visiting.check_in(step, visit.id, stranger.id))
    assert await rows(play, VisitReport) == []


async def test_one_of_a_pair_is_not_there(play: Play) -> None:
    await play.steps.run("system", lambda step: add_staff(step, "officer", Role.COMMUNITY_OFFICER, "430111"))
    visit = await at_the_door(play, arrive=1)
    there, absent = await crew(play, visit.id)
    await play.wait(timedelta(minutes=15))
    assert len(await play.texts("C2")) == 1, "a person has half an hour"
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "no_show")
    assert (item.responsible, item.detail["absent"]) == ("staff:officer", [str(absent.id)])
    assert (await play.visit(visit.id)).status is VisitStatus.CHECKED_IN

    await play.wait(timedelta(minutes=30))
    after = await play.visit(visit.id)
    assert (after.status, after.starts_at) == (VisitStatus.DUE, None)
    (entry,) = await rows(play, MinutesEntry)
    assert (entry.volunteer_id, entry.minutes) == (there.id, 45)
    assert (await row(play, Volunteer, absent.id)).no_shows == 1
    assert (await row(play, Volunteer, there.id)).no_shows == 0
    await play.tick()
    assert [str(m.status) for m in await play.texts("R4")] == ["delivered"]


async def test_the_second_person_comes_late_but_in_time(play: Play) -> None:
    visit = await at_the_door(play, arrive=1)
    await play.wait(timedelta(minutes=20))
    late = (await crew(play, visit.id))[1]
    await play.steps.run("v", lambda step: visiting.check_in(step, visit.id, late.id))
    assert "no_show" not in await open_matters(play)
    await play.wait(timedelta(minutes=40))
    assert (await play.visit(visit.id)).status is VisitStatus.CHECKED_IN


async def test_a_yes_does_not_open_the_door_before_its_day(play: Play) -> None:
    visit = await offered(play)
    await say_yes(play, visit.id)
    lead = (await crew(play, visit.id))[0]
    with pytest.raises(WrongMoment, match="early"):
        await play.steps.run("v", lambda step: visiting.check_in(step, visit.id, lead.id))
