"""Whom to ask for a visit's open seats: the planned ones, who stands by, then the best of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.offers import may_ask_city_pool, wanted_offers
from models.visits import Offer, Seat, Visit
from services.crews import HELD, find_overlap, open_seats
from services.gathering import all_offers
from services.messages import sending_time
from services.planning.commitments import keep_promises
from services.standby import who_stands_by
from services.steps import Step
from services.suggesting import Round, Suggestion, open_round

NOT_TOLD = "not_told"  # an offer whose text could not leave; see services.failures
Chosen = tuple[Seat, UUID, dict[str, Any]]  # whom to ask for which seat, and why


@dataclass
class Asking:
    """One visit in a round of offers: who has its crew's offers, and who is asked now."""

    visit: Visit
    crew: list[Seat]
    offers: list[Offer]
    chosen: list[Chosen] = field(default_factory=list)

    @property
    def seats(self) -> list[Seat]:
        return open_seats(self.crew)

    @property
    def is_covered(self) -> bool:
        """Is somebody asked for each seat that is still open?"""
        return all(self.is_asked(seat) for seat in self.seats)

    def is_asked(self, seat: Seat) -> bool:
        """Is there an offer for it, or somebody chosen for one?"""
        asked = {o.position for o in self.offers} | {seat.position for seat, _, _ in self.chosen}
        return seat.position in asked


async def choose(step: Step, one: Asking, full: Collection[UUID] = ()) -> None:
    """So many people that each open seat has need × factor × wave offers, as far as there are people.

    `full`: who has had the offers of the day already. They are asked only where nobody else could go: their
    text would not leave today.
    """
    visit, offers = one.visit, one.offers
    assert visit.starts_at is not None  # noqa: S101  # as in the caller
    if visit.wave == 0 or not offers or _wave_ends(step, offers):
        visit.wave += 1
    asked_at = sending_time(step, "V1", "volunteer")
    per_seat = wanted_offers(1, visit.wave, visit.starts_at - asked_at, step.policy)
    held = Counter(o.position for o in offers)
    busy: set[UUID] = {o.volunteer_id for o in offers} | {s.volunteer_id for s in one.crew if s.volunteer_id}
    # Who was proposed for one seat must not be asked as a substitute for the other.
    busy |= {s.proposed_id for s in one.seats if s.proposed_id}
    # Who could not be told of it today is tried again another day.
    busy |= {o.volunteer_id for o in await all_offers(step, visit) if _was_not_told(step, o)}
    city = may_ask_city_pool(
        step.now, visit.starts_at, (visit.due_on - step.today).days, visit.wave > 1, step.policy
    )
    round_: Round | None = None
    for seat in one.seats:
        missing = per_seat - held[seat.position]
        is_planned = visit.wave == 1 and seat.proposed_id is not None and missing > 0
        is_planned = is_planned and await _still_free(step, visit, seat)
        if is_planned and seat.proposed_id not in full:
            missing -= _ask_planned(one, seat)
        if missing > 0:
            round_ = round_ or await open_round(step, visit, visit.starts_at)
            found = await _find(step, one, round_, seat, missing, city, {*busy, *full})
            if not found and full and not one.is_asked(seat):
                if is_planned:
                    _ask_planned(one, seat)
                else:
                    found = await _find(step, one, round_, seat, missing, city, busy)
            for s in found:
                one.chosen.append((seat, s.volunteer_id, {"by": "suggestion", "km": s.km, **s.reasons}))
                busy.add(s.volunteer_id)
    if one.is_covered:
        promised = [s.volunteer_id for s in one.crew if s.volunteer_id and s.status in HELD]
        asked = [*(o.volunteer_id for o in offers), *(k for _, k, _ in one.chosen)]
        keep_promises(step, visit, dict.fromkeys([*promised, *asked]))


def _ask_planned(one: Asking, seat: Seat) -> int:
    assert seat.proposed_id is not None  # noqa: S101  # asked for only then
    one.chosen.append((seat, seat.proposed_id, {"by": "plan"}))
    return 1


async def _find(
    step: Step, one: Asking, round_: Round, seat: Seat, missing: int, city: bool, busy: set[UUID]
) -> list[Suggestion]:
    """Who stands by, then the best; of the whole city where the district has nobody and none is asked yet."""
    found = (await who_stands_by(step, one.visit, seat.position, round_, busy))[:missing]
    taken = busy | {s.volunteer_id for s in found}
    found += round_.suggest(seat.position, missing - len(found), exclude=taken, city_pool=city)
    is_asked = any(offer.position == seat.position for offer in one.offers)
    if not found and not city and not is_asked and not one.chosen:
        found = round_.suggest(seat.position, missing, exclude=busy)
    return found


def _wave_ends(step: Step, offers: list[Offer]) -> bool:
    newest = max(o.offered_at for o in offers)
    return step.now >= newest + timedelta(hours=step.policy.wave_hours)


def _was_not_told(step: Step, offer: Offer) -> bool:
    at = offer.answered_at
    return offer.channel == NOT_TOLD and at is not None and step.local_date(at) == step.today


async def _still_free(step: Step, visit: Visit, seat: Seat) -> bool:
    """The proposed volunteer was not asked before for this visit and promised nothing that collides."""
    assert visit.starts_at is not None  # noqa: S101  # as in the caller
    assert seat.proposed_id is not None  # noqa: S101  # asked for only then
    for offer in await all_offers(step, visit):
        if offer.volunteer_id == seat.proposed_id and offer.starts_at == visit.starts_at:
            return False
    return await find_overlap(step, seat.proposed_id, visit, visit.starts_at) is None
