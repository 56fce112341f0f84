"""The end of a run: its proposals batch by batch, then its figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from models.plans import PlanStatus
from planner.plan import Plan
from services.planning.applying import apply_batch, read_plan
from services.planning.needs import Needs
from services.planning.problems import Built
from services.planning.runs import Watch, end_run, report
from services.steps import Steps

log = structlog.get_logger()
BATCH = 250  # visits in one transaction


@dataclass(frozen=True)
class Figures:
    """What a run did; `was_busy` if another one was at work and nothing was done."""

    visits: int = 0
    planned: int = 0
    unserved: int = 0
    was_busy: bool = False


async def write_plan(
    steps: Steps, watched: Watch, cause: str, built: Built, plan: Plan, needs: Needs, more: dict[str, Any]
) -> Figures:
    """Propose what the plan found; other steps come between the batches."""
    async with steps.look() as step:
        outcome = read_plan(step, built, plan, needs)
    count = len(built.visits)
    planned = unserved = moved = 0
    for begin in range(0, count, BATCH):
        rows = range(begin, min(count, begin + BATCH))
        done = await steps.run("system", partial(apply_batch, built=built, outcome=outcome, rows=rows))
        planned, unserved, moved = planned + done.planned, unserved + done.unserved, moved + done.moved
        if count > BATCH:
            await report(steps, watched.id, PlanStatus.APPLYING, done=rows.stop)
    details = {**more, **needs.figures(built.first_day), "moved_offers": moved}
    await end_run(steps, watched.id, PlanStatus.DONE, details, planned=planned, unserved=unserved, done=count)
    log.info("plan.applied", cause=cause, visits=count, planned=planned, unserved=unserved, moved=moved)
    return Figures(count, planned, unserved)
