"""The planner's one entry: a problem in, a plan out.

Build (`construct`), search (`anneal`), then sweep: every visit still unserved is tried once more with
every volunteer, and what remains gets its reason from the same look at everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from planner.anneal import improve
from planner.arcs import make_arcs
from planner.budget import Budget, Meter
from planner.construct import construct
from planner.fixed import find_conflicts
from planner.ground import Ground
from planner.plan import Plan, Route, Stop, Unserved
from planner.problem import Problem
from planner.reasons import Finding, Reason, explain, find_move, find_people
from planner.state import State
from planner.worth import SERVED

SAMPLE = 6  # visits whose sweep is timed to know how long the end will take


def solve(problem: Problem, *, seed: int, budget: Budget, stop: Callable[[], bool] | None = None) -> Plan:
    """The best plan found within the budget; fixed assignments stay as they are.

    The same problem, seed and iteration budget give the same plan bit for bit. `stop` is asked often and
    ends the search early; the plan is valid whenever that happens.
    """
    meter = Meter(budget, stop)
    ground = Ground(problem)
    state = State(ground)
    arcs = make_arcs(ground, meter.is_half_over)
    untried = construct(state, arcs, meter.is_over)
    meter.start_search(_seconds_for_sweep(state, meter))
    improve(state, arcs, Random(seed), meter)
    unserved = _sweep(state, meter, untried if meter.stopped else set())
    return Plan(_routes(state), unserved, find_conflicts(ground), meter.used)


def _seconds_for_sweep(state: State, meter: Meter) -> float:
    absent = [visit for visit in range(state.ground.problem.n) if not state.is_served(visit)]
    if not meter.has_seconds or not absent:
        return 0.0
    began = meter.elapsed()
    sample = absent[:: max(1, len(absent) // SAMPLE)]
    for visit in sample:
        found = find_people(state, visit)
        if found.reason is None:
            find_move(state, visit, found.arcs)
            explain(state, visit, found)
    return 1.2 * (meter.elapsed() - began) / len(sample) * len(absent)


def _sweep(state: State, meter: Meter, untried: set[int]) -> tuple[Unserved, ...]:
    """Serve what can be served without moving anybody; a reason for all the rest."""
    problem = state.ground.problem
    absent = [visit for visit in range(problem.n) if not state.is_served(visit)]
    found: dict[int, Finding] = {}
    for visit in sorted(absent, key=lambda visit: (-int(problem.vweight[visit]), visit)):
        if visit in untried or meter.end_is_over():
            continue
        finding = found[visit] = find_people(state, visit)
        move = find_move(state, visit, finding.arcs) if finding.reason is None else None
        if move is not None and move.cost < SERVED * int(problem.vweight[visit]):
            state.place(visit, move.seats, move.start)
    unserved = []
    for visit in absent:
        if not state.is_served(visit):
            reason, detail = _reason(state, visit, found.get(visit), meter)
            unserved.append(Unserved(visit, str(reason), detail))
    return tuple(unserved)


def _reason(
    state: State, visit: int, finding: Finding | None, meter: Meter
) -> tuple[Reason, Mapping[str, int]]:
    if finding is None:
        return Reason.OUT_OF_TIME, {}
    if finding.reason is not None:
        return finding.reason, finding.detail
    if meter.end_is_over():
        return Reason.OUT_OF_TIME, {}
    return explain(state, visit, finding)


def _routes(state: State) -> tuple[Route, ...]:
    """The routes without the fixed halves of visits whose other seat is empty."""
    routes = []
    for slot, route in enumerate(state.routes):
        stops = tuple(
            Stop(visit, state.crew[visit].index(slot), start)
            for visit, start in zip(route, state.starts(slot), strict=True)
            if state.is_served(visit)
        )
        if stops:
            routes.append(Route(int(state.ground.volunteer[slot]), int(state.ground.day[slot]), stops))
    return tuple(routes)
