"""When plans are made and for which days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from config.clock import ManualClock
from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.visits import Visit
from scheduler.ticks import tick
from services.desk import close_item
from services.planning.planning import plan_visits
from services.planning.problems import round_start
from services.planning.unplanned import first_day
from services.steps import Step, Steps
from tests.factories import add_retiree, add_visit, add_volunteer


@pytest.mark.parametrize(("start", "rounded"), [(32400, 32400), (32401, 33300), (33299, 33300), (0, 0)])
def test_starts_are_rounded_up_to_the_quarter(start: int, rounded: int) -> None:
    assert round_start(start) == rounded


async def test_nobody_is_planned_for_a_shift_that_is_too_near(steps: Steps, clock: ManualClock) -> None:
    async with steps.look() as step:  # nine in the morning
        assert first_day(step) == step.today + timedelta(days=1)
    clock.advance(timedelta(hours=8))
    async with steps.look() as step:  # five in the afternoon: tomorrow at half past eight is too near
        assert first_day(step) == step.today + timedelta(days=2)


async def test_a_visit_beyond_the_horizon_waits_for_the_next_morning(
    steps: Steps, clock: ManualClock
) -> None:
    async def fill(step: Step) -> Visit:
        retiree = await add_retiree(step)
        await add_volunteer(step)
        later = step.today + timedelta(days=30)
        return await add_visit(step, VisitKind.CARE, retiree.id, opens_on=later, due_on=later)

    visit = await steps.run("system", fill)
    await plan_visits(steps, "test")
    sent: list[str] = []
    clock.advance(timedelta(hours=1))
    await tick(steps, lambda actor, _ids: sent.append(actor))
    assert sent == []
    async with steps.look() as step:
        row = await step.session.get(Visit, visit.id)
    assert row is not None
    assert row.status is VisitStatus.DUE
    assert row.wake_at is not None
    assert row.wake_at > clock.now()


async def test_a_visit_nobody_can_do_keeps_its_reason_and_goes_to_a_person_when_time_runs_out(
    steps: Steps, clock: ManualClock
) -> None:
    async def fill(step: Step) -> tuple[Visit, Visit]:
        retiree = await add_retiree(step)
        await add_volunteer(step, skills=())
        need = {"skills": ["certifier"], "crew_size": 1}
        early = await add_visit(step, VisitKind.CERTIFICATION, retiree.id, **need)
        soon = step.today + timedelta(days=2)
        late = await add_visit(step, VisitKind.CERTIFICATION, retiree.id, due_on=soon, **need)
        return early, late

    early, late = await steps.run("system", fill)
    figures = await plan_visits(steps, "test")
    assert (figures.visits, figures.planned, figures.unserved) == (2, 0, 2)
    async with steps.look() as step:
        rows = {v.id: v for v in [await step.session.get(Visit, i) for i in (early.id, late.id)] if v}
    assert rows[early.id].status is VisitStatus.DUE
    assert rows[late.id].status is VisitStatus.UNFILLED
    assert {row.reason["code"] for row in rows.values()} == {"no_one_with_skill"}


@pytest.mark.parametrize(("kind", "rests"), [(VisitKind.CARE, True), (VisitKind.CERTIFICATION, False)])
async def test_a_visit_nobody_takes_that_a_person_saw_to_rests_a_week_unless_it_certifies(
    steps: Steps, clock: ManualClock, kind: VisitKind, rests: bool
) -> None:
    async def fill(step: Step) -> None:
        retiree = await add_retiree(step)
        soon = step.today + timedelta(days=1)
        await add_visit(step, kind, retiree.id, opens_on=soon, due_on=soon)

    async def matter() -> DeskItem:
        async with steps.look() as step:
            return (
                await step.session.scalars(select(DeskItem).where(col(DeskItem.kind) == "unfilled"))
            ).one()

    await steps.run("system", fill)
    await plan_visits(steps, "test")
    item = await matter()
    await steps.run("staff:city", lambda step: close_item(step, item.id, "seen_to"))
    clock.advance(timedelta(days=1))
    await plan_visits(steps, "test")
    assert ((await matter()).closed_at is not None) is rests
    clock.advance(timedelta(days=7))
    await plan_visits(steps, "test")
    assert (await matter()).closed_at is None
