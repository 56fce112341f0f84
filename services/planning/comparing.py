"""Why this volunteer and not the next: both as the ranking of the seat's candidates sees them now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.visits import SeatStatus, VisitStatus
from models.visits import Seat, Visit
from services.steps import Step
from services.suggesting import Suggestion, open_round

LOOKED_AT = 200  # candidates of a seat
COMPARED = frozenset({VisitStatus.PLANNED, VisitStatus.OFFERED, VisitStatus.ACCEPTED})
LEAST = 50  # metres: less is no reason


@dataclass(frozen=True)
class Choice:
    """A seat's person against the best other: parts of the cost, in metres, that speak for and against."""

    position: int
    rank: int  # from 1
    among: int
    chosen: Suggestion
    other: Suggestion | None
    better: dict[str, int]
    worse: dict[str, int]


async def explain_crew(step: Step, visit: Visit, seats: list[Seat]) -> list[Choice]:
    """For each seat that somebody has or is proposed for, while the visit is still to come."""
    if visit.status not in COMPARED or visit.starts_at is None or visit.starts_at <= step.now:
        return []
    people = {s.position: _person(s) for s in seats}
    if not any(people.values()):
        return []
    round_ = await open_round(step, visit, visit.starts_at)
    choices = []
    for position, volunteer_id in people.items():
        others = [k for p, k in people.items() if k is not None and p != position]
        found = round_.suggest(position, LOOKED_AT, exclude=others)
        chosen = next((s for s in found if s.volunteer_id == volunteer_id), None)
        if chosen is not None:
            choices.append(_choice(position, chosen, found))
    return choices


def _person(seat: Seat) -> UUID | None:
    return seat.volunteer_id if seat.status is not SeatStatus.OPEN else seat.proposed_id


def _choice(position: int, chosen: Suggestion, found: list[Suggestion]) -> Choice:
    rank = 1 + sum(s.cost < chosen.cost for s in found)
    other = next((s for s in found if s is not chosen), None)
    better: dict[str, int] = {}
    worse: dict[str, int] = {}
    if other is not None:
        mine, theirs = chosen.reasons["cost"], other.reasons["cost"]
        for part in dict.fromkeys([*mine, *theirs]):
            gain = theirs.get(part, 0) - mine.get(part, 0)
            if abs(gain) >= LEAST:
                (better if gain > 0 else worse)[part] = abs(gain)
    return Choice(position, rank, len(found), chosen, other, better, worse)
