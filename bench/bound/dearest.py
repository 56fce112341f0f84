"""The dearest route of one slot at given prices: depth first, best outlook first, cut by the outlook."""

from __future__ import annotations

import numpy as np

from bench.bound.compiled import compiled
from bench.bound.outlook import NOTHING, outlook, start_steps
from bench.bound.reach import latest_start, ride, road, start_at
from planner.geometry import Ints

STEP = 120  # seconds of one step of the outlook
KEPT = 3  # routes told of each slot: the best found and those found on the way to it


@compiled
def dearest_route(
    gain: Ints, visit: Ints, place: Ints, service: Ints, windows: Ints,
    home: Ints, shift: Ints, most_metres: int, speed: int, stops: int, known: int, patience: int,
) -> tuple[int, int, Ints]:  # fmt: skip  # what can be visited, then who goes, then how hard to look
    """value, bound, routes: the value of the dearest route known, a proven upper bound, better routes.

    All arrays are of the items in reach whose gain is above 0. `known` is the value of a route known
    already; at most `patience` stops are tried, and bound = value if that was enough. `routes`
    (KEPT, stops) has rows of item numbers, -1 behind the last, best row first.
    """
    n = len(gain)
    stops = min(stops, n)
    routes = np.full((KEPT, max(stops, 1)), -1, np.int64)
    begin, end = shift[0], shift[1]
    out, metres, times = np.empty(n, np.int64), np.empty((n, n), np.int64), np.empty((n, n), np.int64)
    first, last = np.empty(n, np.int64), np.empty(n, np.int64)
    for i in range(n):
        out[i] = road(home[0], home[1], place[i, 0], place[i, 1])
        first[i] = start_at(windows[i], begin + ride(out[i], speed))
        last[i] = latest_start(windows[i], end - service[i] - ride(out[i], speed))
    arcs = np.zeros((n, n), np.bool_)
    for i in range(n):
        for j in range(n):
            metres[i, j] = road(place[i, 0], place[i, 1], place[j, 0], place[j, 1])
            times[i, j] = service[i] + ride(metres[i, j], speed)
            in_time = first[i] + times[i, j] <= last[j]
            arcs[i, j] = in_time and visit[i] != visit[j] and out[i] + metres[i, j] + out[j] <= most_metres
    steps = (end - begin) // STEP + 1
    starts = start_steps(windows, last, begin, steps, STEP)
    best, after, other = outlook(
        gain, visit, arcs, (times // STEP).astype(np.int32), (first - begin) // STEP, starts, stops
    )
    value, bound, tried, depth = known, known, 0, 0
    hope = np.full((stops + 1, n), NOTHING, np.int64)
    path, start = np.full(stops + 1, -1, np.int64), np.zeros(stops + 1, np.int64)
    gained, driven = np.zeros(stops + 1, np.int64), np.zeros(stops + 1, np.int64)
    for i in range(n):
        hope[0, i] = best[stops - 1, i, (begin + ride(out[i], speed) - begin) // STEP]
    while depth >= 0:
        i = int(np.argmax(hope[depth]))
        if hope[depth, i] <= value:
            depth -= 1
            continue
        if tried >= patience:
            bound = max(bound, hope[depth, i])
            depth -= 1
            continue
        tried += 1
        hope[depth, i] = NOTHING
        path[depth] = i
        if depth == 0:
            start[0], gained[0], driven[0] = first[i], gain[i], out[i]
        else:
            h = path[depth - 1]
            start[depth] = start_at(windows[i], start[depth - 1] + times[h, i])
            gained[depth] = gained[depth - 1] + gain[i]
            driven[depth] = driven[depth - 1] + metres[h, i]
        if gained[depth] > value:
            value = gained[depth]
            routes[1:] = routes[:-1].copy()
            routes[0] = -1
            routes[0, : depth + 1] = path[: depth + 1]
        left = stops - depth - 1
        if left == 0:
            continue
        depth += 1
        for j in range(n):
            hope[depth, j] = NOTHING
            arrival = start[depth - 1] + times[i, j]
            if not arcs[i, j] or arrival > last[j]:
                continue
            if driven[depth - 1] + metres[i, j] + out[j] > most_metres:
                continue
            seen = False
            for earlier in range(depth):
                seen = seen or visit[path[earlier]] == visit[j]
            step = (arrival - begin) // STEP
            if not seen and starts[j, step] >= 0:
                two_cycle = after[left - 1, j, step] == visit[i]
                more = other[left - 1, j, step] if two_cycle else best[left - 1, j, step]
                hope[depth, j] = gained[depth - 1] + more
    return value, max(bound, value), routes
