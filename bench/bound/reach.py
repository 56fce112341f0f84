"""Which items a slot could do if it did nothing else: the rules of one stop, by compiled loops."""

from __future__ import annotations

import math

import numpy as np

from bench.bound.compiled import compiled
from planner.geometry import PACES, ROAD_PER_STRAIGHT, Bools, Ints
from planner.problem import Problem

SECONDS = np.array([pace[0] for pace in PACES], np.int64)
METRES = np.array([pace[1] for pace in PACES], np.int64)
NEVER = 10**8


@compiled
def road(x1: int, y1: int, x2: int, y2: int) -> int:
    """`geometry.leg_metres`."""
    east, north = float(x1 - x2), float(y1 - y2)
    return math.ceil(ROAD_PER_STRAIGHT * math.sqrt(east * east + north * north))


@compiled
def ride(metres: int, speed: int) -> int:
    """`geometry.leg_seconds`."""
    return int(-((-metres * SECONDS[speed]) // METRES[speed]))


@compiled
def start_at(windows: Ints, moment: int) -> int:
    """The first start allowed at a moment or later; NEVER if there is none. `windows` (2, 2)."""
    best = NEVER
    for row in range(windows.shape[0]):
        start = max(moment, windows[row, 0])
        if start <= windows[row, 1]:
            best = min(best, start)
    return best


@compiled
def latest_start(windows: Ints, moment: int) -> int:
    """The last start allowed at a moment or earlier; -NEVER if there is none."""
    best = -NEVER
    for row in range(windows.shape[0]):
        start = min(moment, windows[row, 1])
        if start >= windows[row, 0]:
            best = max(best, start)
    return best


@compiled
def _in_reach(
    items: Ints, visit: Ints, seat: Ints, windows: Ints, fits: Bools, place: Ints, service: Ints,
    home: Ints, most_metres: int, speed: int, begin: int, end: int,
) -> Ints:  # fmt: skip  # one line for what is visited, one for who goes
    """Those of `items` that one volunteer could do alone in a shift; `fits` is of visits (n, 2)."""
    found = np.empty(len(items), np.int64)
    count = 0
    for item in items:
        v = visit[item]
        if not fits[v, seat[item]]:
            continue
        way = road(home[0], home[1], place[v, 0], place[v, 1])
        if 2 * way > most_metres:
            continue
        time = ride(way, speed)
        if start_at(windows[item], begin + time) + service[v] + time <= end:
            found[count] = item
            count += 1
    return found[:count].copy()


def find_reach(problem: Problem, table: Ints, windows: Ints, volunteer: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Of each slot (volunteer and day) the items it reaches: where its list starts, and all lists.

    `table` has rows of visit, seat, option, first day, last day.
    """
    visit, seat = np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])
    place = np.stack([problem.vx, problem.vy], axis=1)
    refused: dict[int, list[int]] = {}
    for v, k in problem.forbidden.tolist():
        refused.setdefault(k, []).append(v)
    today = [np.flatnonzero((table[:, 3] <= d) & (table[:, 4] >= d)) for d in range(problem.days)]
    at_home = [
        {x: items[problem.vdist[visit[items]] == x] for x in np.unique(problem.kdist).tolist()}
        for items in today
    ]
    lists: list[Ints] = []
    known, fits = -1, np.zeros((problem.n, 2), bool)
    for k, d in zip(volunteer.tolist(), day.tolist(), strict=True):
        if k != known:
            known, fits = k, _fits(problem, k, refused.get(k, []))
        items = today[d] if problem.kpool[k] == 1 else at_home[d][int(problem.kdist[k])]
        begin, end = problem.kshift[k, d].tolist()
        home = np.array([problem.kx[k], problem.ky[k]])
        found = _in_reach(
            items, visit, seat, windows, fits, place, problem.vsvc,
            home, int(problem.kmaxm[k]), int(problem.kspd[k]), begin, end,
        )  # fmt: skip  # as declared
        lists.append(found)
    start = np.concatenate([[0], np.cumsum([len(found) for found in lists])]).astype(np.int64)
    return start, np.concatenate([np.zeros(0, np.int64), *lists])


def _fits(problem: Problem, k: int, refused: list[int]) -> Bools:
    """Of each visit and seat (n, 2): may this volunteer take it, wherever it is?"""
    fits = np.ones((problem.n, 2), bool)
    fits[:, 0] = (problem.vskill & ~problem.kskill[k]) == 0
    fits[:, 0] &= (problem.vgender == 0) | (problem.vgender == problem.kgender[k])
    fits[refused] = False
    return fits
