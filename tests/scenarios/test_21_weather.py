"""Scenario 21: a red warning of ice: a district rests, and those at high risk are rung."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.care import CareContact
from models.messages import Message
from models.retirees import Retiree
from models.visits import Visit
from services.contacts import ContactEntry, record_contact
from services.pauses import PauseForm, pause_area
from services.steps import Step
from tests.factories import OTHER_DISTRICT, add_retiree, add_visit, add_volunteer, next_phone
from tests.scenarios.people import add_crew
from tests.scenarios.stage import Stage

PHONE = next_phone()
DISTRICT = "430111000000"


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 1, 19, 1, 0, tzinfo=UTC)


async def agreed(stage: Stage) -> tuple[Visit, Visit, Retiree]:
    """(a visit of the district, one of another district, somebody of level A)"""

    async def fill(step: Step) -> tuple[Visit, Visit, Retiree]:
        person = await add_retiree(step, phone=PHONE)
        other = await add_retiree(step, division_code=OTHER_DISTRICT)
        alone = await add_retiree(step, born_on=date(1940, 5, 1), flags=("living_alone",))
        await add_crew(step, 2)
        for _ in range(2):
            await add_volunteer(step, division_code=OTHER_DISTRICT)
        opens = {"opens_on": step.today + timedelta(days=2), "due_on": step.today + timedelta(days=3)}
        return (
            await add_visit(step, VisitKind.CARE, person.id, **opens),
            await add_visit(step, VisitKind.CARE, other.id, division_code=OTHER_DISTRICT, **opens),
            alone,
        )

    here, elsewhere, alone = await stage.run(fill, "system")
    await stage.plan()
    return await stage.answer(here.id), await stage.answer(elsewhere.id), alone


async def pause(stage: Stage, days: int = 4) -> None:
    form = PauseForm(DISTRICT, stage.today, stage.today + timedelta(days=days), "低温雨雪冰冻红色预警")
    await stage.run(lambda step: pause_area(step, form), "staff:yuhua")


async def test_visits_shift_and_everybody_is_told_once(stage: Stage) -> None:
    here, elsewhere, _ = await agreed(stage)
    crew = await stage.crew(here.id)
    texts = len(await stage.phone(PHONE))
    await pause(stage)
    after = await stage.visit(here.id)
    assert (after.status, after.starts_at) == (VisitStatus.DUE, None)
    assert after.opens_on == stage.today + timedelta(days=5)
    assert after.due_on > after.opens_on
    same = await stage.visit(elsewhere.id)
    assert (same.status, same.starts_at) == (VisitStatus.ACCEPTED, elsewhere.starts_at)
    for volunteer in crew:
        assert sum("已取消" in t for t in await stage.phone(volunteer.phone)) == 1
    assert len(await stage.phone(PHONE)) == texts + 1
    assert [e.why for e in await stage.audited("pause.open")] == ["低温雨雪冰冻红色预警"]
    await stage.at(0, 19)
    after = await stage.answer(here.id)
    assert after.status is VisitStatus.ACCEPTED, after.reason
    assert after.starts_at is not None
    assert after.starts_at.astimezone(stage.steps.zone).date() >= date(2026, 1, 24)


async def test_level_a_is_rung_instead(stage: Stage) -> None:
    _, _, alone = await agreed(stage)
    await pause(stage)
    (call,) = await stage.matters("weather_call")
    assert (call.retiree_id, call.responsible) == (alone.id, "staff:officer")
    assert call.due_at <= stage.clock.now() + timedelta(hours=24)

    async def spoke(step: Step) -> None:
        row = await step.session.get(Retiree, alone.id)
        assert row is not None
        await record_contact(step, row, ContactEntry("phone", True, step.now))

    await stage.run(spoke, "staff:officer")
    assert await stage.matters("weather_call") == []
    assert len(await stage.rows(CareContact)) == 1, "a call with the person is a contact that counts"


async def test_nothing_is_planned_into_the_pause(stage: Stage) -> None:
    """Edge: what falls due meanwhile waits; a neighbour's word does not end a call."""
    _, _, alone = await agreed(stage)
    await pause(stage)
    until = stage.today + timedelta(days=4)
    await stage.at(3, 12)
    planned = await stage.rows(
        Visit, col(Visit.starts_at).is_not(None), col(Visit.division_code).startswith("430111")
    )
    days = [v.starts_at.astimezone(stage.steps.zone).date() for v in planned]
    assert all(day > until for day in days)

    async def hearsay(step: Step) -> None:
        row = await step.session.get(Retiree, alone.id)
        assert row is not None
        await record_contact(step, row, ContactEntry("hearsay", False, step.now))

    await stage.run(hearsay, "staff:officer")
    assert len(await stage.matters("weather_call")) == 1


async def test_not_more_texts_than_the_day_s_limit(stage: Stage) -> None:
    """Edge: paused, ended and paused again: nobody's phone rings all day."""
    await agreed(stage)
    for _ in range(3):
        await pause(stage)
    per_day: dict[tuple[str, date], int] = {}
    for message in await stage.rows(Message, col(Message.audience) == "retiree"):
        if message.status == "delivered" and message.submitted_at is not None:
            key = (message.phone, message.submitted_at.astimezone(stage.steps.zone).date())
            per_day[key] = per_day.get(key, 0) + 1
    assert max(per_day.values()) <= 2
