"""The cheapest change that would serve a visit nobody goes to, everything else left as it is.

Asked in order, the least first: one visit more than somebody's day or week allows; somebody's shift longer by
quarters of an hour, at most an hour; somebody's way longer, at most ten kilometres; one more person (two for
a pair that nobody at all could make).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from planner.candidates import Desk
from planner.checks import RANGES
from planner.geometry import Ints
from planner.part import part_of
from planner.plan import Plan, Route, Stop
from planner.problem import Problem
from planner.shortage import NOON

NEAREST = 60  # volunteers that are thought of
QUARTERS = (900, 1_800, 2_700, 3_600)  # seconds
METRES = (1_000, 2_000, 5_000, 10_000)


@dataclass(frozen=True, slots=True)
class Remedy:
    """`kind`: one_more_visit, longer_shift (`amount` seconds at either end), longer_way (`amount` metres).

    Those name a volunteer, day and start. `one_more_person` names district, skill and sex, `day` the first
    of the visit's, `start` when the visit may begin then; `amount` is how many people.
    """

    kind: str
    amount: int
    day: int
    start: int
    volunteer: int = -1
    district: int = -1
    skill: int = 0
    sex: int = 0

    @property
    def half(self) -> int:
        """0 morning, 1 afternoon, as in `planner.shortage`."""
        return int(self.start > NOON)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "half": self.half}


def cheapest_change(problem: Problem, plan: Plan, visit: int) -> Remedy:
    """What would serve the visit with the least asked of anybody.

    Raises ValueError if there is no such visit.
    """
    if not 0 <= visit < problem.n:
        raise ValueError(f"no such visit: {visit}")
    if problem.vpersons[visit] == 2:
        return _more_people(problem, plan, visit)
    people = _near(problem, visit, 0)
    part, stays = _part(problem, plan, visit, people)
    for kind, amount, changed in _variants(part):
        found = Desk(changed, stays).candidates(0, limit=1)
        if found:
            best = found[0]
            return Remedy(kind, amount, best.day, best.start, int(people[best.volunteer]))
    return _more_people(problem, plan, visit)


def _variants(part: Problem) -> Iterator[tuple[str, int, Problem]]:
    """The part with each change made for everybody, the least asked first."""
    day, week = _at_most("kmaxday", part.kmaxday + 1), _at_most("kmaxweek", part.kmaxweek + 1)
    more = dataclasses.replace(part, kmaxday=day, kmaxweek=week)
    yield "one_more_visit", 1, more
    on_duty = part.kshift[:, :, :1] >= 0
    for seconds in QUARTERS:
        longer = _at_most("kshift", np.maximum(part.kshift + np.array([-seconds, seconds]), 0))
        yield "longer_shift", seconds, dataclasses.replace(part, kshift=np.where(on_duty, longer, -1))
    for metres in METRES:
        yield "longer_way", metres, dataclasses.replace(part, kmaxm=_at_most("kmaxm", part.kmaxm + metres))


def _at_most(name: str, values: Ints) -> Ints:
    """No more than a problem may have."""
    return np.minimum(values, RANGES[name][2])


def _near(problem: Problem, visit: int, seat: int) -> Ints:
    """The nearest of those who may take the seat."""
    refused = problem.forbidden[problem.forbidden[:, 0] == visit, 1]
    allowed = problem.may_take(visit, seat).copy()
    allowed[refused] = False
    people = np.flatnonzero(allowed)
    east, north = problem.kx[people] - problem.vx[visit], problem.ky[people] - problem.vy[visit]
    nearest: Ints = people[np.argsort(east * east + north * north, kind="stable")[:NEAREST]]
    return nearest


def _part(problem: Problem, plan: Plan, visit: int, people: Ints) -> tuple[Problem, Plan]:
    """Those people with all they do, and the visit as number 0."""
    place = {volunteer: row for row, volunteer in enumerate(people.tolist())}
    routes = [route for route in plan.routes if route.volunteer in place]
    theirs = {stop.visit for route in routes for stop in route.stops}
    visits = [visit, *sorted(theirs - {visit})]
    row = {number: at for at, number in enumerate(visits)}
    moved = tuple(
        Route(
            place[route.volunteer],
            route.day,
            tuple(Stop(row[s.visit], s.seat, s.start) for s in route.stops if s.visit != visit),
        )
        for route in routes
    )
    return part_of(problem, np.array(visits, np.int64), people), Plan(moved)


def _more_people(problem: Problem, plan: Plan, visit: int) -> Remedy:
    """One more person for the seat that cannot be filled, or one for each."""
    opens = int(problem.vtw[visit, : int(problem.vntw[visit]), 0].min())
    where = {"district": int(problem.vdist[visit])}
    who = {"skill": int(problem.vskill[visit]), "sex": int(problem.vgender[visit])}
    day = int(problem.vday0[visit])
    if problem.vpersons[visit] == 2:
        has_lead, has_mate = (_has_somebody(problem, plan, visit, seat) for seat in (0, 1))
        if has_lead:
            return Remedy("one_more_person", 1, day, opens, **where)  # a companion needs no skill
        if not has_mate:
            return Remedy("one_more_person", 2, day, opens, **where, **who)
    return Remedy("one_more_person", 1, day, opens, **where, **who)


def _has_somebody(problem: Problem, plan: Plan, visit: int, seat: int) -> bool:
    part, stays = _part(problem, plan, visit, _near(problem, visit, seat))
    return bool(Desk(part, stays).candidates(0, seat=seat, limit=1))
