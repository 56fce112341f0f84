"""What a coordinator decides about a visit: who goes, when, or that nobody does. Each with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from domain.offers import OfferStatus
from domain.outcomes import STAFF_LEAD
from domain.visits import FINAL, SeatStatus, VisitStatus
from models.retirees import Retiree
from models.visits import Offer, Seat, Visit
from models.volunteers import Volunteer, VolunteerSkill, VolunteerStatus
from services import announcements, closing, desk, texts
from services.answers import Answer, settle_crew
from services.audit import audit
from services.crews import fill_seat, find_overlap, free_seat
from services.displacing import make_room
from services.errors import BadInput, NotAllowed, NotFound, WrongMoment
from services.gathering import add_offers, open_offers
from services.messages import cancel_messages
from services.numbers import volunteer_code
from services.offering import end_accepted_offer, end_offers, release_crew
from services.people import load_seats, load_volunteers
from services.replacing import replace_absent
from services.steps import Step
from services.timeline import move, note
from services.volunteers.fitness import check_crew, check_fitness

ASSIGNABLE = (
    VisitStatus.DUE,
    VisitStatus.PLANNED,
    VisitStatus.OFFERED,
    VisitStatus.UNFILLED,
    VisitStatus.MISSED,
    VisitStatus.ACCEPTED,
)


async def assign(
    step: Step,
    visit_id: UUID,
    position: int,
    volunteer_id: UUID,
    reason: str,
    *,
    starts_at: datetime | None = None,
) -> Answer:
    """Put a volunteer who agreed (by telephone, in person) on a seat.

    Raises:
        NotFound, WrongMoment, NotAllowed, BadInput: unknown rows, a visit that has ended, a volunteer who
            is paused or busy at that time, a visit without a time.
    """
    visit = await load_visit(step, visit_id)
    if visit.status is VisitStatus.CHECKED_IN:
        return await _take_place(step, visit, position, volunteer_id, reason)
    if visit.status not in ASSIGNABLE:
        raise WrongMoment(visit.status, "Nobody can be assigned to this visit any more.")
    at = starts_at or visit.starts_at
    if at is None or at <= step.now:
        raise BadInput("starts_at", "Choose a day and time in the future first.", "starts_at")
    volunteer = await _able(step, visit, position, volunteer_id, at)
    if visit.status is VisitStatus.MISSED:
        await closing.reopen_missed(step, visit)
    seats = await load_seats(step, visit)
    seat = _seat(seats, position, volunteer_id)
    if seat.volunteer_id == volunteer_id:
        return Answer.ALREADY_YOURS
    if seat.volunteer_id is not None:
        await _replace(step, visit, seat.volunteer_id, seat.code)
        free_seat(step, seat)
    await _set_time(step, visit, seats, at)
    if visit.status is not VisitStatus.OFFERED:
        await _make_offered(step, visit)
    for offer in await open_offers(step, visit):
        if offer.volunteer_id == volunteer_id:
            offer.status, offer.answered_at = OfferStatus.RELEASED, step.now
    code = volunteer_code()
    add_offers(step, [_agreed_offer(step, visit, position, volunteer_id, code, reason)])
    fill_seat(step, seat, volunteer_id, code)
    await make_room(step, visit, volunteer_id, at)
    await audit(step, "visit.assign", visit, why=reason)
    await note(step, visit, "visit.assigned", volunteer=str(volunteer_id), seat=position, reason=reason)
    answer = await settle_crew(step, visit, seats, volunteer, code)
    if answer is Answer.WAITING:
        visit.wake_at = step.now
        await announcements.take_back(step, visit, keep=visit.starts_at)
    return answer


async def _set_time(step: Step, visit: Visit, seats: list[Seat], at: datetime) -> None:
    if visit.starts_at != at:
        if any(s.volunteer_id is not None for s in seats):
            raise NotAllowed("time_agreed", "Somebody has agreed to the visit's time: reschedule it first.")
        await _let_go(step, visit)
    visit.starts_at = at


async def _take_place(step: Step, visit: Visit, position: int, volunteer_id: UUID, reason: str) -> Answer:
    """The visit has begun: in place of whoever has not come."""
    volunteer = await _able(step, visit, position, volunteer_id, visit.starts_at or step.now)
    seat = _seat(await load_seats(step, visit), position, volunteer_id)
    await replace_absent(step, visit, seat, volunteer, reason)
    return Answer.ACCEPTED


def _seat(seats: list[Seat], position: int, volunteer_id: UUID) -> Seat:
    seat = next((s for s in seats if s.position == position), None)
    if seat is None:
        raise BadInput("position", "This visit has no such seat.", "position")
    if any(s.volunteer_id == volunteer_id and s is not seat for s in seats):
        raise NotAllowed("twice", "This volunteer already has the other seat.")
    return seat


async def _able(step: Step, visit: Visit, position: int, volunteer_id: UUID, at: datetime) -> Volunteer:
    volunteer = await step.session.get(Volunteer, volunteer_id)
    if volunteer is None:
        raise NotFound("volunteer", "There is no such volunteer.")
    if volunteer.status is not VolunteerStatus.ACTIVE:
        raise NotAllowed("not_active", "This volunteer is not active.")
    await check_fitness(step, visit, volunteer, step.local_date(at))
    if position == 0 and (missing := await _lacks(step, visit, volunteer, at)):
        raise NotAllowed("lacks_skill", f"The lead of this visit needs: {', '.join(missing)}.")
    await _check_pair(step, visit, position, volunteer, at)
    if await find_overlap(step, volunteer_id, visit, at):
        raise NotAllowed("overlap", "This volunteer has promised another visit at that time.")
    return volunteer


async def _check_pair(step: Step, visit: Visit, position: int, volunteer: Volunteer, at: datetime) -> None:
    """With whoever has the other seat; a crew that is not complete yet is not looked at."""
    if visit.status is VisitStatus.MISSED:
        return  # its crew goes with the new time
    others = [s.volunteer_id for s in await load_seats(step, visit) if s.position != position]
    people = [row for row in (await load_volunteers(step, others)).values() if row.id != volunteer.id]
    if len(people) + 1 == visit.crew_size:
        check_crew(step, visit, [volunteer, *people], step.local_date(at))


async def _lacks(step: Step, visit: Visit, volunteer: Volunteer, at: datetime) -> list[str]:
    """Skills of the lead that the volunteer does not hold on the day (rule VOL-04)."""
    rows = await step.session.scalars(
        select(VolunteerSkill).where(col(VolunteerSkill.volunteer_id) == volunteer.id)
    )
    day = step.local_date(at)
    held = {row.skill for row in rows if row.valid_until is None or row.valid_until >= day}
    held |= {STAFF_LEAD} if volunteer.is_staff else set()
    return [skill for skill in visit.skills if skill not in held]


def _agreed_offer(
    step: Step, visit: Visit, position: int, volunteer_id: UUID, code: str, reason: str
) -> Offer:
    assert visit.starts_at is not None  # noqa: S101  # set by the caller
    return Offer(
        visit_id=visit.id,
        volunteer_id=volunteer_id,
        position=position,
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


async def _make_offered(step: Step, visit: Visit) -> None:
    if visit.status is VisitStatus.DUE:
        await move(step, visit, VisitStatus.PLANNED, "visit.planned", by=step.actor)
    await move(step, visit, VisitStatus.OFFERED, "visit.offered", by=step.actor)


async def _replace(step: Step, visit: Visit, volunteer_id: UUID, code: str) -> None:
    people = await load_volunteers(step, [volunteer_id])
    await end_accepted_offer(step, visit, volunteer_id, OfferStatus.RELEASED)
    await cancel_messages(step, visit=visit, person_id=volunteer_id, why="replaced")
    if volunteer_id in people:
        await texts.text_volunteer(step, "V5", people[volunteer_id], visit, code, f"{code}/replaced")


async def reoffer(step: Step, visit_id: UUID, reason: str) -> Visit:
    """Ask again: everybody who has not said yes is let go, and the ladder starts anew."""
    visit = await load_visit(step, visit_id)
    if visit.status in (VisitStatus.OFFERED, VisitStatus.PLANNED):
        await _let_go(step, visit)
        visit.wave = 0
    elif visit.status in (VisitStatus.ACCEPTED,):
        await release_crew(step, visit, "V5", "reoffer")
        await cancel_messages(step, visit=visit, why="visit_changed")
        await move(step, visit, VisitStatus.OFFERED, "visit.reoffered", reason=reason)
        visit.wave = 0
    elif visit.status is VisitStatus.RETURNED:
        await closing.restart(step, visit, "visit.back_to_plan", reason=reason)
        visit.outcome = ""
    elif visit.status in (VisitStatus.UNFILLED, VisitStatus.MISSED, VisitStatus.DUE):
        if visit.status is VisitStatus.MISSED:
            await closing.reopen_missed(step, visit)
        elif visit.status is VisitStatus.UNFILLED:
            await move(step, visit, VisitStatus.DUE, "visit.back_to_plan", reason=reason)
    else:
        raise WrongMoment(visit.status, "This visit cannot be offered again.")
    visit.wake_at = step.now
    await audit(step, "visit.reoffer", visit, why=reason)
    await note(step, visit, "visit.reoffered", reason=reason)
    await desk.close_visit_items(step, visit, "reoffered", "unfilled", "missed", "no_answer", "returned")
    return visit


async def _let_go(step: Step, visit: Visit) -> None:
    """End every open offer; whoever was asked is told that the visit no longer needs them."""
    offers = await open_offers(step, visit)
    people = await load_volunteers(step, [o.volunteer_id for o in offers])
    await end_offers(step, visit, offers, OfferStatus.RELEASED, people, "V7")


async def cancel(step: Step, visit_id: UUID, reason: str) -> Visit:
    """The visit will not take place."""
    visit = await load_visit(step, visit_id)
    if visit.status in FINAL:
        raise WrongMoment(visit.status, "This visit has already ended.")
    if not reason.strip():
        raise BadInput("reason", "Say why the visit is cancelled.", "reason")
    await closing.cancel_visit(step, visit, "cancelled_by_staff")
    visit.reason = {"code": "cancelled_by_staff", "text": reason}
    await audit(step, "visit.cancel", visit, why=reason)
    return visit


async def reschedule(step: Step, visit_id: UUID, starts_at: datetime, reason: str) -> Visit:
    """Another time with the crew asked again: both sides are told of the new one."""
    visit = await load_visit(step, visit_id)
    if visit.status not in ASSIGNABLE:
        raise WrongMoment(visit.status, "The time of this visit can no longer be changed.")
    if starts_at <= step.now:
        raise BadInput("starts_at", "Choose a time in the future.", "starts_at")
    if visit.status is VisitStatus.MISSED:
        await closing.reopen_missed(step, visit)
    seats = await load_seats(step, visit)
    held = [s for s in seats if s.volunteer_id is not None and s.status is SeatStatus.ACCEPTED]
    for seat in held:
        assert seat.volunteer_id is not None  # noqa: S101  # filtered just above
        if await find_overlap(step, seat.volunteer_id, visit, starts_at):
            raise NotAllowed("overlap", "A visitor has promised another visit at that time.")
    await cancel_messages(step, visit=visit, why="visit_changed")
    await _let_go(step, visit)
    visit.starts_at = starts_at
    await audit(step, "visit.reschedule", visit, why=reason)
    await note(step, visit, "visit.rescheduled", starts_at=starts_at.isoformat(), reason=reason)
    if visit.status is VisitStatus.ACCEPTED:
        visit.wake_at = starts_at + timedelta(minutes=step.policy.no_show_minutes)
        await _tell_new_time(step, visit)
    else:
        if visit.status is not VisitStatus.OFFERED:
            await _make_offered(step, visit)
        visit.wave, visit.wake_at = 0, step.now
        await announcements.take_back(step, visit, keep=starts_at)
    return visit


async def _tell_new_time(step: Step, visit: Visit) -> None:
    seats = await load_seats(step, visit)
    people = await load_volunteers(step, [s.volunteer_id for s in seats])
    crew = [(s, people[s.volunteer_id]) for s in seats if s.volunteer_id in people]
    await texts.text_crew_confirmed(step, visit, [(s, v) for s, v in crew])
    if visit.retiree_id and (retiree := await step.session.get(Retiree, visit.retiree_id)):
        await announcements.announce(step, visit, retiree)


async def load_visit(step: Step, visit_id: UUID) -> Visit:
    visit = await step.session.scalar(select(Visit).where(col(Visit.id) == visit_id))
    if visit is None:
        raise NotFound("visit", "There is no such visit.")
    return visit
