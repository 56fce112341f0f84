"""Planning the coming days: read, solve with no transaction open, apply what still holds."""

from __future__ import annotations

import asyncio

import structlog

from models.plans import PlanStatus
from planner.budget import Budget
from planner.solve import solve
from services.planning.figures import plan_figures
from services.planning.parts import open_parts
from services.planning.problems import Built
from services.planning.runs import CITY, FREED, is_working, open_run, report, watch
from services.planning.scope import (
    Scope,
    build,
    count_waiting,
    narrow_scope,
    one_thread,
    postpone,
    read_scope,
    search,
)
from services.planning.without_texts import missing_texts, refuse
from services.planning.writing import Figures, write_plan
from services.steps import Steps

log = structlog.get_logger()
# Plans that are made once more without wishes, for comparison: one a day, and those a person waits for.
COMPARED_CAUSES = ("evening", "command")
MOST_FREED = 1_000  # more at a time did not fall free, they are new: the whole city is planned


async def plan_visits(steps: Steps, cause: str, seed: int = 1, *, may_fan_out: bool = True) -> Figures:
    """Plan everything that may take place within the horizon and on which nobody has said yes.

    Proposals are free to move, offers dear; a campaign is planned further ahead than other visits. A large
    city is planned by districts on all workers (`may_fan_out`): then the run goes on after this returns.
    """
    if missing_texts(steps.contract):
        await steps.run("system", refuse)
        return Figures()
    await steps.run("system", postpone)
    async with steps.look() as step:
        if not await count_waiting(step):
            return Figures()
        scope = await read_scope(step)
        is_large = may_fan_out and len(scope.visits) >= step.policy.plan_fan_out_visits
        if not is_large:
            built = await build(step, scope)
            budget = one_thread(step, built, step.policy.plan_seconds)
    if is_large:
        run_id = await open_parts(steps, cause, scope)
        return Figures(len(scope.visits), was_busy=run_id is None)
    return await _carry_out(steps, CITY, cause, scope, built, budget, seed)


async def plan_freed(steps: Steps, cause: str, seed: int = 1) -> Figures:
    """Plan what waits now, at once and within seconds.

    Several at a time are a burst (snow, an illness going round): then proposals and offers may move too.
    While the whole city is being planned they wait for that.
    """
    if missing_texts(steps.contract):
        await steps.run("system", refuse)
        return Figures()
    await steps.run("system", postpone)
    async with steps.look() as step:
        if await is_working(step, CITY):
            return Figures(was_busy=True)
        waiting = await count_waiting(step)
        if 0 < waiting <= MOST_FREED:
            is_burst = waiting >= step.policy.replan_burst_visits
            scope = await (read_scope if is_burst else narrow_scope)(step)
            built = await build(step, scope)
            budget = one_thread(step, built, step.policy.replan_seconds)
    if not waiting:
        return Figures()
    if waiting > MOST_FREED:
        return await plan_visits(steps, cause, seed)
    return await _carry_out(steps, FREED, cause, scope, built, budget, seed)


async def _carry_out(
    steps: Steps, lane: str, cause: str, scope: Scope, built: Built, budget: Budget, seed: int
) -> Figures:
    """A run from its row to its end. No transaction is open while it solves."""
    count = len(scope.visits)
    run_id = await open_run(steps, lane, cause, scope.first, scope.days, visits=count)
    if run_id is None:
        log.info("plan.busy", lane=lane, cause=cause)
        return Figures(was_busy=True)
    async with watch(steps, run_id) as watched:
        await report(steps, run_id, PlanStatus.SOLVING)
        plan, needs = await asyncio.to_thread(
            search, built, seed, budget, watched, solver=steps.solver or solve
        )
        is_compared = cause in COMPARED_CAUSES
        more = await asyncio.to_thread(
            plan_figures, built, plan, seed, budget, watched, is_compared=is_compared
        )
        return await write_plan(steps, watched, cause, built, plan, needs, more)
