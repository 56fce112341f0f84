"""Seats: filling them, giving them back, and the times they keep free."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.visits import SeatStatus, overlaps
from models.visits import Seat, Visit
from services.steps import Step

HELD = (SeatStatus.ACCEPTED, SeatStatus.CHECKED_IN)
HELD_VISITS = (
    select(Visit)
    .join(Seat, col(Seat.visit_id) == col(Visit.id))
    .where(
        col(Seat.volunteer_id) == bindparam("volunteer"),
        col(Seat.status).in_(HELD),
        col(Visit.starts_at) >= bindparam("start"),
        col(Visit.starts_at) < bindparam("end"),
    )
)


async def held_visits(step: Step, volunteer_id: UUID, start: datetime, end: datetime) -> list[Visit]:
    """Visits the volunteer has promised between two instants."""
    if volunteer_id in step.moved:
        await step.session.flush()
    with step.session.no_autoflush:  # what else waits is about other people's seats
        rows = await step.session.scalars(
            HELD_VISITS, {"volunteer": volunteer_id, "start": start, "end": end}
        )
    return list(rows)


async def find_overlap(step: Step, volunteer_id: UUID, visit: Visit, starts_at: datetime) -> Visit | None:
    """A promised visit that collides with this one, travel time included (invariant 2)."""
    near = timedelta(hours=12)
    for other in await held_visits(step, volunteer_id, starts_at - near, starts_at + near):
        if (
            other.id != visit.id
            and other.starts_at is not None
            and overlaps(
                starts_at.timestamp(),
                visit.minutes,
                other.starts_at.timestamp(),
                other.minutes,
                step.policy.travel_buffer_minutes,
            )
        ):
            return other
    return None


def fill_seat(step: Step, seat: Seat, volunteer_id: UUID, code: str) -> None:
    seat.status, seat.volunteer_id, seat.code = SeatStatus.ACCEPTED, volunteer_id, code
    seat.accepted_at = step.now
    step.moved.add(volunteer_id)


def free_seat(step: Step, seat: Seat) -> None:
    """Nobody holds it any more; who held it stays in offers and timeline."""
    if seat.volunteer_id is not None:
        step.moved.add(seat.volunteer_id)
    seat.status, seat.volunteer_id, seat.code, seat.proposed_id = SeatStatus.OPEN, None, "", None
    seat.accepted_at = seat.checked_in_at = seat.done_at = None
    seat.check_in_place = ""


def open_seats(seats: list[Seat]) -> list[Seat]:
    return [seat for seat in seats if seat.status is SeatStatus.OPEN]
