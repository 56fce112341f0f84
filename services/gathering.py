"""What a step knows of its visits: seats and offers, read once and for several visits together.

A visit is read before its seats and offers and held as long as they are. Whoever changes any of them moves
the visit's version, so a step that works on old ones is noticed when it writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.offers import OfferStatus
from models.visits import Offer, Seat, Visit
from services.steps import Step

SEATS = (
    select(Seat)
    .where(col(Seat.visit_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Seat.visit_id), col(Seat.position))
)
OFFERS = (
    select(Offer)
    .where(col(Offer.visit_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Offer.visit_id), col(Offer.position), col(Offer.id))
)


@dataclass
class Gathered:
    """A visit with its crew's places, lead first, and everything that was ever offered for it."""

    visit: Visit
    seats: list[Seat] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)


async def gather(step: Step, visits: Iterable[Visit]) -> None:
    """Read seats and offers of the visits that this step has not looked at yet: one question each."""
    fresh = {v.id: Gathered(v) for v in visits if not _is_known(step, v)}
    if not fresh:
        return
    if any(isinstance(row, Seat | Offer) for row in step.session.new):
        await step.session.flush()
    ids = sorted(fresh)
    with step.session.no_autoflush:
        for seat in await step.session.scalars(SEATS, {"ids": ids}):
            fresh[seat.visit_id].seats.append(seat)
        for offer in await step.session.scalars(OFFERS, {"ids": ids}):
            fresh[offer.visit_id].offers.append(offer)
    step.gathered.update(fresh)


def _is_known(step: Step, visit: Visit) -> bool:
    """Read, and since then the crew has not grown."""
    found: Gathered | None = step.gathered.get(visit.id)
    return found is not None and len(found.seats) == visit.crew_size


async def all_offers(step: Step, visit: Visit) -> list[Offer]:
    """Every offer there ever was for the visit, by seat and in order."""
    await gather(step, [visit])
    offers: list[Offer] = step.gathered[visit.id].offers
    return offers


async def open_offers(step: Step, visit: Visit) -> list[Offer]:
    """Those still waiting for an answer."""
    return [o for o in await all_offers(step, visit) if o.status is OfferStatus.OFFERED]


def add_offers(step: Step, offers: Iterable[Offer]) -> None:
    """New offers of visits this step has gathered or will."""
    for offer in offers:
        step.session.add(offer)
        step.open_to.pop(offer.volunteer_id, None)
        found: Gathered | None = step.gathered.get(offer.visit_id)
        if found is not None:
            found.offers.append(offer)
            found.offers.sort(key=lambda o: (o.position, o.id))


async def crew_places(step: Step, visit: Visit) -> list[Seat]:
    """The crew's places, lead first."""
    await gather(step, [visit])
    return list(step.gathered[visit.id].seats)
