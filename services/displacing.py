"""Making room: what nobody has agreed to yet gives way to a visit that somebody is put on now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitStatus, overlaps
from models.visits import Offer, Seat, Visit
from services import offering
from services.gathering import open_offers
from services.people import load_seats, load_volunteers
from services.steps import Step
from services.timeline import move, note

PROPOSED = (
    select(Visit)
    .join(Seat, col(Seat.visit_id) == col(Visit.id))
    .where(
        col(Seat.proposed_id) == bindparam("volunteer"),
        col(Seat.status) == SeatStatus.OPEN,
        col(Visit.status) == VisitStatus.PLANNED,
    )
    .order_by(col(Visit.id))
)
ASKED = (
    select(Visit)
    .join(Offer, col(Offer.visit_id) == col(Visit.id))
    .where(col(Offer.volunteer_id) == bindparam("volunteer"), col(Offer.status) == OfferStatus.OFFERED)
    .order_by(col(Visit.id))
)


async def make_room(
    step: Step, visit: Visit, volunteer_id: UUID, starts_at: datetime, *, only_proposed: bool = False
) -> list[Visit]:
    """Take the volunteer's proposals and open offers that collide with the visit back; returns their visits.

    A proposal goes back to planning, an offer is released (who was asked is told) and the next is asked.
    """
    gone: list[Visit] = []
    ways = ((PROPOSED, _drop_proposal), (ASKED, _release_offer))
    for statement, give_back in ways[:1] if only_proposed else ways:
        for other in await step.session.scalars(statement, {"volunteer": volunteer_id}):
            if other.id != visit.id and _collides(step, visit, starts_at, other):
                await give_back(step, other, volunteer_id, visit)
                gone.append(other)
    return gone


def _collides(step: Step, visit: Visit, starts_at: datetime, other: Visit) -> bool:
    return other.starts_at is not None and overlaps(
        starts_at.timestamp(),
        visit.minutes,
        other.starts_at.timestamp(),
        other.minutes,
        step.policy.travel_buffer_minutes,
    )


async def _drop_proposal(step: Step, other: Visit, _volunteer_id: UUID, visit: Visit) -> None:
    for seat in await load_seats(step, other):
        seat.proposed_id = None
    other.starts_at, other.wake_at = None, step.now
    await move(step, other, VisitStatus.DUE, "visit.back_to_plan", code="gave_way", text=visit.number)


async def _release_offer(step: Step, other: Visit, volunteer_id: UUID, visit: Visit) -> None:
    offers = [o for o in await open_offers(step, other) if o.volunteer_id == volunteer_id]
    people = await load_volunteers(step, [volunteer_id])
    await offering.end_offers(step, other, offers, OfferStatus.RELEASED, people, "V7")
    other.wake_at = step.now
    step.hint("visits.step", other.id)
    await note(step, other, "offer.gave_way", volunteer=str(volunteer_id), text=visit.number)
