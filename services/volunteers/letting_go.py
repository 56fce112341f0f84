"""A volunteer may not go to some visits any more: seats, offers and proposals there are for others."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitStatus
from models.visits import Offer, Seat, Visit
from models.volunteers import Volunteer
from services.answers import ANSWERABLE, withdraw
from services.offering import end_offers
from services.steps import Step
from services.timeline import note


async def let_go(step: Step, volunteer: Volunteer, why: str, *where: ColumnElement[bool]) -> int:
    """Give back what the volunteer holds of the visits that meet the conditions (on `Visit`).

    Only that seat is offered again; who has arrived finishes the visit. Returns how many promises ended.
    """
    open_to_change = (col(Visit.status).in_((VisitStatus.ACCEPTED, *ANSWERABLE)), *where)
    promised = await step.session.scalars(
        select(col(Visit.id))
        .join(Seat, col(Seat.visit_id) == col(Visit.id))
        .where(
            col(Seat.volunteer_id) == volunteer.id, col(Seat.status) == SeatStatus.ACCEPTED, *open_to_change
        )
        .order_by(col(Visit.starts_at), col(Visit.id))
    )
    ids = list(promised)
    for visit_id in ids:
        await withdraw(step, visit_id, volunteer.id, "staff", why)
    await _release_offers(step, volunteer, why, open_to_change)
    proposed = await step.session.execute(
        select(Seat, Visit)
        .join(Visit, col(Visit.id) == col(Seat.visit_id))
        .where(col(Seat.proposed_id) == volunteer.id, col(Seat.status) == SeatStatus.OPEN, *open_to_change)
    )
    for seat, visit in proposed.all():
        seat.proposed_id = None
        if visit.status in (VisitStatus.PLANNED, VisitStatus.OFFERED):
            visit.wake_at = step.now
    await step.session.flush()
    return len(ids)


async def _release_offers(
    step: Step, volunteer: Volunteer, why: str, open_to_change: tuple[ColumnElement[bool], ...]
) -> None:
    asked = await step.session.execute(
        select(Offer, Visit)
        .join(Visit, col(Visit.id) == col(Offer.visit_id))
        .where(
            col(Offer.volunteer_id) == volunteer.id, col(Offer.status) == OfferStatus.OFFERED, *open_to_change
        )
    )
    for offer, visit in asked.all():
        await end_offers(step, visit, [offer], OfferStatus.RELEASED, {volunteer.id: volunteer}, "V5")
        await note(step, visit, "offer.released", volunteer=str(volunteer.id), why=why)
        if visit.status in (VisitStatus.PLANNED, VisitStatus.OFFERED):
            visit.wake_at = step.now
            step.hint("visits.step", visit.id)
