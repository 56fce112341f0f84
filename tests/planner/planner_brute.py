"""The rules read again, slowly and by loops only, to hold the planner against."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from planner.plan import Plan
from planner.problem import Problem

Key = tuple[int, int]  # volunteer, day
Routes = dict[Key, list[tuple[int, int]]]  # visit, seat
TOO_LATE = 10**7


def metres(x1: int, y1: int, x2: int, y2: int) -> int:
    return math.ceil(1.3 * math.sqrt((x1 - x2) ** 2 + (y1 - y2) ** 2))


def seconds(way: int, speed: int) -> int:
    return -(-way * 18 // 25) if speed else -(-way * 3 // 10)


def may_take(problem: Problem, v: int, seat: int, k: int) -> bool:
    if problem.kpool[k] == 0 and problem.kdist[k] != problem.vdist[v]:
        return False
    if seat == 1:
        return True
    has_skills = all(not problem.vskill[v] & bit or problem.kskill[k] & bit for bit in (1, 2, 4))
    return has_skills and problem.vgender[v] in (0, problem.kgender[k])


def route_metres(problem: Problem, k: int, visits: list[int]) -> int:
    places = [(int(problem.vx[v]), int(problem.vy[v])) for v in visits]
    home = (int(problem.kx[k]), int(problem.ky[k]))
    points = [home, *places, home]
    return sum(metres(*a, *b) for a, b in pairwise(points))


def first_start(problem: Problem, v: int, moment: int) -> int:
    starts = [max(moment, opens) for opens, closes in windows(problem, v) if max(moment, opens) <= closes]
    return min(starts, default=TOO_LATE)


def windows(problem: Problem, v: int) -> list[tuple[int, int]]:
    return [tuple(w) for w in problem.vtw[v, : int(problem.vntw[v])].tolist()]


def schedule(
    problem: Problem, routes: Routes, pins: dict[int, int] | None = None, *, limits: bool = True
) -> dict[int, int] | None:
    """Earliest starts that suit all routes at once (pairs together), or None if there are none."""
    pins = pins or {}
    starts: dict[int, int] = dict(pins)
    for (k, _), stops in routes.items():
        if route_metres(problem, k, [v for v, _ in stops]) > problem.kmaxm[k]:
            return None
    if limits and not within_limits(problem, routes):
        return None
    for _ in range(100):  # starts only ever grow: a fixed point is the earliest schedule
        before = dict(starts)
        for (k, day), stops in routes.items():
            clock, end = (int(t) for t in problem.kshift[k, day])
            if clock < 0 and stops:
                return None
            x, y = int(problem.kx[k]), int(problem.ky[k])
            for v, _ in stops:
                clock += seconds(metres(x, y, int(problem.vx[v]), int(problem.vy[v])), int(problem.kspd[k]))
                x, y = int(problem.vx[v]), int(problem.vy[v])
                start = max(starts.get(v, 0), first_start(problem, v, max(clock, starts.get(v, 0))))
                if start >= TOO_LATE or (v in pins and clock > pins[v]):
                    return None
                starts[v] = pins.get(v, start)
                clock = starts[v] + int(problem.vsvc[v])
            clock += seconds(metres(x, y, int(problem.kx[k]), int(problem.ky[k])), int(problem.kspd[k]))
            if stops and clock > end:
                return None
        if starts == before:
            return starts
    return None


def within_limits(problem: Problem, routes: Routes) -> bool:
    weeks: dict[Key, int] = {}
    for (k, day), stops in routes.items():
        if len(stops) > problem.kmaxday[k]:
            return False
        weeks[k, day // 7] = weeks.get((k, day // 7), 0) + len(stops)
    return not problem.weekly or all(count <= problem.kmaxweek[k] for (k, _), count in weeks.items())


def score(problem: Problem, routes: Routes) -> int:
    crews: dict[int, list[int]] = {}
    for (k, _), stops in routes.items():
        for v, _ in stops:
            crews.setdefault(v, []).append(k)
    total = -sum(route_metres(problem, k, [v for v, _ in stops]) for (k, _), stops in routes.items())
    for v, people in crews.items():
        total += 200_000 * int(problem.vweight[v]) + 10_000 * (int(problem.vpref[v]) in people)
        total -= 5_000 * sum(int(problem.kpool[k]) for k in people)
    return total


def ways(problem: Problem, routes: Routes, v: int) -> Iterator[Routes]:
    """Every way to add the visit to the routes that keeps the static rules (times not looked at)."""
    refused = {k for visit, k in problem.forbidden.tolist() if visit == v}
    for day in range(int(problem.vday0[v]), int(problem.vday1[v]) + 1):
        people = [k for k in range(problem.m) if k not in refused and problem.kshift[k, day, 0] >= 0]
        for lead in (k for k in people if may_take(problem, v, 0, k)):
            for with_lead in _inserted(routes, (lead, day), (v, 0)):
                if problem.vpersons[v] == 1:
                    yield with_lead
                    continue
                for other in (k for k in people if k != lead and may_take(problem, v, 1, k)):
                    yield from _inserted(with_lead, (other, day), (v, 1))


def _inserted(routes: Routes, key: Key, stop: tuple[int, int]) -> Iterator[Routes]:
    stops = routes.get(key, [])
    for place in range(len(stops) + 1):
        yield routes | {key: [*stops[:place], stop, *stops[place:]]}


def best_score(problem: Problem) -> int:
    """The best objective there is, by trying everything."""
    best = 0
    worth = [210_000 * int(w) for w in problem.vweight]

    def search(routes: Routes, v: int, promised: int) -> None:
        nonlocal best
        best = max(best, score(problem, routes))
        if v == problem.n or promised + sum(worth[v:]) <= best:
            return
        for more in ways(problem, routes, v):
            if schedule(problem, more) is not None:
                search(more, v + 1, promised + worth[v])
        search(routes, v + 1, promised)

    search({}, 0, 0)
    return best


def routes_of(plan: Plan) -> Routes:
    return {(r.volunteer, r.day): [(s.visit, s.seat) for s in r.stops] for r in plan.routes}


def reason_of(problem: Problem, plan: Plan, v: int) -> str:
    """The reason of an unserved visit, by the documented order of questions."""
    for seat in range(int(problem.vpersons[v])):
        code = _static_reason(problem, v, seat)
        if code is not None:
            return code if seat == 0 else "half_crew"
    seats = {s.visit: s.start for r in plan.routes for s in r.stops if problem.vpersons[s.visit] == 2}
    routes = routes_of(plan)
    if any(schedule(problem, more, seats) is not None for more in ways(problem, routes, v)):
        return "outweighed"
    for seat in range(int(problem.vpersons[v])):
        if problem.vpersons[v] == 2 and _one_seat_fits(problem, routes, seats, v, seat):
            return "half_crew"
    return "all_full"


def _one_seat_fits(problem: Problem, routes: Routes, pins: dict[int, int], v: int, seat: int) -> bool:
    refused = {k for visit, k in problem.forbidden.tolist() if visit == v}
    for day in range(int(problem.vday0[v]), int(problem.vday1[v]) + 1):
        for k in range(problem.m):
            if k not in refused and may_take(problem, v, seat, k):
                for more in _inserted(routes, (k, day), (v, seat)):
                    if schedule(problem, more, pins) is not None:
                        return True
    return False


def _static_reason(problem: Problem, v: int, seat: int) -> str | None:
    fits = [k for k in range(problem.m) if may_take(problem, v, seat, k)]
    if not fits:
        return "no_one_with_skill"
    near = [k for k in fits if route_metres(problem, k, [v]) <= problem.kmaxm[k]]
    if not near:
        return "no_one_in_reach"
    days = range(int(problem.vday0[v]), int(problem.vday1[v]) + 1)
    timely = [
        k
        for k in near
        if any(schedule(problem, {(k, d): [(v, seat)]}, limits=False) is not None for d in days)
    ]
    if not timely:
        return "no_shift_meets_window"
    refused = {k for visit, k in problem.forbidden.tolist() if visit == v}
    return None if set(timely) - refused else "all_declined"
