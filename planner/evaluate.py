"""What a plan is worth and whether it keeps the rules: a plain reading, without the search's shortcuts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from planner.geometry import leg_metres, leg_seconds
from planner.plan import Plan, Route
from planner.problem import Problem
from planner.worth import CITY, SERVED, WANTED

Seats = dict[tuple[int, int], tuple[int, int, int]]  # (visit, seat) -> day, start, volunteer


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan in numbers. `score` is the objective; `load_gini` is 0 if all are used alike."""

    faults: tuple[str, ...]
    weight: int
    weight_percent: float
    served: int
    visits: int
    wanted_percent: float
    city_pool_uses: int
    km: float
    km_per_visit: float
    load_gini: float
    score: int

    def to_json(self) -> dict[str, Any]:
        """Plain values; of the faults their number and the first ten."""
        return asdict(self) | {"faults": len(self.faults), "first_faults": list(self.faults[:10])}


def evaluate(problem: Problem, plan: Plan) -> Figures:
    """The figures of a plan; its faults are told, not raised."""
    faults: list[str] = []
    seats: Seats = {}
    metres = 0
    days: set[tuple[int, int]] = set()
    weeks: dict[tuple[int, int], int] = {}
    load = np.zeros(problem.m, np.int64)
    for route in plan.routes:
        key = (route.volunteer, route.day)
        if not (0 <= route.volunteer < problem.m and 0 <= route.day < problem.days):
            faults.append(f"no volunteer {route.volunteer} on day {route.day}")
            continue
        if key in days:
            faults.append(f"{_who(route)} has two routes")
        days.add(key)
        week = (route.volunteer, route.day // 7)
        weeks[week] = weeks.get(week, 0) + len(route.stops)
        load[route.volunteer] += len(route.stops)
        metres += _follow(problem, route, seats, faults)
    if problem.weekly:
        for (volunteer, week_number), count in weeks.items():
            if count > problem.kmaxweek[volunteer]:
                faults.append(f"volunteer {volunteer} has {count} visits in week {week_number}")
    weight, served, wanted, city = _add_up(problem, seats, faults)
    wishes = int((problem.vpref >= 0).sum())
    return Figures(
        faults=tuple(faults),
        weight=weight,
        weight_percent=round(100 * weight / max(1, int(problem.vweight.sum())), 3),
        served=served,
        visits=problem.n,
        wanted_percent=round(100 * wanted / max(1, wishes), 2),
        city_pool_uses=city,
        km=round(metres / 1000, 1),
        km_per_visit=round(metres / 1000 / max(1, served), 3),
        load_gini=round(_gini(problem, load), 3),
        score=SERVED * weight + WANTED * wanted - CITY * city - metres,
    )


def _follow(problem: Problem, route: Route, seats: Seats, faults: list[str]) -> int:
    """Go along a route, note its seats and faults; returns its metres."""
    who, k = _who(route), route.volunteer
    begin, end = (int(moment) for moment in problem.kshift[k, route.day])
    if begin < 0 and route.stops:
        faults.append(f"{who} is not on duty")
    if len(route.stops) > problem.kmaxday[k]:
        faults.append(f"{who} has {len(route.stops)} visits, at most {problem.kmaxday[k]}")
    home = place = (int(problem.kx[k]), int(problem.ky[k]))
    clock, metres = begin, 0
    for stop in route.stops:
        v = stop.visit
        if not (0 <= v < problem.n and 0 <= stop.seat < problem.vpersons[v]):
            faults.append(f"{who}: there is no visit {v} with seat {stop.seat}")
            continue
        there = (int(problem.vx[v]), int(problem.vy[v]))
        leg = leg_metres(*place, *there)
        metres += leg
        clock += leg_seconds(leg, int(problem.kspd[k]))
        if stop.start < clock:
            faults.append(f"{who} comes to visit {v} at {clock}, after its start {stop.start}")
        windows = problem.vtw[v, : int(problem.vntw[v])].tolist()
        if not any(opens <= stop.start <= closes for opens, closes in windows):
            faults.append(f"visit {v} starts at {stop.start}, outside its windows")
        if not problem.vday0[v] <= route.day <= problem.vday1[v]:
            faults.append(f"visit {v} is not allowed on day {route.day}")
        if not problem.may_take(v, stop.seat)[k]:
            faults.append(f"{who} may not take seat {stop.seat} of visit {v}")
        if (v, stop.seat) in seats:
            faults.append(f"seat {stop.seat} of visit {v} is filled twice")
        seats[v, stop.seat] = (route.day, stop.start, k)
        clock, place = stop.start + int(problem.vsvc[v]), there
    leg = leg_metres(*place, *home)
    metres += leg
    clock += leg_seconds(leg, int(problem.kspd[k]))
    if route.stops and clock > end:
        faults.append(f"{who} is home at {clock}, after the shift's end {end}")
    if metres > problem.kmaxm[k]:
        faults.append(f"{who} has {metres} metres to go, at most {problem.kmaxm[k]}")
    return metres


def _add_up(problem: Problem, seats: Seats, faults: list[str]) -> tuple[int, int, int, int]:
    """Weight, visits, wanted volunteers and city seats served; half crews and separate pairs are faults."""
    weight = served = wanted = city = 0
    for visit in sorted({visit for visit, _ in seats}):
        crew = [seats.get((visit, seat)) for seat in range(int(problem.vpersons[visit]))]
        here = [c for c in crew if c is not None]
        if len(here) < len(crew):
            faults.append(f"visit {visit} has half a crew")
            continue
        if len({c[:2] for c in here}) > 1 or len({c[2] for c in here}) < len(here):
            faults.append(f"the two of visit {visit} are not two people at one time")
        people = [c[2] for c in here]
        served += 1
        weight += int(problem.vweight[visit])
        wanted += int(problem.vpref[visit]) in people
        city += sum(int(problem.kpool[k]) for k in people)
    return weight, served, wanted, city


def _gini(problem: Problem, load: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """How unevenly visits per shift are spread over those who have shifts."""
    shifts = (problem.kshift[:, :, 0] >= 0).sum(axis=1)
    rate = np.sort(load[shifts > 0] / shifts[shifts > 0])
    count = len(rate)
    if not count or not rate.sum():
        return 0.0
    rank = 2 * np.arange(1, count + 1) - count - 1
    return float((rank * rate).sum() / (count * rate.sum()))


def _who(route: Route) -> str:
    return f"volunteer {route.volunteer} on day {route.day}"
