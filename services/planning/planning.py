"""Planning the coming days: read, solve with no transaction open, apply what still holds."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlmodel import col, select

from domain.visits import PLANNABLE, SeatStatus, VisitStatus
from models.plans import PlanRun
from models.visits import Seat, Visit
from planner.budget import Budget
from planner.plan import Plan
from planner.solve import solve
from services import desk
from services.planning.problems import QUARTER, Built, build_problem, load_commitments
from services.planning.roster import load_roster
from services.steps import Step, Steps
from services.timeline import move, note

log = structlog.get_logger()
ITERATIONS_PER_VISIT = 20
MAX_ITERATIONS = 20_000


@dataclass(frozen=True)
class Figures:
    """What a run did."""

    visits: int = 0
    planned: int = 0
    unserved: int = 0


async def plan_visits(steps: Steps, cause: str, seed: int = 1) -> Figures:
    """Plan every visit that waits for a plan and may take place within the horizon."""
    async with steps.look() as step:
        first = first_day(step)
        days = step.policy.plan_horizon_days
        last = first + timedelta(days=days - 1)
        visits = list(
            await step.session.scalars(
                select(Visit)
                .where(col(Visit.status).in_(PLANNABLE), col(Visit.opens_on) <= last)
                .order_by(col(Visit.due_on), col(Visit.id))
            )
        )
    await steps.run("system", partial(_postpone, last=last))
    if not visits:
        return Figures()
    async with steps.look() as step:
        roster = await load_roster(step)
        built = await build_problem(
            step, visits, roster, first, days, await load_commitments(step, first, days)
        )
    budget = Budget(iterations=min(MAX_ITERATIONS, ITERATIONS_PER_VISIT * len(visits)))
    plan = await asyncio.to_thread(solve, built.problem, seed=seed, budget=budget)
    return await steps.run("system", lambda step: apply_plan(step, built, plan, cause))


async def _postpone(step: Step, last: date) -> None:
    """What opens only after the horizon is looked at again with the next plan, not every few minutes."""
    await step.session.execute(
        update(Visit)
        .where(
            col(Visit.status).in_(PLANNABLE),
            col(Visit.opens_on) > last,
            col(Visit.wake_at) < next_plan_at(step),
        )
        .values(wake_at=next_plan_at(step), step_attempts=0)
        .execution_options(synchronize_session=False)
    )


def first_day(step: Step) -> date:
    """Tomorrow, or the day after when tomorrow's first shift is too near to ask anybody kindly."""
    tomorrow = step.today + timedelta(days=1)
    opens = datetime.combine(tomorrow, step.policy.shift_parts.morning.start, step.zone)
    notice = timedelta(hours=step.policy.plan_notice_hours)
    return tomorrow if opens - step.now >= notice else tomorrow + timedelta(days=1)


async def apply_plan(step: Step, built: Built, plan: Plan, cause: str) -> Figures:
    """Propose people, days and times; visits that moved on meanwhile are left alone."""
    seats = plan.seats()
    why = {u.visit: {"code": u.reason, **u.detail} for u in plan.unserved}
    ids = [visit.id for visit in built.visits]
    current = {v.id: v for v in await step.session.scalars(select(Visit).where(col(Visit.id).in_(ids)))}
    places: dict[UUID, list[Seat]] = {i: [] for i in ids}
    for seat in await step.session.scalars(
        select(Seat).where(col(Seat.visit_id).in_(ids)).order_by(col(Seat.position))
    ):
        places[seat.visit_id].append(seat)
    planned = unserved = 0
    for v, seen in enumerate(built.visits):
        visit = current.get(seen.id)
        if visit is None or visit.version != seen.version or visit.status not in PLANNABLE:
            continue
        if (v, 0) in seats:
            await _propose(
                step, visit, places[visit.id], built, [seats[v, s] for s in range(visit.crew_size)]
            )
            planned += 1
        else:
            await leave_unplanned(step, visit, why.get(v, {"code": "not_planned"}))
            unserved += 1
    figures = Figures(len(built.visits), planned, unserved)
    step.session.add(
        PlanRun(
            started_at=step.now,
            first_day=built.first_day,
            days=built.problem.days,
            **asdict(figures),
            figures={"iterations": plan.iterations, "volunteers": built.problem.m},
            cause=cause,
        )
    )
    log.info("plan.applied", cause=cause, **asdict(figures))
    return figures


async def _propose(
    step: Step, visit: Visit, seats: list[Seat], built: Built, chosen: list[tuple[int, int, int]]
) -> None:
    _, day, start = chosen[0]
    local = datetime.combine(built.first_day + timedelta(days=day), time(), step.zone)
    visit.starts_at = local + timedelta(seconds=round_start(start))
    visit.reason = {}
    for seat, (volunteer, _, _) in zip(seats, chosen, strict=True):
        if seat.status is SeatStatus.OPEN:
            seat.proposed_id = built.roster.ids[volunteer]
    visit.wake_at, visit.wave = step.now, 0
    step.hint("visits.step", visit.id)
    await move(step, visit, VisitStatus.PLANNED, "visit.planned", starts_at=visit.starts_at.isoformat())


def round_start(start: int) -> int:
    """Seconds from midnight, up to the next quarter of an hour: a time that people can say.

    The problem's padded service times and whole-quarter windows leave room for it.
    """
    quarter = QUARTER * 60
    return -(-start // quarter) * quarter


async def leave_unplanned(step: Step, visit: Visit, why: dict[str, Any]) -> None:
    """Nobody fits: keep the reason, try again with tomorrow's plan, and tell a person when time runs out."""
    changed = visit.reason != why
    visit.reason, visit.step_attempts = why, 0
    visit.wake_at = next_plan_at(step)
    days_left = (visit.due_on - step.today).days
    if days_left > step.policy.unfilled_desk_days:
        if changed:
            await note(step, visit, "visit.not_planned", **why)
        return
    if visit.status is not VisitStatus.UNFILLED:
        await move(step, visit, VisitStatus.UNFILLED, "visit.unfilled", **why)
    await desk.open_visit_item(step, visit, "unfilled", **why)


def next_plan_at(step: Step) -> datetime:
    """The next morning's plan."""
    at = datetime.combine(step.today, step.policy.plan_at, step.zone)
    return at if at > step.now else at + timedelta(days=1)
