"""Scenario 4: the retiree is found dead at the visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col

from domain.messages import MessageStatus
from domain.visits import FINAL, VisitKind, VisitStatus
from domain.workdays import add_working_days
from models.life import Incident, StatusProposal
from models.messages import Message
from models.retirees import CertificationEvent, LifeStatus, Retiree
from models.visits import Visit
from models.volunteers import MinutesEntry
from services.agency.lists import AgencyList
from services.calendars import holiday_table
from services.ladder import retiree_side
from services.life.deaths import reverse_death
from services.life.incidents import note_step
from services.life.proposals import load_proposal
from services.messages import queue_message
from services.steps import Step
from tests.factories import add_contact, add_visit, next_phone
from tests.scenarios.office import agency_list, tell_death
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.phone_page import open_page
from tests.scenarios.stage import Stage, texts_without

PHONE, DAUGHTER = next_phone(), next_phone()
KINDS = col(Visit.kind)


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 12, 0, 0, tzinfo=UTC)


async def at_the_door(stage: Stage) -> tuple[Visit, Retiree]:
    """A home certification is under way; a campaign's visit and a reminder wait."""

    async def fill(step: Step) -> Retiree:
        person = await add_certified(step, date(2025, 3, 18), phone=PHONE)
        await add_contact(step, person, phone=DAUGHTER)
        await add_crew(step, 2)
        await add_visit(
            step, VisitKind.TASK, person.id, title="送餐", opens_on=step.today + timedelta(days=9)
        )
        return person

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, KINDS == VisitKind.CERTIFICATION)
    visit = await stage.agree(visit.id)
    await stage.arrive(visit.id)

    async def one_more_text(step: Step) -> None:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        later = step.now + timedelta(minutes=11)
        to = await retiree_side(step, row)
        await queue_message(step, "R7", to, "later", {}, moment=later, send_at=later)

    await stage.run(one_more_text, "system")
    return visit, person


async def found_dead(stage: Stage, visit: Visit) -> None:
    await stage.wait_minutes(10)
    lead = (await stage.crew(visit.id))[0]
    page = await open_page(stage, visit, lead)
    await page.report("deceased", note="已拨120，在场等候")
    await stage.drain()


async def test_everything_stops_in_one_transaction(stage: Stage) -> None:
    visit, person = await at_the_door(stage)
    before = {number: len(await stage.phone(number)) for number in (PHONE, DAUGHTER)}
    await found_dead(stage, visit)

    row = await stage.retiree(person.id)
    assert (row.life_status, row.learnt_on) == (LifeStatus.DECEASED, stage.today)
    assert len(await stage.rows(CertificationEvent)) == 1, "nothing certified"
    after = await stage.visit(visit.id)
    assert (after.status, after.reason["code"]) == (VisitStatus.CANCELLED, "deceased")
    left = await stage.visits_of(person.id, col(Visit.status).not_in(FINAL))
    assert [(v.kind, v.title) for v in left] == [(VisitKind.EVENT, "condolence")]
    assert left[0].due_on == stage.today + timedelta(days=2)
    (told,) = await stage.matters("death")
    assert told.due_at.astimezone(stage.steps.zone).date() == stage.today, "the agency hears of it today"
    (proposal,) = await stage.rows(StatusProposal)
    assert (proposal.kind, proposal.status, proposal.source) == ("deceased", "open", "visit")
    assert sorted(m.minutes for m in await stage.rows(MinutesEntry)) == [30, 30]
    (incident,) = await stage.rows(Incident)
    assert (incident.kind, incident.visit_id) == ("found_dead", visit.id)
    support = [i for i in await stage.matters("support") if i.visit_id == visit.id]
    assert support, "somebody offers the visitors a talk"

    async def offered(step: Step) -> None:
        found = await step.session.get(Incident, incident.id)
        assert found is not None
        await note_step(step, found, "called_120", incident.began_at)
        await note_step(step, found, "support_offered", step.now)

    await stage.run(offered, "staff:officer")
    assert await stage.matters("support") == []

    # Edge: a text that was to leave a minute later does not, nor anything else for weeks.
    waiting = await stage.rows(Message, col(Message.template) == "R7")
    assert [(m.status, m.failure) for m in waiting] == [(MessageStatus.CANCELLED, "deceased")]
    await stage.at(20, 12)
    assert {number: len(await stage.phone(number)) for number in before} == before
    for volunteer in await stage.volunteers():
        assert texts_without(await stage.phone(volunteer.phone), "死亡", "去世")
    await stage.sound()


async def test_twenty_working_days_from_the_day_of_death(stage: Stage) -> None:
    visit, person = await at_the_door(stage)
    await found_dead(stage, visit)
    died_on = stage.today - timedelta(days=1)
    await tell_death(stage, person, died_on)
    (proposal,) = await stage.rows(StatusProposal)
    deadline = add_working_days(died_on, 20, holiday_table())
    assert (proposal.since_on, proposal.due_on) == (died_on, deadline.on)
    assert not proposal.is_late
    assert not proposal.due_is_provisional
    (line,) = await agency_list(stage, AgencyList.DEATHS, stage.today.replace(day=1))
    assert person.id_number in line


async def test_a_wrong_report_is_reversed_with_a_trace(stage: Stage) -> None:
    """Edge: the person lives; what is due falls due again."""
    visit, person = await at_the_door(stage)
    await found_dead(stage, visit)
    (proposal,) = await stage.rows(StatusProposal)

    async def reverse(step: Step) -> None:
        await reverse_death(step, await load_proposal(step, proposal.id), "医院误认，本人健在")

    await stage.run(reverse, "staff:yuhua")
    row = await stage.retiree(person.id)
    assert (row.life_status, row.died_on, row.learnt_on) == (LifeStatus.LIVING, None, None)
    (proposal,) = await stage.rows(StatusProposal)
    assert (proposal.status, proposal.decided_by) == ("withdrawn", "staff:yuhua")
    assert "误认" in proposal.reason
    assert [e.who for e in await stage.audited("proposal.withdrawn")] == ["staff:yuhua"]
    open_now = await stage.visits_of(person.id, col(Visit.status).not_in(FINAL))
    assert all(v.title != "condolence" for v in open_now)
    await stage.at(1, 9, 5)
    due = await stage.visits_of(person.id, KINDS == VisitKind.CERTIFICATION, col(Visit.status).not_in(FINAL))
    assert len(due) == 1, "due again, the clock never stopped"
    assert due[0].due_on == date(2026, 3, 31)
