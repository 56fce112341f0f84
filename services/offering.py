"""Asking people: the planned ones first, then wider, until the crew is complete or nobody is left."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.offers import OfferStatus, expires_at, may_ask_city_pool, next_wave_at, wanted_offers
from domain.visits import VisitStatus
from models.visits import Offer, Seat, Visit
from models.volunteers import Volunteer
from services import announcements, desk, texts
from services.crews import HELD, find_overlap, free_seat, open_seats
from services.messages import sending_time
from services.numbers import volunteer_code
from services.people import load_seats, load_volunteers
from services.planning.unplanned import leave_unplanned, next_plan_at
from services.planning.commitments import keep_promises
from services.steps import Step
from services.suggesting import Round, open_round
from services.timeline import move, note

OPEN_OFFERS = (
    select(Offer)
    .where(col(Offer.visit_id) == bindparam("visit"), col(Offer.status) == OfferStatus.OFFERED)
    .order_by(col(Offer.position), col(Offer.id))
)
ASKED_BEFORE = select(col(Offer.id)).where(
    col(Offer.visit_id) == bindparam("visit"),
    col(Offer.volunteer_id) == bindparam("volunteer"),
    col(Offer.starts_at) == bindparam("starts_at"),
)
ASKABLE_BEFORE = timedelta(hours=1)  # nobody is asked later than this before the start


async def load_open_offers(step: Step, visit: Visit) -> list[Offer]:
    return list(await step.session.scalars(OPEN_OFFERS, {"visit": visit.id}))


async def step_offers(step: Step, visit: Visit) -> None:
    """Bring a planned or offered visit one step on: end stale offers, ask who is still to be asked."""
    assert visit.starts_at is not None  # noqa: S101  # planned visits have their time
    offers = await load_open_offers(step, visit)
    for offer in [o for o in offers if o.expires_at <= step.now]:
        offer.status, offer.answered_at = OfferStatus.EXPIRED, step.now
        await note(step, visit, "offer.expired", volunteer=str(offer.volunteer_id), wave=offer.wave)
        offers.remove(offer)
    if visit.starts_at - step.now < ASKABLE_BEFORE:
        await give_up(step, visit, {"code": "too_late_to_ask"})
        return
    crew = await load_seats(step, visit)
    seats = open_seats(crew)
    wave_over = visit.wave == 0 or not offers or _wave_ends(step, visit, offers)
    if wave_over:
        visit.wave += 1
    asked = await _ask(step, visit, crew, offers)
    offers += asked
    uncovered = [seat for seat in seats if all(o.position != seat.position for o in offers)]
    if uncovered:
        await give_up(step, visit, {"code": "nobody_left_to_ask", "asked": await _asked_count(step, visit)})
        return
    if visit.status is VisitStatus.PLANNED:
        await move(step, visit, VisitStatus.OFFERED, "visit.offered", asked=len(offers))
    visit.step_attempts = 0
    visit.wake_at = _next_look(step, visit, offers)
    promised = [s.volunteer_id for s in crew if s.volunteer_id and s.status in HELD]
    keep_promises(step, visit, dict.fromkeys([*promised, *(o.volunteer_id for o in offers)]))
    await step.session.flush()


def _wave_ends(step: Step, visit: Visit, offers: list[Offer]) -> bool:
    newest = max(o.offered_at for o in offers)
    return step.now >= newest + timedelta(hours=step.policy.wave_hours)


def _next_look(step: Step, visit: Visit, offers: list[Offer]) -> Any:
    expiry = min(o.expires_at for o in offers)
    newest = max(o.offered_at for o in offers)
    wave = next_wave_at(newest, expiry, step.policy)
    return min(expiry, wave) if wave > step.now else expiry


async def _ask(step: Step, visit: Visit, places: list[Seat], offers: list[Offer]) -> list[Offer]:
    """New offers so that each open seat has need × factor × wave of them, as far as there are people."""
    assert visit.starts_at is not None  # noqa: S101  # as in the caller
    per_seat = wanted_offers(1, visit.wave, step.policy)
    held = Counter(o.position for o in offers)
    seats = open_seats(places)
    crew = {s.volunteer_id for s in places if s.volunteer_id}
    busy: set[UUID] = {o.volunteer_id for o in offers} | crew
    # Who was proposed for one seat must not be asked as a substitute for the other.
    busy |= {s.proposed_id for s in seats if s.proposed_id}
    city = may_ask_city_pool(
        step.now, visit.starts_at, (visit.due_on - step.today).days, visit.wave > 1, step.policy
    )
    chosen: list[tuple[Seat, UUID, dict[str, Any]]] = []
    round_: Round | None = None
    for seat in seats:
        missing = per_seat - held[seat.position]
        if visit.wave == 1 and seat.proposed_id and missing > 0 and await _still_free(step, visit, seat):
            chosen.append((seat, seat.proposed_id, {"by": "plan"}))
            missing -= 1
        if missing > 0:
            round_ = round_ or await open_round(step, visit, visit.starts_at)
            found = round_.suggest(seat.position, missing, exclude=busy, city_pool=city)
            if not found and not city and held[seat.position] == 0 and not chosen:
                found = round_.suggest(seat.position, missing, exclude=busy)
            for s in found:
                chosen.append((seat, s.volunteer_id, {"by": "suggestion", "km": s.km, **s.reasons}))
                busy.add(s.volunteer_id)
    volunteers = await load_volunteers(step, [k for _, k, _ in chosen])
    asked = [(_offer(step, visit, seat, k, why), k) for seat, k, why in chosen if k in volunteers]
    step.session.add_all(offer for offer, _ in asked)
    await step.session.flush()  # the texts name their offers
    step.intended |= {f"V1/{offer.id}": False for offer, _ in asked}
    for offer, k in asked:
        await texts.text_offer(step, visit, offer, volunteers[k])
    return [offer for offer, _ in asked]


async def _still_free(step: Step, visit: Visit, seat: Seat) -> bool:
    """The proposed volunteer was not asked before for this visit and promised nothing that collides."""
    assert visit.starts_at is not None  # noqa: S101  # as in the caller
    assert seat.proposed_id is not None  # noqa: S101  # asked for only then
    before = await step.session.scalar(
        ASKED_BEFORE, {"visit": visit.id, "volunteer": seat.proposed_id, "starts_at": visit.starts_at}
    )
    return before is None and await find_overlap(step, seat.proposed_id, visit, visit.starts_at) is None


def _offer(step: Step, visit: Visit, seat: Seat, volunteer_id: UUID, why: dict[str, Any]) -> Offer:
    assert visit.starts_at is not None  # noqa: S101  # as in the caller
    # Asked in the night means asked in the morning: the time to answer begins when the text may leave.
    asked_at = sending_time(step, "V1", "volunteer")
    return Offer(
        visit_id=visit.id,
        volunteer_id=volunteer_id,
        position=seat.position,
        wave=visit.wave,
        code=volunteer_code(),
        starts_at=visit.starts_at,
        offered_at=asked_at,
        expires_at=expires_at(asked_at, visit.starts_at, step.policy),
        why=why,
        division_code=visit.division_code,
        managing_agency=visit.managing_agency,
    )


async def give_up(step: Step, visit: Visit, why: dict[str, Any]) -> None:
    """Nobody is left for this time: whoever said yes is released, and the next plan or a person goes on."""
    await release_crew(step, visit, "V5", "no_crew")
    await announcements.take_back(step, visit)
    if (visit.due_on - step.today).days > step.policy.unfilled_desk_days:
        visit.reason, visit.starts_at, visit.wave = why, None, 0
        await move(step, visit, VisitStatus.DUE, "visit.back_to_plan", **why)
        visit.wake_at = next_plan_at(step)
        return
    visit.starts_at, visit.wave = None, 0
    if visit.status is not VisitStatus.UNFILLED:
        await move(step, visit, VisitStatus.UNFILLED, "visit.unfilled", **why)
    await leave_unplanned(step, visit, why)
    item = await desk.open_visit_item(step, visit, "unfilled", **why)
    await texts.text_unfilled(step, visit, item.responsible)


async def release_crew(step: Step, visit: Visit, template: str, why: str) -> None:
    """Free every seat and end every open offer of a visit; the people are told."""
    step.promises.clear()
    seats = await load_seats(step, visit)
    offers = await load_open_offers(step, visit)
    volunteers = await load_volunteers(
        step, [*(s.volunteer_id for s in seats), *(o.volunteer_id for o in offers)]
    )
    for seat in seats:
        if seat.volunteer_id and seat.volunteer_id in volunteers:
            await texts.text_volunteer(
                step, template, volunteers[seat.volunteer_id], visit, seat.code, f"{seat.code}/{why}"
            )
            await end_accepted_offer(step, visit, seat.volunteer_id, OfferStatus.RELEASED)
        free_seat(seat)
    for offer in offers:
        await end_offer(
            step, visit, offer, OfferStatus.RELEASED, volunteers.get(offer.volunteer_id), template
        )


async def end_offer(
    step: Step, visit: Visit, offer: Offer, status: OfferStatus, volunteer: Volunteer | None, template: str
) -> None:
    """An open offer ends without an answer; whoever was reached by its text is told."""
    offer.status, offer.answered_at = status, step.now
    if volunteer is not None and await texts.was_told(step, offer):
        await texts.text_volunteer(step, template, volunteer, visit, offer.code, f"{offer.code}/{status}")


async def end_accepted_offer(step: Step, visit: Visit, volunteer_id: UUID, status: OfferStatus) -> None:
    offer = await step.session.scalar(
        select(Offer).where(
            col(Offer.visit_id) == visit.id,
            col(Offer.volunteer_id) == volunteer_id,
            col(Offer.status) == OfferStatus.ACCEPTED,
        )
    )
    if offer is not None:
        offer.status, offer.answered_at = status, step.now


async def _asked_count(step: Step, visit: Visit) -> int:
    rows = await step.session.scalars(select(col(Offer.id)).where(col(Offer.visit_id) == visit.id))
    return len(list(rows))
