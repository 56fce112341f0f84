"""What the adapters share: slots as vehicles, windows on one time line, places as a matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import process_time

import numpy as np

from planner.geometry import PACES, Floats, Ints, road_metres, travel_seconds
from planner.plan import Plan, Route, Stop, Unserved
from planner.problem import Problem

DAY = 86_400
LEFT_OUT = "left_out"  # the peer cannot express the visit, or its plan is without it


class CannotPlanError(Exception):
    """The peer cannot take this problem, or found no plan; the text says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A solver: `solve(problem, seconds, seed)` returns a plan or raises CannotPlanError."""

    solve: Callable[[Problem, float, int], Plan]
    cannot: str  # which rules it is not told


def processor_limit(seconds: float) -> Callable[..., bool]:
    """Whether this process has computed for so long from now on: a busy machine takes nothing from a peer."""
    end = process_time() + seconds

    def is_over(*_: object) -> bool:
        return process_time() > end

    return is_over


def slots_of(problem: Problem) -> list[tuple[int, int]]:
    """Volunteer and day of every shift in which somebody may visit."""
    on_duty = (problem.kshift[:, :, 0] >= 0) & (problem.kmaxday > 0)[:, None]
    return [(int(k), int(d)) for k, d in zip(*np.nonzero(on_duty), strict=True)]


def single_visits(problem: Problem) -> list[int]:
    """Visits of one person: the others no peer here can express."""
    return [int(v) for v in np.flatnonzero(problem.vpersons == 1)]


def windows_of(problem: Problem, visit: int) -> list[tuple[int, int]]:
    """When the visit may start, on all its days, in seconds from midnight of day 0; in order."""
    first, last = int(problem.vday0[visit]), min(int(problem.vday1[visit]), problem.days - 1)
    windows = sorted((a, b) for a, b in problem.vtw[visit, : int(problem.vntw[visit])].tolist() if a <= b)
    joined: list[tuple[int, int]] = []
    for opens, closes in windows:
        if joined and opens <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return [(d * DAY + max(a, 0), d * DAY + b) for d in range(first, last + 1) for a, b in joined if b >= 0]


def shift_of(problem: Problem, volunteer: int, day: int) -> tuple[int, int]:
    """A shift on the same time line."""
    begin, end = problem.kshift[volunteer, day].tolist()
    return day * DAY + begin, day * DAY + end


def matrices(problem: Problem, most: int) -> tuple[Ints, list[Ints]]:
    """Metres, and seconds by pace, between all places: visits first, then homes (n + m, n + m).

    Raises CannotPlanError if there are more than `most` places.
    """
    x, y = np.concatenate([problem.vx, problem.kx]), np.concatenate([problem.vy, problem.ky])
    if len(x) > most:
        raise CannotPlanError(f"{len(x)} places: its matrices would not fit into memory")
    metres: Floats = road_metres(x[:, None], y[:, None], x[None, :], y[None, :])
    seconds = [travel_seconds(metres, np.array(a), np.array(b)).astype(np.int64) for a, b in PACES]
    return metres.astype(np.int64), seconds


def make_plan(problem: Problem, routes: list[tuple[int, int, list[tuple[int, int]]]]) -> Plan:
    """The plan of routes: volunteer, day, and (visit, start on the time line) in order."""
    plain = tuple(
        Route(k, day, tuple(Stop(visit, 0, start - day * DAY) for visit, start in stops))
        for k, day, stops in routes
        if stops
    )
    served = {stop.visit for route in plain for stop in route.stops}
    return Plan(plain, tuple(Unserved(v, LEFT_OUT) for v in range(problem.n) if v not in served))
