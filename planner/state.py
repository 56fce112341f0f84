"""The plan while it is being searched: routes, crews, a running score, and an undo.

Each slot's route is also a row of a table with one entry per gap between stops (where the gap begins and
ends, when one can leave, when one must have arrived), so that a visit is tried in every gap of all its
candidate slots at once in numpy.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.geometry import Floats
from planner.ground import NOBODY, Ground
from planner.room import Room
from planner.timing import Timing
from planner.worth import worth_of

# the gap table: from where, to where, when one may leave, the latest arrival, the metres as it is
FROM_X, TO_X, FROM_Y, TO_Y, LEAVE, ARRIVE, METRES = range(7)
NEVER = -1.0
Seats = tuple[tuple[int, int, int], ...]  # seat, slot, gap


class State:
    """Routes, crews and score. `place` and `take` change it; `mark` and `undo` go back."""

    def __init__(self, ground: Ground) -> None:
        problem, slots = ground.problem, len(ground.day)
        self.ground = ground
        self.routes: list[list[int]] = [[] for _ in range(slots)]
        self.crew: list[list[int]] = [[NOBODY] * len(held) for held in ground.held]
        self.pinned = list(ground.pin)  # the agreed start of a pair or a fixed visit
        self.worth = [0] * problem.n  # what a visit brings, 0 while unserved
        self.metres = [0] * slots
        self.score = 0
        self.room = Room(ground)
        self.spare: Floats = ground.reach.copy()  # metres
        self.gaps: Floats = np.zeros((7, slots, 3))
        self.gaps[ARRIVE] = NEVER
        self.timing = Timing(ground)
        self._saved_slots: dict[int, tuple[list[int], Floats, int, float, bool]] = {}
        self._saved_visits: dict[int, tuple[list[int], int | None, int]] = {}
        self._saved_score = 0
        self._start_empty()

    def _start_empty(self) -> None:
        """Empty routes, then what is fixed, in order of time."""
        ground = self.ground
        self.gaps[FROM_X : TO_X + 1, :, 0] = ground.home_x
        self.gaps[FROM_Y : TO_Y + 1, :, 0] = ground.home_y
        self.gaps[LEAVE, :, 0] = ground.begin
        self.gaps[ARRIVE, :, 0] = ground.end
        held = [
            (start, visit, seat, slot)
            for visit, start in enumerate(ground.pin)
            if start is not None
            for seat, slot in enumerate(ground.held[visit])
            if slot >= 0
        ]
        self.fill(held)

    def fill(self, stops: list[tuple[int, int, int, int]]) -> None:
        """Add given stops (start, visit, seat, slot), each pinned to its start, whatever the rules say."""
        for start, visit, seat, slot in stops:
            self.crew[visit][seat] = slot
            self.pinned[visit] = start
            self.routes[slot].append(visit)
        for slot in sorted({stop[3] for stop in stops}):
            self.routes[slot].sort(key=lambda visit: (self.pinned[visit] or 0, self.timing.service[visit]))
            self._refresh(slot)
        for visit in sorted({stop[1] for stop in stops}):
            self._value(visit)

    def is_served(self, visit: int) -> bool:
        """Whether all its seats are filled."""
        return NOBODY not in self.crew[visit]

    def place(self, visit: int, seats: Seats, start: int | None) -> None:
        """Fill the visit's open seats; `start` is what the two of a pair agree on."""
        self._save_visit(visit)
        if start is not None:
            self.pinned[visit] = start
        for seat, slot, gap in seats:
            self._save_slot(slot)
            self.crew[visit][seat] = slot
            self.routes[slot].insert(gap, visit)
            self._refresh(slot)
        self._value(visit)

    def take(self, visit: int) -> None:
        """Empty the visit's seats; those that are fixed stay."""
        self._save_visit(visit)
        self.pinned[visit] = self.ground.pin[visit]
        for seat in self.ground.open_seats[visit]:
            slot = self.crew[visit][seat]
            self._save_slot(slot)
            self.crew[visit][seat] = NOBODY
            self.routes[slot].remove(visit)
            self._refresh(slot)
        self._value(visit)

    def mark(self) -> None:
        """Forget how to go back further than to here."""
        self._saved_slots, self._saved_visits, self._saved_score = {}, {}, self.score

    def touched(self) -> tuple[list[int], list[int]]:
        """Slots and visits changed since the mark."""
        return list(self._saved_slots), list(self._saved_visits)

    def undo(self) -> None:
        """Back to the mark."""
        for visit, (crew, start, worth) in self._saved_visits.items():
            self.crew[visit], self.pinned[visit], self.worth[visit] = crew, start, worth
        for slot, (route, gaps, metres, spare, is_broken) in self._saved_slots.items():
            self.routes[slot], self.metres[slot], self.spare[slot] = route, metres, spare
            width = gaps.shape[1]
            self.gaps[:, slot, :width] = gaps
            self.gaps[ARRIVE, slot, width:] = NEVER
            self.room.update(slot, len(route), is_broken=is_broken)
        self.score = self._saved_score
        self.mark()

    def reset(
        self,
        slots: Iterable[int],
        visits: Iterable[int],
        routes: list[list[int]],
        crew: list[list[int]],
        pinned: list[int | None],
    ) -> None:
        """Take over some slots' routes and some visits' crews from another plan that fits the rest."""
        for visit in visits:
            self.crew[visit], self.pinned[visit] = list(crew[visit]), pinned[visit]
        for slot in slots:
            self.routes[slot] = list(routes[slot])
        for slot in slots:
            self._refresh(slot)
        for visit in visits:
            self._value(visit)
        self.mark()

    def vacate(self, visit: int, seat: int) -> None:
        """Empty one seat, even a fixed one; the visit's start stays pinned."""
        slot = self.crew[visit][seat]
        if slot < 0:
            return
        self._save_visit(visit)
        self._save_slot(slot)
        self.crew[visit][seat] = NOBODY
        self.routes[slot].remove(visit)
        self._refresh(slot)
        self._value(visit)

    def starts(self, slot: int) -> list[int]:
        """When service starts at each stop of the route."""
        route = self.routes[slot]
        leave = self.gaps[LEAVE, slot, 1 : len(route) + 1].astype(np.int64).tolist()
        pinned = (self.pinned[visit] for visit in route)
        return [
            at - self.timing.service[visit] if start is None else start
            for at, visit, start in zip(leave, route, pinned, strict=True)
        ]

    def _value(self, visit: int) -> None:
        worth = worth_of(self.ground, visit, self.crew[visit]) if self.is_served(visit) else 0
        self.score += worth - self.worth[visit]
        self.worth[visit] = worth

    def _save_visit(self, visit: int) -> None:
        if visit not in self._saved_visits:
            self._saved_visits[visit] = (list(self.crew[visit]), self.pinned[visit], self.worth[visit])

    def _save_slot(self, slot: int) -> None:
        if slot not in self._saved_slots:
            self._saved_slots[slot] = (
                list(self.routes[slot]),
                self.gaps[:, slot].copy(),
                self.metres[slot],
                float(self.spare[slot]),
                self.room.is_broken(slot),
            )

    def _refresh(self, slot: int) -> None:
        route = self.routes[slot]
        gaps, metres, holds = self.timing.run(slot, route, self.pinned)
        width = len(route) + 1
        if width > self.gaps.shape[2]:
            wider = np.zeros((*self.gaps.shape[:2], 2 * width))
            wider[ARRIVE] = NEVER
            wider[:, :, : self.gaps.shape[2]] = self.gaps
            self.gaps = wider
        self.gaps[ARRIVE, slot, width:] = NEVER
        self.gaps[:, slot, :width] = gaps
        self.score += self.metres[slot] - metres
        self.metres[slot] = metres
        self.spare[slot] = self.ground.reach[slot] - metres
        self.room.update(slot, len(route), is_broken=not holds or self.spare[slot] < 0)
