"""What to take out of a plan, so that it can be put back better.

Three ways, drawn at random:

* *strings*: from each of several routes near one place a run of adjacent stops (Christiaens & Vanden
  Berghe 2020, "Slack induction by string removals for vehicle routing problems", Transportation
  Science 54(2));
* *room*: for a visit nobody has, runs from the routes of those who could take it, so that everything
  that competes for the same people is decided anew;
* *reunion*: a visit that misses the volunteer it wants, with the route of that volunteer's day.
"""

from __future__ import annotations

from random import Random

import numpy as np
from scipy.spatial import cKDTree

from planner.absent import Absent
from planner.arcs import Arcs
from planner.geometry import Ints
from planner.state import State

NEIGHBOURS = 40
METRES_PER_DAY = 1_500  # a day apart counts as so far apart, so that neighbours share days
ROOM_SHARE, REUNION_SHARE = 0.35, 0.22
LONGEST_STRING = 3


class Ruin:
    """Chooses visits to take out; all its chances come from one seeded source."""

    def __init__(self, state: State, arcs: list[dict[int, Arcs]], rng: Random) -> None:
        self._state, self._arcs, self._rng = state, arcs, rng
        problem, ground = state.ground.problem, state.ground
        middle = (ground.first_day + ground.last_day) * (METRES_PER_DAY / 2)
        places = np.stack([problem.vx, problem.vy, middle], axis=1).astype(np.float64)
        count = min(NEIGHBOURS, problem.n)
        self._near: Ints = cKDTree(places).query(places, k=count)[1].reshape(problem.n, count)
        self._wanted: list[int] = problem.vpref.tolist()
        self._volunteer: list[int] = ground.volunteer.tolist()
        self._wanting = [visit for visit, wanted in enumerate(self._wanted) if wanted >= 0]

    def choose(self, absent: Absent, most: int) -> tuple[int, list[int]]:
        """The visit it is about (to be put back first, or -1) and about `most` visits to take out."""
        rng, first = self._rng, -1
        kind = rng.random()
        chosen: dict[int, None] = {}
        if kind < REUNION_SHARE and self._wanting:
            first = self._wanting[self._draw(len(self._wanting))]
            self._reunite(first, chosen)
        elif kind < REUNION_SHARE + ROOM_SHARE and len(absent):
            self._make_room(absent.visits[self._draw(len(absent))], most, chosen)
        if not chosen:
            first = -1
            self._cut_strings(self._draw(len(self._near)), most, chosen)
        state = self._state
        return first, [v for v in chosen if state.ground.open_seats[v] and state.is_served(v)]

    def _draw(self, below: int) -> int:
        return int(self._rng.random() * below)

    def _reunite(self, visit: int, chosen: dict[int, None]) -> None:
        state, wanted = self._state, self._wanted[visit]
        theirs = [slot for slot in state.crew[visit] if slot >= 0]
        if any(self._volunteer[slot] == wanted for slot in theirs):
            return
        volunteers = state.ground.volunteer
        slots = [a.slots[volunteers[a.slots] == wanted] for a in self._arcs[visit].values()]
        mine = np.concatenate(slots) if slots else np.zeros(0, np.int64)
        if len(mine):
            for slot in [*theirs, self._busy(int(mine[self._draw(len(mine))]))]:
                chosen.update(dict.fromkeys(state.routes[slot]))

    def _make_room(self, visit: int, most: int, chosen: dict[int, None]) -> None:
        """Runs of stops from routes of the visit's candidates, the nearer the likelier."""
        seats = list(self._arcs[visit].values())
        slots = seats[self._draw(len(seats))].slots if seats else ()
        tried: set[int] = set()
        for _ in range(2 * most):
            if not len(slots) or len(chosen) >= most:
                return
            slot = self._busy(int(slots[int(self._rng.random() ** 2 * len(slots))]))
            route = self._state.routes[slot]
            if slot not in tried and route:
                tried.add(slot)
                size = self._length(route)
                begin = self._draw(len(route) - size + 1)
                chosen.update(dict.fromkeys(route[begin : begin + size]))

    def _cut_strings(self, centre: int, most: int, chosen: dict[int, None]) -> None:
        """Runs of stops that hold the visits nearest to one, a route at a time."""
        state = self._state
        tried: set[int] = set()
        for visit in self._near[centre].tolist():
            if len(chosen) >= most:
                return
            for slot in state.crew[visit]:
                if slot < 0 or slot in tried:
                    continue
                tried.add(slot)
                route = state.routes[slot]
                size, place = self._length(route), route.index(visit)
                low, high = max(0, place - size + 1), min(place, len(route) - size)
                begin = low + self._draw(high - low + 1)
                chosen.update(dict.fromkeys(route[begin : begin + size]))

    def _busy(self, slot: int) -> int:
        """The slot, or if it is empty another of its week, which may be what fills the week."""
        routes = self._state.routes
        if routes[slot]:
            return slot
        others = [other for other in self._state.room.week_of(slot) if routes[other]]
        return others[self._draw(len(others))] if others else slot

    def _length(self, route: list[int]) -> int:
        return min(len(route), 1 + self._draw(LONGEST_STRING))
