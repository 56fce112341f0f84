"""Yes, no, and "I cannot come after all": one door for SMS, phone page, telephone and staff."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.offers import OfferStatus, is_standby, may_accept
from domain.visits import SeatStatus, VisitStatus
from models.retirees import Retiree
from models.visits import Offer, Seat, Visit
from models.volunteers import Volunteer
from services import absences, announcements, desk, texts
from services.crews import fill_seat, find_overlap, free_seat, open_seats
from services.errors import NotFound
from services.gathering import open_offers
from services.messages import cancel_messages
from services.numbers import visit_code
from services.offering import end_accepted_offer, end_offers
from services.people import load_seats, load_volunteers
from services.steps import Step
from services.timeline import move, note

ANSWERABLE = (VisitStatus.PLANNED, VisitStatus.OFFERED, VisitStatus.UNFILLED)

LOCK_VOLUNTEER = select(Volunteer).where(col(Volunteer.id) == bindparam("id")).with_for_update()


class Answer(StrEnum):
    """What became of an answer; each has its wording on page, board and SMS."""

    ACCEPTED = "accepted"  # the crew is complete
    WAITING = "waiting"  # yes is noted, the second person is still asked
    ALREADY_YOURS = "already_yours"
    STANDBY = "standby"  # somebody else was first; asked first if the seat falls free
    FILLED = "filled"  # somebody else was first, and it is too late or impossible to stand by
    EXPIRED = "expired"  # too late, and the time has passed or been given away
    OVERLAP = "overlap"  # has promised another visit at that time
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GONE = "gone"  # the visit no longer takes place


async def accept_offer(step: Step, offer_id: UUID, channel: str) -> Answer:
    """A yes. The first yes to a free seat wins; a late one counts while the seat is free, else it stands by.

    Raises:
        NotFound: no such offer.
    """
    offer, visit, volunteer = await _load(step, offer_id)
    if offer.status is OfferStatus.ACCEPTED:
        return Answer.ALREADY_YOURS
    if offer.status is not OfferStatus.OFFERED:  # asked again meanwhile: the yes is to that
        again = [o for o in await open_offers(step, visit) if o.volunteer_id == volunteer.id]
        offer = again[0] if again else offer
    if offer.status is OfferStatus.RELEASED or visit.starts_at != offer.starts_at:
        return (
            Answer.FILLED
            if visit.status not in (VisitStatus.CANCELLED, VisitStatus.SUPERSEDED)
            else Answer.GONE
        )
    if visit.status not in ANSWERABLE:
        if visit.status is VisitStatus.ACCEPTED:
            return await _stand_by(step, visit, offer, volunteer, channel)
        return Answer.FILLED if visit.status is VisitStatus.CHECKED_IN else Answer.GONE
    if not may_accept(offer.status, offer.answered_at, offer.starts_at, step.now, step.policy):
        return Answer.EXPIRED
    seats = await load_seats(step, visit)
    seat = _seat_for(offer, seats)
    if seat is None:
        return await _stand_by(step, visit, offer, volunteer, channel)
    if await find_overlap(step, volunteer.id, visit, offer.starts_at):
        return Answer.OVERLAP
    offer.status, offer.answered_at, offer.channel = OfferStatus.ACCEPTED, step.now, channel
    fill_seat(step, seat, volunteer.id, offer.code)
    await note(
        step, visit, "offer.accepted", volunteer=str(volunteer.id), seat=seat.position, channel=channel
    )
    return await settle_crew(step, visit, seats, volunteer, offer.code)


async def _stand_by(step: Step, visit: Visit, offer: Offer, volunteer: Volunteer, channel: str) -> Answer:
    """The seat is taken: who says yes all the same is asked first when it falls free."""
    if any(seat.volunteer_id == volunteer.id for seat in await load_seats(step, visit)):
        return Answer.ALREADY_YOURS
    if not may_accept(offer.status, offer.answered_at, offer.starts_at, step.now, step.policy):
        return Answer.FILLED
    if await find_overlap(step, volunteer.id, visit, offer.starts_at):
        return Answer.FILLED
    if not is_standby(offer.status, offer.channel):
        offer.status, offer.answered_at, offer.channel = OfferStatus.FILLED, step.now, channel
        await note(step, visit, "offer.standby", volunteer=str(volunteer.id), channel=channel)
    return Answer.STANDBY


def _seat_for(offer: Offer, seats: list[Seat]) -> Seat | None:
    """The seat asked for; a lead may also sit on the companion's place."""
    free = {seat.position: seat for seat in open_seats(seats)}
    return free.get(offer.position) or (free.get(1) if offer.position == 0 else None)


async def settle_crew(step: Step, visit: Visit, seats: list[Seat], newest: Volunteer, code: str) -> Answer:
    """After a yes: confirm the crew when it is complete, tell those still asked that it is."""
    still_open = open_seats(seats)
    offers = await open_offers(step, visit)
    if still_open:
        if visit.status is VisitStatus.UNFILLED:
            await move(step, visit, VisitStatus.OFFERED, "visit.offered", by="late_yes")
            visit.wake_at = step.now
        await texts.text_volunteer(step, "V8", newest, visit, code, f"{code}/waiting")
        filled = {s.position for s in seats} - {s.position for s in still_open}
        surplus = [o for o in offers if o.position in filled]
    else:
        surplus = offers
    people = await load_volunteers(
        step, [*(o.volunteer_id for o in surplus), *(s.volunteer_id for s in seats)]
    )
    await end_offers(step, visit, surplus, OfferStatus.FILLED, people, "V7")
    if still_open:
        return Answer.WAITING
    await confirm_crew(step, visit, [(s, people[s.volunteer_id]) for s in seats if s.volunteer_id])
    return Answer.ACCEPTED


async def confirm_crew(step: Step, visit: Visit, crew: list[tuple[Seat, Volunteer]]) -> None:
    """The visit is agreed: crew and retiree's side get time and code, the next look is at the start."""
    assert visit.starts_at is not None  # noqa: S101  # only visits with a time are answered
    visit.visit_code = visit.visit_code or visit_code()
    visit.accepted_at = step.now
    await move(step, visit, VisitStatus.ACCEPTED, "visit.accepted", crew=[str(v.id) for _, v in crew])
    visit.wake_at = visit.starts_at + timedelta(minutes=step.policy.no_show_minutes)
    await desk.close_visit_items(step, visit, "filled", "unfilled", "missed")
    await texts.text_crew_confirmed(step, visit, crew)
    if visit.retiree_id:
        retiree = await step.session.get(Retiree, visit.retiree_id)
        if retiree is not None:
            await announcements.announce(step, visit, retiree)


async def decline_offer(step: Step, offer_id: UUID, channel: str) -> Answer:
    """A no: the next candidate is asked at once."""
    offer, visit, volunteer = await _load(step, offer_id)
    if offer.status is OfferStatus.ACCEPTED:
        return await withdraw(step, visit.id, volunteer.id, channel)
    if offer.status is not OfferStatus.OFFERED and not is_standby(offer.status, offer.channel):
        return Answer.DECLINED
    offer.status, offer.answered_at, offer.channel = OfferStatus.DECLINED, step.now, channel
    await note(step, visit, "offer.declined", volunteer=str(volunteer.id), channel=channel)
    if visit.status is VisitStatus.OFFERED:
        visit.wake_at = step.now
        step.hint("visits.step", visit.id)
    return Answer.DECLINED


async def withdraw(step: Step, visit_id: UUID, volunteer_id: UUID, channel: str, reason: str = "") -> Answer:
    """Somebody who said yes cannot come: only that seat is offered again, what is agreed stays."""
    visit = await _visit(step, visit_id)
    volunteer = await _volunteer(step, volunteer_id)
    seats = await load_seats(step, visit)
    seat = next(
        (s for s in seats if s.volunteer_id == volunteer_id and s.status is SeatStatus.ACCEPTED), None
    )
    if seat is not None and visit.status is VisitStatus.CHECKED_IN:
        await absences.cannot_come(step, visit, seat, volunteer, reason)
        return Answer.WITHDRAWN
    if seat is None or visit.status not in (VisitStatus.ACCEPTED, *ANSWERABLE):
        return Answer.GONE
    code = seat.code
    free_seat(step, seat)
    await end_accepted_offer(step, visit, volunteer_id, OfferStatus.WITHDRAWN)
    await cancel_messages(step, visit=visit, person_id=volunteer_id, why="withdrawn")
    await texts.text_volunteer(step, "V13", volunteer, visit, code, f"{code}/withdrawn")
    if visit.status is VisitStatus.ACCEPTED:
        await move(
            step, visit, VisitStatus.OFFERED, "visit.crew_incomplete", volunteer=str(volunteer_id), why=reason
        )
    else:
        await note(step, visit, "offer.withdrawn", volunteer=str(volunteer_id), why=reason)
    visit.wave, visit.wake_at = 0, step.now
    if visit.starts_at and visit.starts_at - step.now < timedelta(hours=step.policy.offer_hours_short):
        await desk.open_visit_item(
            step, visit, "unfilled", due_at=step.now + timedelta(minutes=30), code="late_withdrawal"
        )
    step.hint("visits.step", visit.id)
    return Answer.WITHDRAWN


async def _load(step: Step, offer_id: UUID) -> tuple[Offer, Visit, Volunteer]:
    offer = await step.session.get(Offer, offer_id)
    if offer is None:
        raise NotFound("offer", "There is no such offer.")
    volunteer = await _volunteer(step, offer.volunteer_id)
    if not step.is_alone:
        await step.session.refresh(offer)
    return offer, await _visit(step, offer.visit_id), volunteer


async def _volunteer(step: Step, volunteer_id: UUID) -> Volunteer:
    """Locked first where others write too: two visits answered at once by one person must not both pass
    the look for overlaps.
    """
    if step.is_alone:
        volunteer = (await load_volunteers(step, [volunteer_id])).get(volunteer_id)
    else:
        volunteer = await step.session.scalar(LOCK_VOLUNTEER, {"id": volunteer_id})
    if volunteer is None:
        raise NotFound("volunteer", "There is no such volunteer.")
    return volunteer


async def _visit(step: Step, visit_id: UUID) -> Visit:
    visit = await step.session.get(Visit, visit_id)
    if visit is None:
        raise NotFound("visit", "There is no such visit.")
    return visit
