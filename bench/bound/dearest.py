"""The dearest route of one slot at given prices: depth first, best outlook first, cut by the outlook."""

from __future__ import annotations

import numpy as np

from bench.bound.compiled import compiled
from bench.bound.outlook import NOTHING, SHIFT, VISIT, outlook, start_steps
from bench.bound.reach import latest_start, ride, road, start_at
from planner.geometry import Bools, Ints

KEPT = 3  # routes told of each slot: the best found and those found on the way to it


@compiled
def _legs(
    visit: Ints, place: Ints, service: Ints, windows: Ints,
    home: Ints, shift: Ints, most_metres: int, speed: int,
) -> tuple[Ints, Ints, Ints, Ints, Ints, Bools]:  # fmt: skip  # what can be visited, then who goes
    """Metres from home, first and last start, metres and seconds (with service) between, which arcs hold."""
    n = len(visit)
    out, metres, times = np.empty(n, np.int64), np.empty((n, n), np.int64), np.empty((n, n), np.int64)
    first, last = np.empty(n, np.int64), np.empty(n, np.int64)
    for i in range(n):
        out[i] = road(home[0], home[1], place[i, 0], place[i, 1])
        first[i] = start_at(windows[i], shift[0] + ride(out[i], speed))
        last[i] = latest_start(windows[i], shift[1] - service[i] - ride(out[i], speed))
        for j in range(i + 1):
            metres[i, j] = metres[j, i] = road(place[i, 0], place[i, 1], place[j, 0], place[j, 1])
            time = ride(metres[i, j], speed)
            times[i, j], times[j, i] = service[i] + time, service[j] + time
    arcs = np.zeros((n, n), np.bool_)
    for i in range(n):
        for j in range(n):
            in_time = first[i] + times[i, j] <= last[j]
            arcs[i, j] = in_time and visit[i] != visit[j] and out[i] + metres[i, j] + out[j] <= most_metres
    return out, first, last, metres, times, arcs


@compiled
def _may_follow(j: int, arrival: int, metres: int, last: Ints, most: int, visit: Ints, path: Ints) -> bool:
    """In time, not too far with the way home, and not in the path already."""
    if arrival > last[j] or metres > most:
        return False
    for earlier in path:  # noqa: SIM110  # numba compiles no generator expressions
        if visit[earlier] == visit[j]:
            return False
    return True


@compiled
def _cap(hope: Ints, gain: Ints, gained: int, left: int) -> None:
    """No route gains more than the `left` best gains still to be had, each once: lower what hopes more.

    What cannot follow now (hope NOTHING) cannot follow later either, going directly being the shortest.
    """
    top = np.zeros(left, np.int64)  # the best gains, falling
    for j in range(len(hope)):
        if hope[j] > NOTHING and gain[j] > top[left - 1]:
            place = left - 1
            while place > 0 and top[place - 1] < gain[j]:
                top[place] = top[place - 1]
                place -= 1
            top[place] = gain[j]
    for j in range(len(hope)):
        if hope[j] > NOTHING:
            hope[j] = min(hope[j], gained + top.sum() - max(top[left - 1] - gain[j], 0))


@compiled
def dearest_route(
    gain: Ints, visit: Ints, place: Ints, service: Ints, windows: Ints,
    home: Ints, shift: Ints, most_metres: int, speed: int, stops: int, known: int, patience: int, unit: int,
) -> tuple[int, int, Ints]:  # fmt: skip  # what can be visited, then who goes, then how hard to look
    """value, bound, routes: the value of the dearest route known, a proven upper bound, better routes.

    All arrays are of the items in reach whose gain is above 0. `known` is the value of a route known
    already; at most `patience` stops are tried, and bound = value if that was enough. `unit` is the
    outlook's step in seconds: a short one sees more clearly and takes longer. `routes`
    (KEPT, stops) has rows of item numbers, -1 behind the last, best row first.
    """
    n, begin = len(gain), shift[0]
    stops = min(stops, n)
    out, first, last, metres, times, arcs = _legs(
        visit, place, service, windows, home, shift, most_metres, speed
    )
    starts = start_steps(windows, last, begin, (shift[1] - begin) // unit + 1, unit)
    takes = (times // unit).astype(np.int32)
    best, other = outlook(gain, visit, arcs, takes, (first - begin) // unit, starts, stops)
    value, bound, tried, depth = known, known, 0, 0
    routes = np.full((KEPT, stops), -1, np.int64)
    hope = np.full((stops, n), NOTHING, np.int64)  # by stops before: what a route that goes on there can be
    path, start = np.full(stops, -1, np.int64), np.zeros(stops, np.int64)
    gained, driven = np.zeros(stops, np.int64), np.zeros(stops, np.int64)
    for i in range(n):
        hope[0, i] = best[stops - 1, i, ride(out[i], speed) // unit] >> SHIFT
    _cap(hope[0], gain, 0, stops)
    while depth >= 0:
        i = int(np.argmax(hope[depth]))
        if hope[depth, i] <= value or tried >= patience:
            bound = max(bound, hope[depth, i])
            depth -= 1
            continue
        tried += 1
        hope[depth, i] = NOTHING
        path[depth], start[depth], gained[depth], driven[depth] = i, first[i], gain[i], out[i]
        if depth > 0:
            h = path[depth - 1]
            start[depth] = start_at(windows[i], start[depth - 1] + times[h, i])
            gained[depth] += gained[depth - 1]
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
        hope[depth] = NOTHING
        for j in range(n):
            if not arcs[i, j]:
                continue
            arrival, way = start[depth - 1] + times[i, j], driven[depth - 1] + metres[i, j] + out[j]
            if _may_follow(j, arrival, way, last, most_metres, visit, path[:depth]):
                step = (arrival - begin) // unit
                word = best[left - 1, j, step]
                if word & VISIT == visit[i]:
                    word = other[left - 1, j, step]
                hope[depth, j] = gained[depth - 1] + (word >> SHIFT)
        _cap(hope[depth], gain, gained[depth - 1], left)
    return value, max(bound, value), routes
