"""The first plan: what was planned before where it still fits, then every visit where it costs least, then
chains of moves for those that found no room.

Cheapest insertion (Solomon 1987, "Algorithms for the vehicle routing and scheduling problems with time window
constraints"), those first that have few candidates for what a seat of theirs is worth.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.geometry import Ints
from planner.kernel.build import keep_seats, put_all
from planner.kernel.forest import fill_all
from planner.kernel.relay import place_all
from planner.kernel.tables import Region
from planner.plan import Plan
from planner.progress import Teller
from planner.state import State

AT_ONCE = 2_000  # visits between two looks at the clock
A_FEW = 5  # candidates more or less, where there are hardly any, make no difference
NODES = 30  # visits that the chain of one visit may think of moving
FILLS = 3  # times that all free seats are looked at
NOBODY_BARRED = np.zeros((0, 2), np.int64)


def construct(
    state: State, region: Region, is_over: Callable[[], bool], start: Plan | None, teller: Teller
) -> Ints:
    """Fill an empty plan; returns the visits it had no time to try."""
    rules, live = state.rules, state.live
    if start is not None:
        keep_seats(rules, live, region, _rows(state, start))
    visits = _in_order(state, np.flatnonzero(~state.served()))
    for begin in range(0, len(visits), AT_ONCE):
        teller.tell("build", state.weight)
        if is_over():
            return visits[begin:]
        put_all(rules, live, region, visits[begin : begin + AT_ONCE])
    visits = visits[~state.served()[visits]]
    nodes = np.zeros((NODES, 3), np.int64)
    for begin in range(0, len(visits), AT_ONCE):
        teller.tell("build", state.weight)
        if is_over():
            return visits[:0]
        place_all(rules, live, region, visits[begin : begin + AT_ONCE], NOBODY_BARRED, nodes)
    for _ in range(FILLS):
        teller.tell("build", state.weight)
        if is_over() or not fill(state, region):
            break
    return visits[:0]


def fill(state: State, region: Region) -> int:
    """Chains into all free seats of a region; returns how many more visits are served."""
    slots = np.flatnonzero(state.live.gate == region.part)
    nodes = np.zeros((len(slots) + len(region.visits), 3), np.int64)
    changed = np.zeros(len(state.ground.day), np.int8)
    return fill_all(state.rules, state.live, region, slots, changed, nodes)


def _in_order(state: State, visits: Ints) -> Ints:
    """The visits, those first that have few candidates for what a seat of theirs is worth."""
    rules = state.rules
    choice = np.diff(rules.arc_first, axis=1)
    seats = rules.seats[visits]
    few = np.where(seats == 3, choice.min(axis=0)[visits], choice[(seats == 2).astype(np.int64), visits])
    each = np.maximum(rules.worth[visits], 1) / np.where(seats == 3, 2, 1)
    return visits[np.lexsort((visits, (few + A_FEW) / each))]


def _rows(state: State, plan: Plan) -> Ints:
    """The plan's visits that are to be planned (k, 4): visit, slots of both seats or -1, start."""
    ground, problem = state.ground, state.ground.problem
    found: dict[int, list[int]] = {}
    for (visit, seat), (volunteer, day, start) in plan.seats().items():
        if not (0 <= visit < problem.n and 0 <= volunteer < problem.m and 0 <= day < problem.days):
            continue
        # whether they may take it is told by the arcs, which is all that `keep_seats` goes by
        if 0 <= seat < 2 and (int(ground.open_seats[visit]) >> seat) & 1:
            found.setdefault(visit, [visit, -1, -1, start])[1 + seat] = int(ground.slot_of[volunteer, day])
    rows = sorted(found.values(), key=lambda row: (row[3], row[0]))
    return np.array(rows, np.int64).reshape(-1, 4)
