"""The first plan: what was planned before where it still fits, then heaviest visits first, among equals those
with the fewest candidates, each where it costs least (cheapest insertion: Solomon 1987, "Algorithms for the
vehicle routing and scheduling problems with time window constraints")."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.geometry import Ints
from planner.kernel.build import keep_seats, put_all
from planner.kernel.tables import Region
from planner.plan import Plan
from planner.progress import Teller
from planner.state import State

AT_ONCE = 2_000  # visits between two looks at the clock


def construct(
    state: State, region: Region, is_over: Callable[[], bool], start: Plan | None, teller: Teller
) -> Ints:
    """Fill an empty plan; returns the visits it had no time to try."""
    if start is not None:
        keep_seats(state.rules, state.live, region, _rows(state, start))
    rules = state.rules
    visits = np.flatnonzero(~state.served())
    choice = np.diff(rules.arc_first, axis=1)
    few = np.where(rules.seats == 2, choice[1], choice[0])[visits]
    visits = visits[np.lexsort((visits, few, -rules.seats[visits], -rules.worth[visits]))]
    for begin in range(0, len(visits), AT_ONCE):
        teller.tell("build", state.weight)
        if is_over():
            return visits[begin:]
        put_all(rules, state.live, region, visits[begin : begin + AT_ONCE])
    return visits[:0]


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
