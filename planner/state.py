"""The plan while it is searched: the rules and the routes as arrays, and what can be read off them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.geometry import Bools, Ints
from planner.ground import NOBODY, Ground
from planner.kernel.routes import refresh_all
from planner.kernel.tables import Live, Rules
from planner.plan import Route, Stop
from planner.rules import make_rules
from planner.worth import seat_costs

Stops = Sequence[tuple[int, int, int, int]]  # start, visit, seat, slot


class State:
    """Empty routes but for what is fixed and the given `stops`. `planner.kernel` changes `live`.

    Every stop of both is pinned to its start, whatever the rules say.
    """

    def __init__(self, ground: Ground, stops: Stops = ()) -> None:
        self.ground = ground
        visits, seats = np.nonzero(ground.held >= 0)
        fixed = np.stack([ground.pin[visits], visits, seats, ground.held[visits, seats]], axis=1)
        rows = np.concatenate([fixed, np.array(stops, np.int64).reshape(len(stops), 4)])
        self.rules: Rules = make_rules(ground, np.bincount(rows[:, 3], minlength=len(ground.day)))
        self.live = _empty(ground, self.rules)
        self._fill(rows)

    def _fill(self, rows: Ints) -> None:
        rules, live = self.rules, self.live
        rows = rows[np.lexsort((rules.service[rows[:, 1]], rows[:, 0]))]
        starts, visits, seats, slots = rows.T
        live.start[visits] = starts
        live.crew[visits, seats] = slots
        for seat in (0, 1):
            v, k = visits[seats == seat], slots[seats == seat]
            live.crew_cost[v, seat] = seat_costs(self.ground, v, k, seat)
        by_slot = np.argsort(slots, kind="stable")
        routes, first, counts = np.unique(slots[by_slot], return_index=True, return_counts=True)
        place_in_route = np.arange(len(rows)) - np.repeat(first, counts)
        live.route[rules.base[slots[by_slot]] + place_in_route] = visits[by_slot]
        live.length[routes] = counts
        np.add.at(live.in_week, rules.week[slots], 1)
        np.add.at(live.taken, rules.volunteer[slots], 1)
        refresh_all(rules, live)

    def served(self) -> Bools:
        """Of each visit (n,): all its seats are filled, those that were fixed, too."""
        crew = self.live.crew
        served: Bools = (crew[:, 0] >= 0) & ((crew[:, 1] >= 0) | (self.ground.problem.vpersons == 1))
        return served

    def weight(self) -> int:
        """The weight that is served."""
        return int(self.ground.problem.vweight[self.served()].sum())

    def score(self) -> int:
        """The objective, softer wishes included."""
        live = self.live
        worth = int(self.rules.worth[self.served()].sum())
        return worth - int(live.crew_cost.sum()) - int(live.metres.sum()) - self._unfair()

    def _unfair(self) -> int:
        rules, live = self.rules, self.live
        return int((rules.fair * live.taken * (live.taken + 2 * rules.load)).sum())

    def route(self, slot: int) -> list[int]:
        """The visits of a slot in order."""
        base = int(self.rules.base[slot])
        visits: list[int] = self.live.route[base : base + int(self.live.length[slot])].tolist()
        return visits

    def starts(self, slot: int) -> list[int]:
        """When service starts at each stop of the route."""
        base, live, rules = int(self.rules.base[slot]), self.live, self.rules
        visits = live.route[base : base + int(live.length[slot])]
        leave = live.leave[base + 1 : base + 1 + len(visits)] - rules.service[visits]
        starts: list[int] = np.where(live.start[visits] >= 0, live.start[visits], leave).tolist()
        return starts

    def start_of(self, visit: int, slot: int) -> int:
        """When service starts at a visit that the slot has."""
        return int(self.starts(slot)[self.route(slot).index(visit)])

    def routes(self) -> tuple[Route, ...]:
        """The plan's routes, without the fixed halves of visits whose other seat is empty."""
        served, crew, routes = self.served().tolist(), self.live.crew, []
        for slot in np.flatnonzero(self.live.length).tolist():
            stops = tuple(
                Stop(visit, 0 if crew[visit, 0] == slot else 1, start)
                for visit, start in zip(self.route(slot), self.starts(slot), strict=True)
                if served[visit]
            )
            if stops:
                routes.append(Route(int(self.ground.volunteer[slot]), int(self.ground.day[slot]), stops))
        return tuple(routes)


def _empty(ground: Ground, rules: Rules) -> Live:
    visits, slots, stops = ground.problem.n, len(ground.day), int(rules.base[-1])

    def zeros(length: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.zeros(length, np.int64)

    return Live(
        route=np.zeros(stops, np.int64),
        leg=zeros(stops),
        leave=zeros(stops),
        arrive=zeros(stops),
        length=zeros(slots),
        metres=zeros(slots),
        crew=np.full((visits, 2), NOBODY, np.int64),
        crew_cost=np.zeros((visits, 2), np.int64),
        start=rules.pin.copy(),
        in_week=zeros(int(rules.week.max(initial=-1)) + 1),
        taken=zeros(ground.problem.m),
        broken=zeros(slots),
        gate=np.zeros(slots, np.int64),
        slot_part=np.zeros(slots, np.int64),
        visit_part=np.where(rules.seats == 0, -1, 0),
        absent_at=np.full(visits, -1, np.int64),
    )
