"""The next step of a visit whose time has come: one entry point for ticks and hints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.visits import FINAL, VisitStatus
from models.visits import Visit
from services import closing, desk, visiting
from services.gathering import gather
from services.offering import step_offers
from services.planning.unplanned import next_plan_at
from services.steps import Step
from services.timeline import note

log = structlog.get_logger()
MAX_ATTEMPTS = 5
VISITS = select(Visit).where(col(Visit.id).in_(bindparam("ids", expanding=True)))


async def step_visit(step: Step, visit_id: UUID) -> VisitStatus | None:
    """Do what the visit's status asks for now and set its next `wake_at`. Harmless when called too often."""
    return (await step_visits(step, [visit_id]))[0]


async def _step(step: Step, visit: Visit) -> VisitStatus:
    match visit.status:
        case VisitStatus.ACCEPTED | VisitStatus.CHECKED_IN:
            await _after_start(step, visit)
        case VisitStatus.MISSED:
            await closing.reopen_missed(step, visit)
        case VisitStatus.REPORTED | VisitStatus.RETURNED:
            # The matter lies on a desk, which passes it on; look again tomorrow.
            visit.wake_at = step.now + timedelta(days=1)
        case _:
            visit.wake_at = next_plan_at(step)
    visit.step_attempts = 0
    await step.session.flush()
    return visit.status


async def step_visits(step: Step, visit_ids: Sequence[UUID]) -> list[VisitStatus | None]:
    """`step_visit` for several in one step; those that ask people do it together."""
    visits = {v.id: v for v in await step.session.scalars(VISITS, {"ids": list(visit_ids)})}
    wanted = list(dict.fromkeys(visit_ids))
    found = [visits[id_] for id_ in wanted if id_ in visits and visits[id_].status not in FINAL]
    await gather(step, found)
    asking = []
    for visit in found:
        if visit.step_attempts > MAX_ATTEMPTS:
            await _set_aside(step, visit)
        elif visit.status in (VisitStatus.PLANNED, VisitStatus.OFFERED):
            asking.append(visit)
        else:
            await _step(step, visit)
    if asking:
        await step_offers(step, asking)
    after = {visit.id: visit.status for visit in found}
    return [after.get(id_) for id_ in wanted]


async def _after_start(step: Step, visit: Visit) -> None:
    assert visit.starts_at is not None  # noqa: S101  # agreed visits have their time
    look_at = visit.starts_at + timedelta(minutes=step.policy.no_show_minutes)
    if step.now < look_at:
        visit.wake_at = look_at
    else:
        await visiting.look_after_start(step, visit)


async def _set_aside(step: Step, visit: Visit) -> None:
    """A visit whose step fails again and again must not keep others waiting: a person looks at it."""
    log.error("visit.set_aside", visit=str(visit.id), attempts=visit.step_attempts)
    await desk.open_visit_item(step, visit, "step_failed", attempts=visit.step_attempts)
    await note(step, visit, "visit.set_aside", attempts=visit.step_attempts)
    visit.wake_at, visit.step_attempts = step.now + timedelta(hours=1), 0
