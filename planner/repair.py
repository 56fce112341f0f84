"""Somebody dropped out: the seat is filled again at once, and nobody else's accepted visit moves.

Whoever has room and is best takes it. If nobody has, others whose visits are only planned move one place
each until all have one (`planner.kernel.relay`); if that fails, too, a lighter visit gives way, or the seat
stays empty. Then whoever said no to this visit only is given one that nobody goes to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from planner.budget import Budget, Meter
from planner.candidates import Candidate, Desk
from planner.chains import ALL_PLACED
from planner.geometry import Ints
from planner.kernel.reach import keep_with_time


@dataclass(frozen=True, slots=True)
class Change:
    """Who goes to a seat now; nobody if `candidate` is None."""

    visit: int
    seat: int
    candidate: Candidate | None


@dataclass(frozen=True, slots=True)
class Dropout:
    """A seat that is given back. `gone`: its volunteer can do nothing else either."""

    visit: int
    seat: int
    gone: bool = False


def repair(
    desk: Desk, visit: int, seat: int, exclude: Collection[int] = (), *, declined: Collection[int] = ()
) -> list[Change]:
    """Empty the seat and fill it again; returns what changed, the seat itself first.

    Nobody of `exclude` is given anything; `declined` will not take this visit, but may take others.
    Raises ValueError if there is no such visit or seat, or no volunteer who declined.
    """
    desk.candidates(visit, seat=seat, limit=0)  # refuses a seat that is not there before anything changes
    desk.check_volunteers(declined)
    before = _Before(desk)
    hole = int(desk.state.live.crew[visit, seat])
    desk.release(visit, seat)
    desk.bar(visit, {*exclude, *declined})
    if not _fill_again(desk, visit, seat, exclude) and hole >= 0:
        with desk.chains.without(exclude):
            desk.chains.fill(hole, desk.barred)
    others = [change for change in before.changes() if (change.visit, change.seat) != (visit, seat)]
    return [Change(visit, seat, desk.holder(visit, seat)), *others]


def replan(
    desk: Desk, dropouts: Iterable[Dropout], *, cancelled: Collection[int] = (), budget: Budget
) -> list[Change]:
    """Many seats given back and visits cancelled at once: the plan mended within a budget.

    The heaviest visits first, then what became free is given to visits that nobody goes to. What there was
    no time for is left as it was or empty. Returns what changed. Raises ValueError as `repair`.
    """
    meter, before = Meter(budget), _Before(desk)
    lost, cancelled = list(dropouts), list(cancelled)
    for dropout in lost:
        desk.candidates(dropout.visit, seat=dropout.seat, limit=0)
    for visit in cancelled:
        desk.candidates(visit, limit=0)
    live, ground = desk.state.live, desk.state.ground
    free, gone = set[int](), set[int]()
    for dropout in lost:
        slot = int(live.crew[dropout.visit, dropout.seat])
        if slot >= 0:
            who = int(ground.volunteer[slot])
            free.add(slot)
            gone |= {who} if dropout.gone else set()
            desk.release(dropout.visit, dropout.seat)
            desk.bar(dropout.visit, [who])
    for visit in cancelled:
        free |= {slot for slot in live.crew[visit].tolist() if slot >= 0}
        desk.cancel(visit)
    lost.sort(key=lambda dropout: (-int(ground.problem.vweight[dropout.visit]), dropout.visit, dropout.seat))
    for dropout in lost:
        if dropout.visit not in cancelled and not meter.is_over():
            _fill_again(desk, dropout.visit, dropout.seat, gone)
    with desk.chains.without(gone):
        for slot in sorted(free):
            while not meter.is_over() and desk.chains.fill(slot, desk.barred) >= 0:
                pass
    return before.changes()


class _Before:
    """Who goes where before something is changed."""

    def __init__(self, desk: Desk) -> None:
        live = desk.state.live
        self._desk, self._crew, self._start = desk, live.crew.copy(), live.start.copy()

    def changes(self) -> list[Change]:
        """The seats that somebody else has now, or at another time."""
        live, persons = self._desk.state.live, self._desk.state.ground.problem.vpersons
        other = (live.crew != self._crew) | (live.start != self._start)[:, None] & (live.crew >= 0)
        rows = [(visit, seat) for visit, seat in np.argwhere(other).tolist() if seat < persons[visit]]
        return [Change(visit, seat, self._desk.holder(visit, seat)) for visit, seat in rows]


def _fill_again(desk: Desk, visit: int, seat: int, exclude: Collection[int]) -> bool:
    """Fill an empty seat; whether nobody was left out for it."""
    found = desk.candidates(visit, seat=seat, limit=1, exclude=exclude)
    if found:
        desk.take(visit, seat, found[0])
        return True
    slots = _nearest(desk, visit, seat, exclude)
    with desk.chains.without(exclude):
        return desk.chains.place(visit, seat, slots, desk.barred) == ALL_PLACED


def _nearest(desk: Desk, visit: int, seat: int, exclude: Collection[int]) -> Ints:
    """Slots of those who may fill an empty seat, nearest home first; of two people the time is kept."""
    ground, live = desk.state.ground, desk.state.live
    other, at = int(live.crew[visit, 1 - seat]), None
    if other >= 0:
        at = (int(ground.day[other]), int(live.start[visit]))
    slots = desk.slots(visit, desk.allowed(visit, seat, exclude), at)
    slots = keep_with_time(desk.state.rules, visit, slots)
    people, problem = ground.volunteer[slots], ground.problem
    east, north = problem.kx[people] - problem.vx[visit], problem.ky[people] - problem.vy[visit]
    nearest: Ints = slots[np.argsort(east * east + north * north, kind="stable")]
    return nearest
