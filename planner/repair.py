"""Somebody dropped out: the seat is filled again at once, and nobody else's accepted visit moves.

The best candidate takes it. If only a lighter visit that gives way makes room, that visit is placed anew
beside everything else, or stays unserved and says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from planner.candidates import Candidate, Desk


@dataclass(frozen=True, slots=True)
class Change:
    """Who goes to a seat now; nobody if `candidate` is None."""

    visit: int
    seat: int
    candidate: Candidate | None


def repair(desk: Desk, visit: int, seat: int, exclude: Collection[int] = ()) -> list[Change]:
    """Empty the seat and fill it again, without `exclude`; returns what changed, the seat itself first.

    Raises ValueError if there is no such visit or seat.
    """
    desk.candidates(visit, seat=seat, limit=0)  # refuses a seat that is not there before anything changes
    desk.release(visit, seat)
    found = desk.candidates(visit, seat=seat, limit=1, exclude=exclude)
    if not found:
        found = desk.candidates(visit, seat=seat, limit=1, exclude=exclude, displace=True)
    if not found:
        return [Change(visit, seat, None)]
    best = found[0]
    desk.take(visit, seat, best)
    changes = [Change(visit, seat, best)]
    if best.displaces >= 0:
        moved, its_seat = best.displaces, desk.only_seat(best.displaces)
        elsewhere = desk.candidates(moved, seat=its_seat, limit=1, exclude=exclude)
        if elsewhere:
            desk.take(moved, its_seat, elsewhere[0])
        changes.append(Change(moved, its_seat, elsewhere[0] if elsewhere else None))
    return changes
