"""Putting visits back: those taken out, and the unserved ones that could use the room.

Each goes where it is cheapest, now and then to the next cheapest place ("blinks" of Christiaens & Vanden
Berghe 2020), in an order drawn anew each time: mostly heavy ones first, sometimes those with few
candidates, sometimes by chance.
"""

from __future__ import annotations

from random import Random

import numpy as np

from planner.absent import Absent
from planner.arcs import Arcs
from planner.geometry import Ints
from planner.insertion import best_move
from planner.state import State
from planner.worth import SERVED

BLINK = 0.02
PAIR_BLINK = 0.1  # two people bind more of what others need
LATE = 0.3  # how often a pair meets as late as it can, which leaves room for others before
MORE = 8  # unserved visits tried beside those taken out


class Recreate:
    """Fills the room a ruin has made."""

    def __init__(self, state: State, arcs: list[dict[int, Arcs]], rng: Random) -> None:
        self._state, self._arcs, self._rng = state, arcs, rng
        problem = state.ground.problem
        self._weights: list[int] = problem.vweight.tolist()
        self._choice = [min((len(a.slots) for a in seats.values()), default=0) for seats in arcs]
        self._is_pair: list[bool] = (problem.vpersons == 2).tolist()
        self._is_absent = np.zeros(problem.n, bool)
        # which visits have a slot among their candidates, slot by slot
        slots = [a.slots for seats in arcs for a in seats.values()]
        visits = np.repeat(
            np.array([v for v, seats in enumerate(arcs) for _ in seats], np.int64), [len(s) for s in slots]
        )
        flat = np.concatenate(slots) if slots else np.zeros(0, np.int64)
        order = np.argsort(flat, kind="stable")
        self._visits: Ints = visits[order]
        self._begin: list[int] = np.searchsorted(
            flat[order], np.arange(len(state.ground.day) + 1), side="left"
        ).tolist()

    def note(self, visit: int, absent: Absent) -> None:
        """Keep the list of unserved visits up to date after a change."""
        served = self._state.is_served(visit)
        self._is_absent[visit] = not served
        if served:
            absent.discard(visit)
        else:
            absent.add(visit)

    def fill(self, first: int, taken: list[int]) -> None:
        """Put back `first` before all others, then the rest of `taken` and some unserved visits."""
        state, rng = self._state, self._rng
        visits = self._in_order(taken + self._rivals())
        if first >= 0 and not state.is_served(first):
            visits = [first, *(visit for visit in visits if visit != first)]
        for visit in visits:
            skip = 1 if rng.random() < (PAIR_BLINK if self._is_pair[visit] else BLINK) else 0
            late = rng.random() < LATE
            move = best_move(state, visit, self._arcs[visit], skip=skip, late=late)
            if move is not None and move.cost < SERVED * self._weights[visit]:
                state.place(visit, move.seats, move.start)

    def _rivals(self) -> list[int]:
        """Unserved visits that a touched slot, or another of its week, could take."""
        found: set[int] = set()
        for slot in self._state.touched()[0]:
            week = self._state.room.week_of(slot)
            visits = self._visits[self._begin[week.start] : self._begin[week.stop]]
            found.update(visits[self._is_absent[visits]].tolist())
        rivals = sorted(found)
        if len(rivals) > MORE:
            draws = sorted((-self._weights[visit] * self._rng.random(), visit) for visit in rivals)
            rivals = [visit for _, visit in draws[:MORE]]
        return rivals

    def _in_order(self, visits: list[int]) -> list[int]:
        draw, weights, choice = self._rng.random, self._weights, self._choice
        kind = draw()
        if kind < 0.5:
            keys = [(-weights[visit] * (1 + draw()), visit) for visit in visits]
        elif kind < 0.75:
            keys = [(choice[visit] / (weights[visit] + 1) * draw(), visit) for visit in visits]
        else:
            keys = [(draw(), visit) for visit in visits]
        return [visit for _, visit in sorted(keys)]
