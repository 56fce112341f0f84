"""Runs of the planner as rows: one at a time in each lane, seen while they work, stopped when asked to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Event
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, case, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from models.columns import UtcDateTime
from models.plans import PlanRun, PlanStatus
from services.errors import NotFound, WrongMoment
from services.steps import Step, Steps

log = structlog.get_logger()
LEASE = timedelta(minutes=2)
LOOK_SECONDS = 2.0  # between two looks at whether somebody wants it to end
CITY = "city"  # lane of plans of everything that is open
FREED = "freed"  # lane of small plans for what fell free


@dataclass
class Watch:
    """A run under way: `stop` is set when somebody asked for its end."""

    id: UUID
    stop: Event = field(default_factory=Event)


async def open_run(
    steps: Steps,
    lane: str,
    cause: str,
    first: date,
    days: int,
    *,
    visits: int = 0,
    campaign_id: UUID | None = None,
) -> UUID | None:
    """A new run, or None if another one works in the lane. One whose worker died is ended first."""

    async def work(step: Step) -> UUID | None:
        holder = await step.session.scalar(select(PlanRun).where(col(PlanRun.lane) == lane))
        if holder is not None:
            if holder.lease_until is not None and holder.lease_until > step.now:
                return None
            _end(step, holder, PlanStatus.FAILED)
            holder.figures = {**holder.figures, "error": "its worker died"}
            await step.session.flush()
        run = PlanRun(
            started_at=step.now,
            first_day=first,
            days=days,
            visits=visits,
            planned=0,
            unserved=0,
            cause=cause,
            status=PlanStatus.READING,
            lane=lane,
            lease_until=step.now + LEASE,
            campaign_id=campaign_id,
        )
        step.session.add(run)
        return run.id

    return await steps.run("system", work)


async def is_working(step: Step, lane: str) -> bool:
    """Whether a run is at work in the lane."""
    lease = await step.session.scalar(select(col(PlanRun.lease_until)).where(col(PlanRun.lane) == lane))
    return lease is not None and lease > step.now


async def report(steps: Steps, run_id: UUID, status: PlanStatus, **values: Any) -> None:
    """How far the run is, for others to see; its lease begins anew."""

    async def work(step: Step) -> None:
        await step.session.execute(
            update(PlanRun)
            .where(col(PlanRun.id) == run_id, col(PlanRun.ended_at).is_(None))
            .values(status=status, lease_until=_longer(step), **values)
        )

    await steps.run("system", work)


@asynccontextmanager
async def watch(steps: Steps, run_id: UUID, *, is_part: bool = False) -> AsyncIterator[Watch]:
    """While the run works: its lease is renewed, and it learns when it is to stop.

    An error ends the run as failed (unless only a part of it failed) and goes on its way.
    """
    watched = Watch(run_id)
    task = asyncio.create_task(_look(steps, watched))
    try:
        yield watched
    except BaseException as error:
        if not is_part:
            with suppress(Exception):
                await end_run(steps, run_id, PlanStatus.FAILED, {"error": type(error).__name__})
        raise
    finally:
        watched.stop.set()  # a search still in its thread ends, too
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _look(steps: Steps, watched: Watch) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            if await steps.run("system", lambda step: _renew(step, watched.id)):
                watched.stop.set()
        except (SQLAlchemyError, OSError):  # the database is away: the lease is longer than that, or runs out
            log.exception("plan.watch_failed", run=str(watched.id))


def _longer(step: Step) -> Any:
    """The lease begins anew, unless it is longer: that of a run whose parts may wait for a worker."""
    until = bindparam("until", step.now + LEASE, type_=UtcDateTime())
    return case((col(PlanRun.lease_until) > until, col(PlanRun.lease_until)), else_=until)


async def _renew(step: Step, run_id: UUID) -> bool:
    """Whether the run is to end."""
    rows = await step.session.execute(
        update(PlanRun)
        .where(col(PlanRun.id) == run_id, col(PlanRun.ended_at).is_(None))
        .values(lease_until=_longer(step))
        .returning(col(PlanRun.stop_asked_by))
    )
    found = rows.first()
    return found is None or bool(found[0])


async def end_run(
    steps: Steps, run_id: UUID, status: PlanStatus, figures: dict[str, Any], **values: int
) -> None:
    """The run has ended; figures are added to those it has."""
    await steps.run("system", lambda step: finish(step, run_id, status, figures, **values))


async def finish(
    step: Step, run_id: UUID, status: PlanStatus, figures: dict[str, Any], **values: int
) -> None:
    """`end_run` within a step."""
    run = await step.session.get(PlanRun, run_id)
    if run is None or run.ended_at is not None:
        return
    for name, value in values.items():
        setattr(run, name, value)
    run.figures = {**run.figures, **figures}
    if status is PlanStatus.DONE and run.stop_asked_by:
        status = PlanStatus.STOPPED
    _end(step, run, status)


def _end(step: Step, run: PlanRun, status: PlanStatus) -> None:
    run.status, run.lane, run.lease_until, run.ended_at = status, None, None, step.now


async def ask_to_stop(step: Step, run_id: UUID) -> PlanRun:
    """The run ends soon with what it has found; raises NotFound, WrongMoment."""
    run = await step.session.get(PlanRun, run_id)
    if run is None:
        raise NotFound("plan", "There is no such plan.")
    if run.ended_at is not None:
        raise WrongMoment(run.status, "This plan has already ended.")
    run.stop_asked_by = step.actor
    return run
