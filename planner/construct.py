"""The first plan: heaviest visits first, among equals those with the fewest candidates, each where it
costs least (cheapest insertion: Solomon 1987, "Algorithms for the vehicle routing and scheduling problems
with time window constraints")."""

from __future__ import annotations

from collections.abc import Callable

from planner.arcs import Arcs
from planner.insertion import best_move
from planner.state import State
from planner.worth import SERVED


def construct(state: State, arcs: list[dict[int, Arcs]], is_over: Callable[[], bool]) -> set[int]:
    """Fill an empty plan; returns the visits it had no time to try."""
    problem = state.ground.problem
    weights: list[int] = problem.vweight.tolist()
    visits = [visit for visit in range(problem.n) if not state.is_served(visit)]
    room = {visit: min((len(a.slots) for a in arcs[visit].values()), default=0) for visit in visits}
    visits.sort(key=lambda visit: (-weights[visit], -len(state.crew[visit]), room[visit], visit))
    for index, visit in enumerate(visits):
        if is_over():
            return set(visits[index:])
        move = best_move(state, visit, arcs[visit])
        if move is not None and move.cost < SERVED * weights[visit]:
            state.place(visit, move.seats, move.start)
    return set()
