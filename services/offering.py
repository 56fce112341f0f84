"""Asking people: the planned ones first, then wider, until the crew is complete or nobody is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.offers import OfferStatus, expires_at, next_wave_at
from domain.visits import VisitStatus
from models.visits import Offer, Seat, Visit
from models.volunteers import Volunteer
from services import announcements, desk, displacing, texts
from services.asking import Asking, Chosen, choose
from services.crews import HELD, free_seat
from services.gathering import add_offers, all_offers, gather, open_offers
from services.messages import look_up_intended, sending_time, tell_unapproved
from services.numbers import volunteer_code
from services.offered_today import who_had_their_share
from services.people import load_seats, load_volunteers
from services.planning.commitments import Bond
from services.planning.unplanned import leave_unplanned, next_plan_at
from services.steps import Step
from services.suggesting import open_round
from services.timeline import move, note

UNAPPROVED = timedelta(hours=1)  # until it is looked again whether the gateway takes offers
ASKABLE_BEFORE = timedelta(hours=1)  # nobody is asked later than this before the start


async def step_offers(step: Step, visits: Sequence[Visit]) -> None:
    """Bring planned and offered visits one step on: end stale offers, ask who is still to be asked.

    All choose before any is written to: what one visit's people have been asked for counts for the next.
    """
    if reason := step.contract.why_not("V1"):
        await tell_unapproved(step, "V1", reason)
        for visit in visits:  # nobody is asked, so nobody's turn is used up
            visit.wake_at, visit.step_attempts = step.now + UNAPPROVED, 0
        return
    await gather(step, visits)
    rounds = []
    for visit in visits:
        assert visit.starts_at is not None  # noqa: S101  # planned visits have their time
        offers = await _end_stale(step, visit)
        # In the night nobody can be asked before the morning, and that may be too late.
        if visit.starts_at - sending_time(step, "V1", "volunteer") < ASKABLE_BEFORE:
            if not await _wait_for_person(step, visit, {"code": "too_late_to_ask"}):
                await give_up(step, visit, {"code": "too_late_to_ask"})
            continue
        rounds.append(Asking(visit, await load_seats(step, visit), offers))
    await step.session.flush()
    with step.session.no_autoflush:  # what is chosen here stands in `step.promises`, not in rows
        full = await who_had_their_share(step, sending_time(step, "V1", "volunteer"))
        for one in rounds:
            await choose(step, one, full)
    await _write_offers(step, [one for one in rounds if one.is_covered])
    for one in [one for one in rounds if not one.is_covered]:
        await _make_way(step, one)
        if one.is_covered:
            await _write_offers(step, [one])
        else:
            why = {"code": "nobody_left_to_ask", "asked": len(await all_offers(step, one.visit))}
            if not await _wait_for_person(step, one.visit, why):
                await give_up(step, one.visit, why)
    await step.session.flush()


async def _make_way(step: Step, one: Asking) -> None:
    """Nobody is free: a lighter visit that is only proposed, nobody asked, may give way for each seat."""
    visit = one.visit
    assert visit.starts_at is not None  # noqa: S101  # as in the caller
    one.chosen.clear()
    found: list[Chosen] = []
    asked = {o.position for o in one.offers}
    busy = {o.volunteer_id for o in await all_offers(step, visit)}
    busy |= {s.volunteer_id for s in one.crew if s.volunteer_id}
    round_ = await open_round(step, visit, visit.starts_at, displace=Bond.PROPOSED)
    for seat in [seat for seat in one.seats if seat.position not in asked]:
        best = round_.suggest(seat.position, 1, exclude=busy, displace=True)
        if not best:
            return
        found.append((seat, best[0].volunteer_id, {"by": "suggestion", "km": best[0].km, **best[0].reasons}))
        busy.add(best[0].volunteer_id)
    for _, volunteer_id, _ in found:
        await displacing.make_room(step, visit, volunteer_id, visit.starts_at, only_proposed=True)
    one.chosen += found


async def _end_stale(step: Step, visit: Visit) -> list[Offer]:
    """Offers whose time to answer is over end; returns those that stay open."""
    offers = await open_offers(step, visit)
    for offer in [o for o in offers if o.expires_at <= step.now]:
        offer.status, offer.answered_at = OfferStatus.EXPIRED, step.now
        await note(step, visit, "offer.expired", volunteer=str(offer.volunteer_id), wave=offer.wave)
        offers.remove(offer)
    return offers


def _next_look(step: Step, offers: list[Offer]) -> datetime:
    expiry = min(o.expires_at for o in offers)
    newest = max(o.offered_at for o in offers)
    wave = next_wave_at(newest, expiry, step.policy)
    return min(expiry, wave) if wave > step.now else expiry


async def _write_offers(step: Step, rounds: Sequence[Asking]) -> None:
    """Offers and their texts for all who were chosen; the next look at each visit."""
    volunteers = await load_volunteers(step, [k for one in rounds for _, k, _ in one.chosen])
    fresh = [[_offer(step, one.visit, *chosen) for chosen in one.chosen] for one in rounds]
    for offers in fresh:
        add_offers(step, offers)
        step.intended |= {f"V1/{offer.id}": False for offer in offers}
    await step.session.flush()  # the texts name their offers
    for one, offers in zip(rounds, fresh, strict=True):
        visit, waiting = one.visit, [*one.offers, *offers]
        for offer in offers:
            await texts.text_offer(step, visit, offer, volunteers[offer.volunteer_id])
        if visit.status is VisitStatus.PLANNED:
            await move(step, visit, VisitStatus.OFFERED, "visit.offered", asked=len(waiting))
        visit.step_attempts = 0
        if waiting:
            visit.wake_at = _next_look(step, waiting)


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


async def _wait_for_person(step: Step, visit: Visit, why: dict[str, Any]) -> bool:
    """Somebody who has promised, and a retiree who waits today: until the start a coordinator chooses, staff
    or another day. False when that is not so, or the start has come."""
    assert visit.starts_at is not None  # noqa: S101  # as in the caller
    held = any(s.volunteer_id and s.status in HELD for s in await load_seats(step, visit))
    if not held or visit.starts_at <= step.now or step.local_date(visit.starts_at) != step.today:
        return False
    before = visit.starts_at - timedelta(minutes=step.policy.replacement_minutes)
    item = await desk.open_visit_item(step, visit, "unfilled", due_at=max(step.now, before), **why)
    await texts.text_unfilled(step, visit, item.responsible)
    visit.wake_at, visit.step_attempts = visit.starts_at, 0
    return True


async def give_up(step: Step, visit: Visit, why: dict[str, Any]) -> None:
    """Nobody is left for this time: whoever said yes is released, and the next plan or a person goes on."""
    await release_crew(step, visit, "V5", "no_crew")
    await announcements.take_back(step, visit)
    if (visit.due_on - step.today).days > step.policy.unfilled_desk_days:
        visit.reason, visit.starts_at, visit.wave = why, None, 0
        await move(step, visit, VisitStatus.DUE, "visit.back_to_plan", **why)
        visit.wake_at = next_plan_at(step)
        return
    expected, visit.starts_at, visit.wave = visit.starts_at, None, 0
    if visit.status is not VisitStatus.UNFILLED:
        await move(step, visit, VisitStatus.UNFILLED, "visit.unfilled", **why)
    await leave_unplanned(step, visit, why)
    item = await desk.open_visit_item(step, visit, "unfilled", **why)
    await texts.text_unfilled(step, visit, item.responsible, expected)


async def release_crew(step: Step, visit: Visit, template: str, why: str) -> None:
    """Free every seat and end every open offer of a visit; the people are told."""
    step.promises.clear()
    seats = await load_seats(step, visit)
    offers = await open_offers(step, visit)
    volunteers = await load_volunteers(
        step, [*(s.volunteer_id for s in seats), *(o.volunteer_id for o in offers)]
    )
    for seat in seats:
        if seat.volunteer_id and seat.volunteer_id in volunteers:
            await texts.text_volunteer(
                step, template, volunteers[seat.volunteer_id], visit, seat.code, f"{seat.code}/{why}"
            )
            await end_accepted_offer(step, visit, seat.volunteer_id, OfferStatus.RELEASED)
        free_seat(step, seat)
    await end_offers(step, visit, offers, OfferStatus.RELEASED, volunteers, template)


async def end_offers(
    step: Step,
    visit: Visit,
    offers: Sequence[Offer],
    status: OfferStatus,
    people: Mapping[UUID, Volunteer],
    template: str,
) -> None:
    """Open offers end without an answer; whoever was reached by its text is told."""
    told = await texts.were_told(step, offers)
    await look_up_intended(step, [f"{template}/{o.code}/{status}" for o in offers if o.id in told])
    for offer in offers:
        offer.status, offer.answered_at = status, step.now
        volunteer = people.get(offer.volunteer_id)
        if volunteer is not None and offer.id in told:
            key = f"{offer.code}/{status}"
            await texts.text_volunteer(step, template, volunteer, visit, offer.code, key)


async def end_accepted_offer(step: Step, visit: Visit, volunteer_id: UUID, status: OfferStatus) -> None:
    for offer in await all_offers(step, visit):
        if offer.volunteer_id == volunteer_id and offer.status is OfferStatus.ACCEPTED:
            offer.status, offer.answered_at = status, step.now
            return
