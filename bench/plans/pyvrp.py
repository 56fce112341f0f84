"""PyVRP: a vehicle type a shift, clients with prizes, one copy of a client for each window of each day.

Skills, sex, districts and visits a day are loads: a visit that needs a nurse weighs one nurse, which only
nurses can carry. Not told: crews of two (left out), weekly limits, refusals, fixed assignments, who is
wanted, city pool. Limits are penalties during its search, so that a plan that ran out of time may break
them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from bench.plans.peer import (
    CannotPlanError,
    make_plan,
    matrices,
    processor_limit,
    shift_of,
    single_visits,
    slots_of,
    windows_of,
)
from planner.geometry import Ints
from planner.plan import Plan
from planner.problem import Problem

CANNOT = "crews of two, weekly limits, refusals, fixed, wanted, city pool"
MOST_PLACES = 8_000
PRIZE = 50_000  # metres for a weight unit: enough to go anywhere for it, and below its penalties
MOST_PENALTY = 100_000_000


def solve_pyvrp(problem: Problem, seconds: float, seed: int) -> Plan:
    """PyVRP's best plan, feasible or not."""
    try:
        library = import_module("pyvrp")
    except ImportError as error:
        raise CannotPlanError("pyvrp is not installed") from error
    metres, times = matrices(problem, MOST_PLACES)
    weighs, carries = _loads(problem)
    places = np.stack([np.append(problem.vx, problem.kx), np.append(problem.vy, problem.ky)], axis=1)
    clients: list[Any] = []
    groups: list[list[int]] = []  # of copies: at most one is visited
    copied: list[int] = []
    for visit in single_visits(problem):
        windows = windows_of(problem, visit)
        group = len(groups) if len(windows) > 1 else None
        if group is not None:
            groups.append(list(range(len(clients), len(clients) + len(windows))))
        for opens, closes in windows:
            copied.append(visit)
            client = library.Client(
                visit, delivery=weighs[visit].tolist(), service_duration=int(problem.vsvc[visit]),
                tw_early=opens, tw_late=closes, prize=PRIZE * int(problem.vweight[visit]), required=False,
                group=group,
            )  # fmt: skip  # as declared
            clients.append(client)
    slots = slots_of(problem)
    vehicles = []
    for k, day in slots:
        begin, end = shift_of(problem, k, day)
        vehicle = library.VehicleType(
            1, capacity=carries[k].tolist(), start_depot=k, end_depot=k, tw_early=begin, tw_late=end,
            max_distance=int(problem.kmaxm[k]), profile=int(problem.kspd[k]),
        )  # fmt: skip  # as declared
        vehicles.append(vehicle)
    data = library.ProblemData(
        [library.Location(float(x), float(y)) for x, y in places.tolist()],
        clients,
        [library.Depot(problem.n + k) for k in range(problem.m)],
        vehicles,
        [metres, metres],
        times,
        [library.ClientGroup(copies, required=False) for copies in groups],
    )
    params = library.SolveParams(penalty=library.PenaltyParams(max_penalty=MOST_PENALTY))
    result = library.solve(
        data, processor_limit(seconds), seed=seed, display=False, collect_stats=False, params=params
    )
    routes = []
    for route in result.best.routes():
        stops = [(copied[s.idx], int(s.start_time)) for s in route.schedule() if s.is_client()]
        routes.append((*slots[route.vehicle_type()], stops))
    return make_plan(problem, routes)


def _loads(problem: Problem) -> tuple[Ints, Ints]:
    """What a visit weighs (n, loads), what a volunteer carries (m, loads): none of what is lacking."""
    most = problem.kmaxday[:, None]
    bits = np.array([bit for bit in range(31) if (problem.vskill >> bit & 1).any()], np.int64)
    sexes, districts = np.array([1, 2]), np.unique(problem.vdist)
    weighs = [
        np.ones((problem.n, 1), np.int64),
        problem.vskill[:, None] >> bits & 1,
        problem.vgender[:, None] == sexes,
        problem.vdist[:, None] == districts,
    ]
    at_home = problem.kdist[:, None] == districts
    carries = [
        np.ones((problem.m, 1), np.int64),
        problem.kskill[:, None] >> bits & 1,
        problem.kgender[:, None] == sexes,
        at_home | (problem.kpool[:, None] == 1),
    ]
    return (
        np.concatenate([np.asarray(part, np.int64) for part in weighs], axis=1),
        np.concatenate([np.asarray(part, np.int64) * most for part in carries], axis=1),
    )
