"""Chains of moves in a plan that is laid out for questions: others move one place each, at another time.

Needs the candidate arcs of all visits, which take seconds to make in a large city; made at the first use.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import numpy as np

from planner.arcs import add_arcs
from planner.geometry import Ints
from planner.kernel.relay import ALL_PLACED, agree, fill_hole, place
from planner.kernel.tables import VISITS
from planner.regions import Scratch, make_region, open_slots
from planner.state import State

__all__ = ["ALL_PLACED", "Chains"]

NODES = 150  # visits that one chain may think of moving
SEED = 1


class Chains:
    """Everything a chain needs beside the state."""

    def __init__(self, state: State) -> None:
        state.rules = add_arcs(state.ground, state.rules, lambda: False)
        self._state = state
        self._region = make_region(state, Scratch(state), 0, SEED)
        self._nodes = np.zeros((NODES, 3), np.int64)

    @contextmanager
    def without(self, gone: Collection[int]) -> Iterator[None]:
        """Meanwhile these volunteers are given nothing."""
        rules, live = self._state.rules, self._state.live
        shut = np.flatnonzero(np.isin(rules.volunteer, list(gone))) if gone else np.zeros(0, np.int64)
        broken = live.broken[shut]
        live.broken[shut], live.gate[shut] = 1, -1
        try:
            yield
        finally:
            live.broken[shut] = broken
            if len(shut):
                open_slots(self._state)

    def place(self, visit: int, seat: int, slots: Ints, barred: Ints) -> int:
        """Fill the seat by one of the slots.

        `barred` (k, 2), sorted: visits and volunteers not to be brought together. Returns the visit that is
        left out for it, -1 if none is, or -3 if the seat stays empty.
        """
        state, narrow = self._state, slots.astype(np.int32)
        left_out = place(state.rules, state.live, self._region, visit, seat, narrow, barred, self._nodes)
        self._settle()
        return int(left_out)

    def fill(self, slot: int, barred: Ints) -> int:
        """Serve a visit that nobody goes to by a chain that ends in room of the slot: the visit, or -3."""
        state = self._state
        visit = fill_hole(state.rules, state.live, self._region, slot, barred, self._nodes)
        self._settle()
        return int(visit)

    def _settle(self) -> None:
        """Keep the starts that were found."""
        live, region = self._state.live, self._region
        touched = region.old_visit[: region.counters[VISITS]].tolist()
        for visit in touched:
            for slot in live.crew[visit].tolist():
                if slot >= 0:
                    agree(self._state.rules, live, visit, slot)
