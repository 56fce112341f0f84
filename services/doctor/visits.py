"""Invariants 1 to 3: waking, crews, overlaps, pairs."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from domain.visits import FINAL, STAFFED, SeatStatus, overlaps
from models.visits import Seat, Visit
from services.crews import HELD
from services.doctor.findings import Check
from services.steps import Step

# A wake-up that was due longer ago than a tick, a lease and a slow step was overlooked.
OVERLOOKED = timedelta(minutes=15)


async def check_waking(step: Step) -> Check:
    check = Check()
    rows = await step.session.scalars(select(Visit).where(col(Visit.status).not_in(FINAL)))
    for visit in rows:
        check.rows += 1
        if visit.wake_at is None:
            check.add("visits", visit.id, f"{visit.status} without a wake-up time")
        elif visit.wake_at < step.now - OVERLOOKED:
            check.add("visits", visit.id, f"{visit.status} should have woken at {visit.wake_at.isoformat()}")
        if not visit.responsible:
            check.add("visits", visit.id, "nobody is responsible")
    return check


async def check_crews(step: Step) -> Check:
    check = Check()
    crews: dict[UUID, list[Seat]] = defaultdict(list)
    sizes = {}
    rows = await step.session.execute(
        select(Seat, col(Visit.crew_size)).join(Visit, col(Visit.id) == col(Seat.visit_id))
    )
    for seat, size in rows:
        crews[seat.visit_id].append(seat)
        sizes[seat.visit_id] = size
    for visit_id, seats in crews.items():
        check.rows += 1
        held = [s.volunteer_id for s in seats if s.volunteer_id is not None]
        if len(seats) != sizes[visit_id]:
            check.add("visits", visit_id, f"{len(seats)} seats for a crew of {sizes[visit_id]}")
        if len(held) != len(set(held)):
            check.add("visits", visit_id, "one volunteer sits on both seats")
        for seat in seats:
            if (seat.status is SeatStatus.OPEN) != (seat.volunteer_id is None):
                check.add("seats", seat.id, f"{seat.status} with volunteer {seat.volunteer_id}")
    return check


async def check_overlaps(step: Step) -> Check:
    check = Check()
    rows = await step.session.execute(
        select(col(Seat.volunteer_id), col(Visit.id), col(Visit.starts_at), col(Visit.minutes))
        .join(Visit, col(Visit.id) == col(Seat.visit_id))
        .where(col(Seat.status).in_((*HELD, SeatStatus.DONE)), col(Visit.starts_at).is_not(None))
        .order_by(col(Seat.volunteer_id), col(Visit.starts_at))
    )
    before = None
    for volunteer_id, visit_id, starts_at, minutes in rows:
        assert starts_at is not None  # noqa: S101  # asked for in the query
        check.rows += 1
        if (
            before is not None
            and before[0] == volunteer_id
            and overlaps(before[2].timestamp(), before[3], starts_at.timestamp(), minutes, 0)
        ):
            check.add("visits", visit_id, f"overlaps visit {before[1]} of volunteer {volunteer_id}")
        before = (volunteer_id, visit_id, starts_at, minutes)
    return check


async def check_pairs(step: Step) -> Check:
    check = Check()
    rows = await step.session.execute(
        select(Visit, Seat)
        .join(Seat, col(Seat.visit_id) == col(Visit.id))
        .where(col(Visit.status).in_(STAFFED))
        .order_by(col(Visit.id))
    )
    for visit, seat in rows:
        check.rows += 1
        if seat.volunteer_id is None:
            check.add("visits", visit.id, f"{visit.status} but seat {seat.position} is empty")
    return check
