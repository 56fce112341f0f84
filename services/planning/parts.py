"""A large city's plan on several workers: each district by itself, then all of it joined.

First every district is planned with the people of its own pool. The last district to end wakes the join: it
starts from what the districts found, gives the city pool to those who are left, heaviest first, and polishes
over the borders. The rows say what is done, so a part whose worker died is taken again by another.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy import update
from sqlmodel import col, select

from models.plans import PlanPart, PlanRun, PlanStatus
from planner.budget import Budget
from planner.plan import Plan
from services.planning.figures import plan_figures
from services.planning.problems import Built, routes_of
from services.planning.runs import CITY, finish, open_run, report, watch
from services.planning.scope import Scope, build, one_thread, read_scope, search, turns
from services.planning.writing import write_plan
from services.steps import Step, Steps

log = structlog.get_logger()
HINT = timedelta(minutes=1)  # a part whose hint was lost is looked at again
PART_LEASE = timedelta(minutes=10)
LATEST = timedelta(hours=1)  # neither the join waits longer for a district, nor others for the run
MOST_ATTEMPTS = 3
MOST_THREADS = 4
CITY_WIDE = ""  # the area of the join


async def open_parts(steps: Steps, cause: str, scope: Scope) -> UUID | None:
    """A run with a part for each district, handed to the workers; None if another run is at work."""
    count = len(scope.visits)
    run_id = await open_run(steps, CITY, cause, scope.first, scope.days, visits=count)
    if run_id is None:
        return None
    districts: dict[str, int] = {}
    for visit in scope.visits:
        area = visit.division_code[:6]
        districts[area] = districts.get(area, 0) + 1

    async def work(step: Step) -> None:
        for area, visits in sorted(districts.items()):
            part = PlanPart(run_id=run_id, area=area, visits=visits, wake_at=step.now + HINT)
            step.session.add(part)
            step.hint("plan.part", part.id)
        step.session.add(PlanPart(run_id=run_id, area=CITY_WIDE, visits=count, wake_at=step.now + LATEST))
        await step.session.execute(
            update(PlanRun)
            .where(col(PlanRun.id) == run_id)
            .values(status=PlanStatus.SOLVING, lease_until=step.now + LATEST)
        )

    await steps.run("system", work)
    log.info("plan.fanned_out", run=str(run_id), districts=len(districts), visits=count)
    return run_id


async def plan_part(steps: Steps, part_id: UUID) -> None:
    """Plan a district, or join all of them; does nothing if another worker is at it or has done it."""
    part = await steps.run("system", lambda step: _claim(step, part_id))
    if part is None:
        return
    if part.area == CITY_WIDE:
        await _join(steps, part)
    elif part.attempts > MOST_ATTEMPTS:
        log.error("plan.part_given_up", run=str(part.run_id), area=part.area)
        await steps.run("system", lambda step: _keep(step, part, []))
    else:
        seats = await _plan_district(steps, part)
        await steps.run("system", lambda step: _keep(step, part, seats))


async def _claim(step: Step, part_id: UUID) -> PlanPart | None:
    """The part, if it is to be done and nobody is at it; an unfinished one falls due again with its lease."""
    until = step.now + PART_LEASE
    rows = await step.session.execute(
        update(PlanPart)
        .where(
            col(PlanPart.id) == part_id,
            col(PlanPart.done_at).is_(None),
            col(PlanPart.lease_until).is_(None) | (col(PlanPart.lease_until) <= step.now),
        )
        .values(lease_until=until, wake_at=until, attempts=col(PlanPart.attempts) + 1)
        .returning(col(PlanPart.id))
        .execution_options(synchronize_session=False)
    )
    if rows.first() is None:
        return None
    part = await step.session.get(PlanPart, part_id)
    assert part is not None  # noqa: S101  # just updated
    run = await step.session.get(PlanRun, part.run_id)
    if run is None or run.ended_at is not None:
        part.done_at, part.wake_at = step.now, None
        return None
    if part.area == CITY_WIDE and part.attempts > MOST_ATTEMPTS:
        part.done_at, part.wake_at = step.now, None
        await finish(step, run.id, PlanStatus.FAILED, {"error": "the districts could not be joined"})
        return None
    run.lease_until = step.now + LATEST
    return part


async def _plan_district(steps: Steps, part: PlanPart) -> list[list[Any]]:
    """The district's own visits by its own pool."""
    async with steps.look() as step:
        built = await build(step, await read_scope(step, part.area))
        budget = one_thread(step, built, step.policy.plan_seconds)
    async with watch(steps, part.run_id, is_part=True) as watched:
        plan, _ = await asyncio.to_thread(search, _own_pool(built, part.area), 1, budget, watched, changes=0)
    return _to_rows(built, plan)


def _own_pool(built: Built, area: str) -> Built:
    """The same problem in which only the district's own pool is on duty."""
    problem = built.problem
    own = (problem.kpool == 0) & (problem.kdist == int(area))
    shifts = np.where(own[:, None, None], problem.kshift, -1)
    return replace(built, problem=replace(problem, kshift=shifts))


def _to_rows(built: Built, plan: Plan) -> list[list[Any]]:
    return [
        [str(built.visits[v].id), seat, str(built.roster.ids[k]), day, start]
        for (v, seat), (k, day, start) in sorted(plan.seats().items())
        if v < len(built.visits)
    ]


def _from_rows(built: Built, rows: list[list[Any]]) -> Plan:
    """What the districts found in the terms of the whole city; who was asked stays, of other pools too."""
    asked = {int(v) for v in built.problem.offered[:, 0]}
    row_of = {str(visit.id): v for v, visit in enumerate(built.visits) if v not in asked}
    volunteer_of = {str(k): row for k, row in built.roster.row_of.items()}
    seats = [
        (row_of[visit], seat, volunteer_of[volunteer], day, start)
        for visit, seat, volunteer, day, start in rows
        if visit in row_of and volunteer in volunteer_of
    ]
    return routes_of([tuple(row) for row in built.problem.offered.tolist()] + seats)


async def _keep(step: Step, part: PlanPart, seats: list[list[Any]]) -> None:
    """The district is done; the last one wakes the join."""
    # Districts that end at the same time wait for one another here, so that one of them is the last.
    await step.session.execute(
        update(PlanRun)
        .where(col(PlanRun.id) == part.run_id)
        .values(done=col(PlanRun.done) + part.visits)
        .execution_options(synchronize_session=False)
    )
    row = await step.session.get(PlanPart, part.id)
    assert row is not None  # noqa: S101  # parts are not deleted
    if row.done_at is not None:
        return
    row.seats, row.done_at, row.wake_at, row.lease_until = seats, step.now, None, None
    await step.session.flush()
    left = await step.session.scalar(
        select(col(PlanPart.id))
        .where(
            col(PlanPart.run_id) == part.run_id,
            col(PlanPart.area) != CITY_WIDE,
            col(PlanPart.done_at).is_(None),
        )
        .limit(1)
    )
    if left is None:
        join = await step.session.scalar(
            select(PlanPart).where(col(PlanPart.run_id) == part.run_id, col(PlanPart.area) == CITY_WIDE)
        )
        assert join is not None  # noqa: S101  # made with the districts
        join.wake_at = step.now + HINT
        step.hint("plan.part", join.id)


async def _join(steps: Steps, part: PlanPart) -> None:
    """City pool and borders over what the districts found; then the proposals."""
    async with watch(steps, part.run_id, is_part=True) as watched:
        await report(steps, part.run_id, PlanStatus.SOLVING, done=0)
        async with steps.look() as step:
            run = await step.session.get(PlanRun, part.run_id)
            assert run is not None  # noqa: S101  # found by the claim
            rows = await step.session.scalars(
                select(col(PlanPart.seats)).where(col(PlanPart.run_id) == part.run_id)
            )
            seats = [seat for found in rows for seat in found]
            scope = await read_scope(step)
            shift = (scope.first - run.first_day).days
            built = await build(step, scope)
            budget = Budget(turns(step, built), step.policy.plan_seconds)
        start = _from_rows(built, [[*row[:3], row[3] - shift, row[4]] for row in seats if row[3] >= shift])
        threads = min(MOST_THREADS, os.cpu_count() or 1)
        plan, needs = await asyncio.to_thread(search, built, 1, budget, watched, start, threads)
        more = await asyncio.to_thread(plan_figures, built, plan, 1, budget, watched, is_compared=False)
        more["districts"] = await steps.run("system", partial(_districts, run_id=part.run_id))
        await write_plan(steps, watched, run.cause, built, plan, needs, more)
    await steps.run("system", partial(_end_join, part_id=part.id))


async def _districts(step: Step, run_id: UUID) -> list[dict[str, Any]]:
    """What each district found by itself, for the run's page."""
    parts = await step.session.scalars(
        select(PlanPart)
        .where(col(PlanPart.run_id) == run_id, col(PlanPart.area) != CITY_WIDE)
        .order_by(col(PlanPart.area))
    )
    return [
        {
            "division": f"{part.area}000000",
            "visits": part.visits,
            "planned": len({row[0] for row in part.seats}),
            "attempts": part.attempts,
        }
        for part in parts
    ]


async def _end_join(step: Step, part_id: UUID) -> None:
    """The run has ended; what the districts found is not needed any more."""
    part = await step.session.get(PlanPart, part_id)
    assert part is not None  # noqa: S101  # parts are not deleted
    await step.session.execute(
        update(PlanPart)
        .where(col(PlanPart.run_id) == part.run_id)
        .values(seats=[], done_at=step.now, wake_at=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
