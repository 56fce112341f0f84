"""The cheapest way to serve a visit beside what is planned, everybody considered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from planner.geometry import Ints
from planner.ground import NOBODY
from planner.kernel.couples import best_couple, list_places
from planner.kernel.insertion import IMPOSSIBLE, best_place
from planner.kernel.moves import fill_seat, note_visit, start_turn
from planner.kernel.tables import Region
from planner.state import State
from planner.worth import seat_costs


class Move(NamedTuple):
    """What it costs in metres; of each seat to fill: seat, slot, gap, cost beside the way; a pair's start."""

    cost: int
    seats: tuple[tuple[int, int, int, int], ...]
    start: int


class Everybody:
    """Looks at all slots it is given; the state is to be one part, number 0."""

    def __init__(self, state: State) -> None:
        self._state = state

    def best(self, visit: int, slots: Mapping[int, Ints]) -> Move | None:
        """The cheapest move, from the slots of each open seat; None if there is none."""
        if len(slots) == 2:
            return self._best_couple(visit, slots)
        ((seat, mine),) = slots.items()
        state = self._state
        costs = seat_costs(state.ground, visit, mine, seat).astype(np.int32)
        narrow = mine.astype(np.int32)
        cost, slot, gap, extra = best_place(state.rules, state.live, 0, visit, seat, narrow, costs, 0)
        if cost == IMPOSSIBLE:
            return None
        start = int(state.live.start[visit])
        if slot == state.rules.dear_slot[visit, seat]:
            start = int(state.rules.dear_start[visit])
        return Move(int(cost), ((seat, int(slot), int(gap), int(extra)),), start)

    def _best_couple(self, visit: int, slots: Mapping[int, Ints]) -> Move | None:
        """Every combination, day by day."""
        state, best = self._state, None
        days = range(int(state.ground.first_day[visit]), int(state.ground.last_day[visit]) + 1)
        for day in days:
            lists = []
            for seat in (0, 1):
                today = slots[seat][state.ground.day[slots[seat]] == day]
                lists.append(self._all_places(visit, seat, today))
            cost, i, j = best_couple(state.rules, lists[0], lists[1])
            if cost < IMPOSSIBLE and (best is None or cost < best.cost):
                seats = tuple(
                    (seat, int(places[row, 1]), int(places[row, 2]), int(places[row, 5]))
                    for seat, places, row in ((0, lists[0], i), (1, lists[1], j))
                )
                best = Move(int(cost), seats, int(max(lists[0][i, 3], lists[1][j, 3])))
        return best

    def _all_places(self, visit: int, seat: int, slots: Ints) -> Ints:
        """All places of the seat in those slots, cheapest first: rows as `couples.list_places` has them."""
        state = self._state
        slots = slots[state.live.gate[slots] == 0]
        costs = seat_costs(state.ground, visit, slots, seat).astype(np.int32)
        narrow = slots.astype(np.int32)
        places = np.zeros((int((state.live.length[slots] + 1).sum()), 6), np.int64)
        many = list_places(state.rules, state.live, 0, visit, seat, narrow, costs, 0, places)
        found: Ints = places[:many]
        return found

    def forget_offers(self, visit: int) -> bool:
        """From now on whoever was asked may come at another time; whether anybody had been asked."""
        dear = self._state.rules.dear_slot[visit]
        had_any = bool((dear >= 0).any())
        dear[:] = NOBODY
        return had_any

    def serve(self, region: Region, visit: int, move: Move) -> None:
        """Make the move."""
        state = self._state
        start_turn(region)
        note_visit(state.live, region, visit)
        state.live.start[visit] = move.start
        for seat, slot, gap, extra in move.seats:
            fill_seat(state.rules, state.live, region, visit, seat, slot, gap, extra)
