"""Scenario 3: nobody opens: another day and half of the day, then a person; at high risk the same day."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.life import Incident
from models.messages import Message
from models.retirees import LifeStatus, Retiree
from models.visits import Visit, VisitReport
from models.volunteers import MinutesEntry
from services.life.hospital import Admission, admit
from services.life.incidents import note_step
from services.steps import Step
from tests.factories import add_contact, add_retiree, add_visit
from tests.scenarios.people import add_crew
from tests.scenarios.stage import Stage


async def care(stage: Stage, **person: object) -> Visit:
    async def fill(step: Step) -> Visit:
        retiree = await add_retiree(step, **person)  # type: ignore[arg-type]  # columns by name
        await add_contact(step, retiree)
        await add_crew(step, 8)
        return await add_visit(step, VisitKind.CARE, retiree.id, level=str(person.get("level", "")))

    visit: Visit = await stage.run(fill, "system")
    return visit


async def in_vain(stage: Stage, visit: Visit) -> Visit:
    """A pair has agreed, comes, and nobody opens."""
    await stage.agree(visit.id)
    crew = await stage.arrive(visit.id)
    await stage.wait_minutes(15)
    assert await stage.say(crew[0].phone, "没人在家") == "reported:nobody_home"
    return await stage.visit(visit.id)


async def test_tried_at_the_other_half_of_the_day_then_a_person_decides(stage: Stage) -> None:
    visit = await care(stage)
    zone, seen = stage.steps.zone, []
    for attempt in (1, 2, 3):
        before = await stage.agree(visit.id)
        assert before.starts_at is not None
        seen.append(before.starts_at.astimezone(zone))
        after = await in_vain(stage, visit)
        assert after.attempts == attempt
        assert len(await stage.rows(MinutesEntry)) == 2 * attempt, "who stood at the door is credited"
        (call,) = await stage.matters("call", "no_answer", "welfare")
        assert call.retiree_id == visit.retiree_id, "the contact is rung"
        if attempt < 3:
            assert after.status is VisitStatus.DUE
            assert after.opens_on > seen[-1].date()
            await stage.post("officer", f"/desk/{call.id}/close", version=call.version, resolution="无人接听")
    assert len({at.date() for at in seen}) == 3
    assert {at.hour < 12 for at in seen} == {True, False}, "in two parts of the day"
    assert after.status is VisitStatus.UNFILLED
    (item,) = await stage.matters("no_answer")
    assert (item.responsible, item.detail["attempts"]) == ("staff:officer", 3)
    assert {m.minutes for m in await stage.rows(MinutesEntry)} == {30}
    assert len(await stage.rows(VisitReport)) == 3
    await stage.sound()


async def alone(stage: Stage) -> Visit:
    return await care(stage, born_on=date(1940, 5, 1), flags=("living_alone",))


async def test_alone_at_high_risk_is_looked_for_the_same_day(stage: Stage) -> None:
    """Edge: officer after two hours, street after four, seen within a day; found in hospital."""
    visit = await in_vain(stage, await alone(stage))
    failed_at = stage.clock.now()
    await stage.wait_hours(2)
    (item,) = await stage.matters("welfare")
    assert item.responsible == "staff:officer"
    assert item.opened_at <= failed_at + timedelta(hours=2)
    await stage.wait_hours(2)
    (item,) = await stage.matters("welfare")
    assert item.responsible == "staff:street", "four hours after the visit"
    assert item.due_at <= failed_at + timedelta(hours=24)

    async def found_in_hospital(step: Step) -> None:
        (incident,) = await stage.rows(Incident)
        row = await step.session.get(Incident, incident.id)
        person = await step.session.get(Retiree, visit.retiree_id)
        assert row is not None
        assert person is not None
        await note_step(step, row, "asked_employer", step.now, "原单位告知住院")
        await admit(step, person, Admission(hospital="样本医院"))
        await note_step(step, row, "person_seen", step.now)

    await stage.run(found_in_hospital, "staff:street")
    retiree = await stage.retiree(visit.retiree_id)
    assert retiree.life_status is LifeStatus.HOSPITALISED
    assert await stage.matters("welfare") == []
    (event,) = await stage.visits_of(retiree.id, col(Visit.kind) == VisitKind.EVENT)
    assert event.due_on > stage.today
    assert (
        await stage.rows(Message, col(Message.status) == "queued", col(Message.audience) == "retiree")
    ) == []
    closed = list(await stage.rows(DeskItem, col(DeskItem.kind) == "welfare"))
    assert closed[0].closed_by.startswith("staff:")
