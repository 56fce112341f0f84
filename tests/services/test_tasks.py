"""Volunteer tasks: what a coordinator may open, and each field that can be wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.visits import VisitKind, VisitStatus
from models.audit import AuditEntry
from models.retirees import LifeStatus, Retiree
from models.scope import SYSTEM
from models.visits import Visit
from services.errors import BadInput, NotFound
from services.steps import Steps
from services.tasks import TaskForm, open_task
from tests.factories import COMMUNITY, add_retiree

GOOD = TaskForm("政策宣讲", COMMUNITY, date(2026, 3, 5), date(2026, 3, 9))


async def count(steps: Steps, table: type[Any]) -> int:
    from sqlalchemy import func
    from sqlmodel import select

    async with steps.db.read(SYSTEM) as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_a_task_waits_for_the_next_plan(steps: Steps) -> None:
    form = replace(GOOD, title="  政策宣讲 ", minutes=90, crew_size=2, skills=["first_aid"])
    visit = await steps.run("staff:a", lambda step: open_task(step, form))
    assert (visit.kind, visit.status, visit.title) == (VisitKind.TASK, VisitStatus.DUE, "政策宣讲")
    assert (visit.minutes, visit.crew_size, visit.skills) == (90, 2, ["first_aid"])
    assert (visit.wake_at, visit.responsible) == (steps.clock.now(), "rule:city_desk")
    assert await count(steps, AuditEntry) == 1


async def test_the_same_task_may_be_opened_twice(steps: Steps) -> None:
    numbers = {(await steps.run("staff:a", lambda step: open_task(step, GOOD))).number for _ in range(2)}
    assert len(numbers) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "   "),
        ("title", "长" * 129),
        ("division_code", "430111999999"),
        ("due_on", date(2026, 3, 4)),
        ("due_on", date(2026, 3, 2)),
        ("crew_size", 0),
        ("crew_size", 3),
        ("minutes", 9),
        ("minutes", 481),
        ("skills", ["flying"]),
    ],
)
async def test_each_wrong_field_is_named_and_nothing_is_written(steps: Steps, field: str, value: Any) -> None:
    form = replace(GOOD, **{field: value})
    if field == "due_on" and value == date(2026, 3, 2):
        form = replace(form, opens_on=date(2026, 3, 1))
    with pytest.raises(BadInput) as refusal:
        await steps.run("staff:a", lambda step: open_task(step, form))
    assert refusal.value.field == field
    assert (await count(steps, Visit), await count(steps, AuditEntry)) == (0, 0)


async def test_nobody_is_sent_to_the_dead_or_the_unknown(steps: Steps) -> None:
    async def dead(step: Any) -> Retiree:
        return await add_retiree(step, life_status=LifeStatus.DECEASED)

    person = await steps.run("system", dead)
    with pytest.raises(BadInput) as refusal:
        await steps.run("staff:a", lambda step: open_task(step, replace(GOOD, retiree_id=person.id)))
    assert refusal.value.field == "retiree_id"
    with pytest.raises(NotFound):
        await steps.run("staff:a", lambda step: open_task(step, replace(GOOD, retiree_id=UUID(int=1))))


async def test_a_task_for_a_person_belongs_to_the_person_s_agency(steps: Steps) -> None:
    person = await steps.run("system", lambda step: add_retiree(step, managing_agency="xiangjiang"))
    visit = await steps.run("staff:a", lambda step: open_task(step, replace(GOOD, retiree_id=person.id)))
    assert visit.managing_agency == "xiangjiang"
