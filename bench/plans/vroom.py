"""VROOM by pyvroom: one vehicle a shift, jobs with priorities, everything else as skills.

Not told: crews of two (left out), weekly limits, refusals, fixed assignments, who is wanted, and that
city volunteers are to be spared. It serves as much priority as it can first, then saves time on the way.
"""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import numpy as np

from bench.plans.peer import (
    CannotPlanError,
    make_plan,
    matrices,
    shift_of,
    single_visits,
    slots_of,
    windows_of,
)
from planner.plan import Plan
from planner.problem import Problem

CANNOT = "crews of two, weekly limits, refusals, fixed, wanted, city pool"
MOST_PLACES = 8_000
TOP_PRIORITY = 100
SEX, DISTRICT = 40, 100  # numbers of skills: bits of `vskill` below, districts above


def solve_vroom(problem: Problem, seconds: float, seed: int, *, level: int = 0) -> Plan:
    """VROOM's plan; `level` is its exploration level (0 to 5). It has no seed."""
    del seed
    try:
        library = import_module("vroom")
    except ImportError as error:
        raise CannotPlanError("pyvroom is not installed") from error
    metres, times = matrices(problem, MOST_PLACES)
    model = library.Input()
    for profile, time in zip(("ride", "walk"), times, strict=True):
        model.set_durations_matrix(profile=profile, matrix_input=time.astype(np.uint32))
        model.set_distances_matrix(profile=profile, matrix_input=metres.astype(np.uint32))
    slots = slots_of(problem)
    for number, (k, day) in enumerate(slots):
        begin, end = shift_of(problem, k, day)
        vehicle = library.Vehicle(
            number, start=problem.n + k, end=problem.n + k, profile="walk" if problem.kspd[k] else "ride",
            skills=_has(problem, k), time_window=library.TimeWindow(begin, end),
            max_tasks=int(problem.kmaxday[k]), max_distance=int(problem.kmaxm[k]),
        )  # fmt: skip  # as declared
        model.add_vehicle(vehicle)
    heaviest = max(1, int(problem.vweight.max(initial=1)))
    scale = max(1, TOP_PRIORITY // heaviest)
    for visit in single_visits(problem):
        windows = [library.TimeWindow(a, b) for a, b in windows_of(problem, visit)]
        if windows:
            job = library.Job(
                visit, location=visit, skills=_needs(problem, visit),
                default_service=int(problem.vsvc[visit]),
                priority=min(TOP_PRIORITY, scale * int(problem.vweight[visit])), time_windows=windows,
            )  # fmt: skip  # as declared
            model.add_job(job)
    solution = model.solve(exploration_level=level, nb_threads=1, timeout=timedelta(seconds=seconds))
    return make_plan(problem, _routes(slots, solution.to_dict()))


def _routes(
    slots: list[tuple[int, int]], solution: dict[str, Any]
) -> list[tuple[int, int, list[tuple[int, int]]]]:
    routes = []
    for route in solution["routes"]:
        stops = [
            (int(step["id"]), int(step["arrival"]) + int(step["waiting_time"]))
            for step in route["steps"]
            if step["type"] == "job"
        ]
        routes.append((*slots[int(route["vehicle"])], stops))
    return routes


def _needs(problem: Problem, visit: int) -> set[int]:
    needs = {bit for bit in range(31) if int(problem.vskill[visit]) >> bit & 1}
    sex = int(problem.vgender[visit])
    return needs | ({SEX + sex} if sex else set()) | {DISTRICT + int(problem.vdist[visit])}


def _has(problem: Problem, volunteer: int) -> set[int]:
    has = {bit for bit in range(31) if int(problem.kskill[volunteer]) >> bit & 1}
    mine = (
        np.unique(problem.vdist)
        if problem.kpool[volunteer] == 1
        else problem.kdist[volunteer : volunteer + 1]
    )
    return has | {SEX + int(problem.kgender[volunteer])} | {DISTRICT + int(d) for d in mine}
