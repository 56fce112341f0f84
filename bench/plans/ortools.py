"""OR-Tools' routing library: a vehicle a shift, optional nodes, guided local search.

It can be told every rule of one person's visits, weekly limits too. Not told: crews of two (left out),
who is wanted, city pool, fixed assignments. Its matrices pass through lists, so that only small problems
fit.
"""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from typing import Any

from bench.plans.peer import (
    DAY,
    CannotPlanError,
    make_plan,
    matrices,
    processor_limit,
    shift_of,
    single_visits,
    slots_of,
    windows_of,
)
from planner.plan import Plan
from planner.problem import Problem
from planner.worth import SERVED

CANNOT = "crews of two, fixed, wanted, city pool"
MOST_PLACES = 2_500
LONGER = 30  # times its limit a run may take where others use the machine, too


def solve_ortools(problem: Problem, seconds: float, seed: int) -> Plan:
    """The routing library's best plan. Raises CannotPlanError if it found none in time."""
    del seed  # it has none
    try:
        library = import_module("ortools.constraint_solver.pywrapcp")
        choices = import_module("ortools.constraint_solver.routing_enums_pb2")
    except ImportError as error:
        raise CannotPlanError("ortools is not installed") from error
    metres, times = matrices(problem, MOST_PLACES)
    slots, visits = slots_of(problem), single_visits(problem)
    if not slots or not visits:
        return make_plan(problem, [])
    # nodes: the visits of one person, then the homes
    places = [*visits, *range(problem.n, problem.n + problem.m)]
    homes = [len(visits) + k for k, _ in slots]
    manager = library.RoutingIndexManager(len(places), len(slots), homes, homes)
    routing = library.RoutingModel(manager)
    between = metres[places][:, places]
    ways = routing.RegisterTransitMatrix(between.tolist())
    service = [int(problem.vsvc[p]) if p < problem.n else 0 for p in places]
    takes = [
        routing.RegisterTransitMatrix([[t + s for t in row] for row, s in zip(table, service, strict=True)])
        for table in (time[places][:, places].tolist() for time in times)
    ]
    routing.SetArcCostEvaluatorOfAllVehicles(ways)
    horizon = problem.days * DAY
    routing.AddDimensionWithVehicleTransitAndCapacity(
        [takes[int(problem.kspd[k])] for k, _ in slots], horizon, [horizon] * len(slots), False, "time"
    )
    far = [int(problem.kmaxm[k]) for k, _ in slots]
    routing.AddDimensionWithVehicleCapacity(ways, 0, far, True, "metres")
    one = routing.RegisterUnaryTransitVector([int(p < problem.n) for p in places])
    many = [int(problem.kmaxday[k]) for k, _ in slots]
    routing.AddDimensionWithVehicleCapacity(one, 0, many, True, "visits")
    _limit(problem, routing, manager, slots, visits)
    options = library.DefaultRoutingSearchParameters()
    options.first_solution_strategy = choices.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    options.local_search_metaheuristic = choices.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    options.time_limit.FromSeconds(LONGER * int(seconds + 1))  # the wall's; what counts is the line below
    is_over = processor_limit(seconds)
    routing.AddSearchMonitor(routing.solver().CustomLimit(is_over))
    found = routing.SolveWithParameters(options)
    if found is None:
        raise CannotPlanError(f"no plan in {seconds:g} s")
    return make_plan(problem, _routes(routing, manager, found, slots, visits))


def _limit(
    problem: Problem, routing: Any, manager: Any, slots: list[tuple[int, int]], visits: list[int]
) -> None:
    """Windows, who may go where, shifts, weekly limits; every visit may be left out at its price."""
    time, count = routing.GetDimensionOrDie("time"), routing.GetDimensionOrDie("visits")
    for node, visit in enumerate(visits):
        index, windows = manager.NodeToIndex(node), windows_of(problem, visit)
        may = problem.may_take(visit, 0)
        may[problem.forbidden[problem.forbidden[:, 0] == visit, 1]] = False
        fitting = [s for s, (k, _) in enumerate(slots) if may[k]] if windows else []
        routing.VehicleVar(index).SetValues([-1, *fitting])  # -1: left out
        routing.AddDisjunction([index], SERVED * int(problem.vweight[visit]))
        if windows:
            cumul = time.CumulVar(index)
            cumul.SetRange(windows[0][0], windows[-1][1])
            for (_, closes), (opens, _) in pairwise(windows):
                cumul.RemoveInterval(closes + 1, opens - 1)
    weeks: dict[tuple[int, int], list[Any]] = {}
    for slot, (k, day) in enumerate(slots):
        begin, end = shift_of(problem, k, day)
        time.CumulVar(routing.Start(slot)).SetRange(begin, end)
        time.CumulVar(routing.End(slot)).SetRange(begin, end)
        weeks.setdefault((k, day // 7), []).append(count.CumulVar(routing.End(slot)))
    if problem.weekly:
        for (k, _), counts in weeks.items():
            routing.solver().Add(sum(counts) <= int(problem.kmaxweek[k]))


def _routes(
    routing: Any, manager: Any, found: Any, slots: list[tuple[int, int]], visits: list[int]
) -> list[tuple[int, int, list[tuple[int, int]]]]:
    time, routes = routing.GetDimensionOrDie("time"), []
    for slot, (k, day) in enumerate(slots):
        index, stops = found.Value(routing.NextVar(routing.Start(slot))), []
        while not routing.IsEnd(index):
            stops.append((visits[manager.IndexToNode(index)], found.Min(time.CumulVar(index))))
            index = found.Value(routing.NextVar(index))
        routes.append((k, day, stops))
    return routes
