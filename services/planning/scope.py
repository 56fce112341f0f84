"""What a plan is about: the visits that wait, those that may move, and the days; and the search over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from time import thread_time
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from domain.visits import PLANNABLE, VisitKind
from models.visits import Visit
from planner.budget import Budget
from planner.plan import Plan
from planner.solve import solve
from services.planning.commitments import Commitment, load_commitments, movable
from services.planning.needs import Needs, find_needs
from services.planning.places import without_place
from services.planning.problems import Built, build_problem
from services.planning.remedies import CHANGES
from services.planning.roster import load_roster
from services.planning.runs import Watch
from services.planning.unplanned import first_day, leave_unplanned, next_plan_at
from services.steps import Step

Solver = Callable[..., Plan]  # as planner.solve.solve
TURNS_NOW = 5  # of the search for each visit that has its place already
MOST_TURNS = 2_000_000


@dataclass(frozen=True)
class Scope:
    """Which visits a plan is about: the days, those who wait, and the crews that may move."""

    first: date
    days: int
    visits: list[Visit]
    commitments: list[Commitment]
    moving: dict[UUID, list[Commitment]]


async def read_scope(step: Step, area: str = "") -> Scope:
    """All in an area (leading digits) who wait, and all who have a place that may still change."""
    first, last = first_day(step), last_day(step)
    far = _far(step)
    waiting = await waiting_visits(step, area)
    commitments = await load_commitments(step, first, (far - first).days + 1)
    kept = {
        visit_id: crew
        for visit_id, crew in movable(commitments).items()
        if crew[0].visit.division_code.startswith(area) and _fits(step, crew[0], first)
    }
    ends = [min(v.due_on, far) for v in waiting if v.kind is VisitKind.CAMPAIGN]
    longest = max([last, *ends, *(step.local_date(crew[0].starts_at) for crew in kept.values())])
    visits = waiting + [crew[0].visit for crew in kept.values()]
    within = [c for c in commitments if step.local_date(c.starts_at) <= longest]
    return Scope(first, (longest - first).days + 1, visits, within, kept)


async def narrow_scope(step: Step) -> Scope:
    """Only those who wait: all that was asked or proposed stays."""
    first, days = first_day(step), step.policy.plan_horizon_days
    return Scope(first, days, await waiting_visits(step), await load_commitments(step, first, days), {})


def _fits(step: Step, commitment: Commitment, first: date) -> bool:
    """Whether the rules would put the visit where it is: what a person set against them is not moved."""
    visit, local = commitment.visit, commitment.starts_at.astimezone(step.zone)
    is_near = visit.kind is VisitKind.CAMPAIGN or local.date() <= last_day(step)
    is_in_days = visit.opens_on <= local.date() <= max(visit.due_on, first)
    at = f"{local:%H:%M}"
    return is_near and is_in_days and any(opens <= at <= closes for opens, closes in visit.windows[:2])


async def build(step: Step, scope: Scope) -> Built:
    """The scope as arrays."""
    roster = await load_roster(step)
    return await build_problem(
        step, scope.visits, roster, scope.first, scope.days, scope.commitments, scope.moving
    )


def turns(step: Step, built: Built) -> int:
    """Of the search: many for those that wait, few for those that have a place."""
    placed = len(built.asked)
    waiting = len(built.visits) - placed
    return min(MOST_TURNS, step.policy.plan_turns * waiting + TURNS_NOW * placed)


def one_thread(step: Step, built: Built, seconds: int) -> Budget:
    """Turns from the policy, and at most so many seconds of the processor, in one thread.

    Not of the wall clock: on a busy machine the same plan would come out differently each time.
    """
    return Budget(turns(step, built), seconds, thread_time)


def search(
    built: Built,
    seed: int,
    budget: Budget,
    watched: Watch,
    start: Plan | None = None,
    threads: int = 1,
    solver: Solver = solve,
    changes: int = CHANGES,
) -> tuple[Plan, Needs]:
    """The plan and what it lacks, with the smallest change for so many visits; for a thread of its own."""
    begin = start or (built.start if built.start.routes else None)
    stop = watched.stop.is_set
    plan = solver(built.problem, seed=seed, budget=budget, stop=stop, start=begin, workers=threads)
    return plan, find_needs(built.problem, plan, changes)


def last_day(step: Step) -> date:
    """Of the horizon within which visits that are no campaign's are planned."""
    return first_day(step) + timedelta(days=step.policy.plan_horizon_days - 1)


def _far(step: Step) -> date:
    """The last day for which a campaign is planned now."""
    return first_day(step) + timedelta(days=step.policy.plan_campaign_days - 1)


def _open_until(step: Step) -> Any:
    """Visits that wait for a plan and may take place within their horizon."""
    in_time = (col(Visit.opens_on) <= last_day(step)) | (
        (col(Visit.kind) == VisitKind.CAMPAIGN) & (col(Visit.opens_on) <= _far(step))
    )
    return col(Visit.status).in_(PLANNABLE) & in_time & ~without_place()


async def waiting_visits(step: Step, area: str = "") -> list[Visit]:
    """Those that wait for a plan, the nearest due date first."""
    rows = await step.session.scalars(
        select(Visit)
        .where(_open_until(step), col(Visit.division_code).startswith(area))
        .order_by(col(Visit.due_on), col(Visit.id))
    )
    return list(rows)


async def count_waiting(step: Step) -> int:
    """How many wait for a plan."""
    count = await step.session.scalar(select(func.count(col(Visit.id))).where(_open_until(step)))
    return count or 0


async def postpone(step: Step) -> None:
    """What opens only after the horizon is looked at again with the next plan, not every few minutes.

    Where nobody knows the place, a person finds out before the time runs out.
    """
    for visit in await step.session.scalars(
        select(Visit).where(col(Visit.status).in_(PLANNABLE), without_place(), col(Visit.wake_at) <= step.now)
    ):
        await leave_unplanned(step, visit, {"code": "place_unknown"})
    await step.session.flush()
    await step.session.execute(
        update(Visit)
        .where(
            col(Visit.status).in_(PLANNABLE),
            ~_open_until(step),
            col(Visit.wake_at) < next_plan_at(step),
        )
        .values(wake_at=next_plan_at(step), step_attempts=0)
        .execution_options(synchronize_session=False)
    )
