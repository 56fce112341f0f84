"""A visit has begun and one of the two has not come: somebody else takes the place, the visit goes on."""

from __future__ import annotations

from sqlmodel import col, select

from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitStatus
from models.visits import Offer, Seat, Visit
from models.volunteers import Volunteer
from services.audit import audit
from services.crews import fill_seat, free_seat
from services.errors import WrongMoment
from services.gathering import add_offers
from services.numbers import volunteer_code
from services.offering import end_accepted_offer
from services.steps import Step
from services.timeline import note
from services.volunteers.records import note_absence


async def replace_absent(step: Step, visit: Visit, seat: Seat, volunteer: Volunteer, reason: str) -> None:
    """The absent one is noted, the new one holds the seat and says on arrival that they are there.

    Raises:
        WrongMoment: nobody is at the door, or the seat's holder has arrived.
    """
    if visit.status is not VisitStatus.CHECKED_IN or seat.status is not SeatStatus.ACCEPTED:
        raise WrongMoment(visit.status, "Only somebody who has not come can be replaced now.")
    assert visit.starts_at is not None  # noqa: S101  # visits under way have their time
    absent = await step.session.scalar(select(Volunteer).where(col(Volunteer.id) == seat.volunteer_id))
    if absent is not None:
        await end_accepted_offer(step, visit, absent.id, OfferStatus.RELEASED)
        await note_absence(step, visit, absent)
    free_seat(step, seat)
    code = volunteer_code()
    offer = Offer(
        visit_id=visit.id,
        volunteer_id=volunteer.id,
        position=seat.position,
        status=OfferStatus.ACCEPTED,
        wave=visit.wave,
        code=code,
        starts_at=visit.starts_at,
        offered_at=step.now,
        expires_at=step.now,
        answered_at=step.now,
        channel="staff",
        why={"by": step.actor, "reason": reason},
        division_code=visit.division_code,
        managing_agency=visit.managing_agency,
    )
    add_offers(step, [offer])
    fill_seat(step, seat, volunteer.id, code)
    await audit(step, "visit.replace", visit, why=reason)
    await note(step, visit, "visit.assigned", volunteer=str(volunteer.id), seat=seat.position, reason=reason)
