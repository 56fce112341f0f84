"""What is missing: few more people, by district, day and half of the day, who would serve the unserved.

Greedy set cover (Chvátal 1979): again and again the one half day of one kind of volunteer that serves the
most weight, filled as far as its hours reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np

from planner.candidates import Desk
from planner.plan import Plan
from planner.problem import Problem
from planner.reasons import Reason

NOON = 12 * 3600 + 1800  # seconds; what may start before is a matter of the morning
BETWEEN = 20 * 60  # seconds of way that each visit is counted with


class Need(NamedTuple):
    """A kind of volunteer at a time: skills as bits, sex 0 either; the half day is 0 morning, 1 afternoon."""

    district: int
    day: int
    half: int
    skill: int
    sex: int
    people: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """So many half days of so many people at once are missing there, and what they would serve."""

    district: int
    day: int
    half: int
    skill: int
    sex: int
    people: int
    half_days: int
    visits: tuple[int, ...]
    weight: int

    def to_json(self) -> dict[str, object]:
        """Plain values; of the visits their number."""
        return asdict(self) | {"visits": len(self.visits)}


def find_shortages(problem: Problem, plan: Plan) -> list[Shortage]:
    """What would serve the plan's unserved visits, what serves the most weight first.

    Visits that were not looked at, or that cost more than they are worth, ask for nobody.
    """
    asked = [u.visit for u in plan.unserved if u.reason not in (Reason.OUT_OF_TIME, Reason.OUTWEIGHED)]
    halves = _half_crews(problem, plan, asked)
    options: dict[Need, list[int]] = defaultdict(list)
    for visit in asked:
        for need in [halves[visit]] if visit in halves else _needs(problem, visit):
            options[need].append(visit)
    hours = _usual_hours(problem)
    left = set(asked)
    chosen: dict[Need, list[list[int]]] = defaultdict(list)
    # what a half day serves only gets less as others are filled, so an old value is a bound on the new one
    heap = [_entry(problem, need, visits, left, hours) for need, visits in options.items()]
    heapify(heap)
    while heap and left:
        _, need, _ = heappop(heap)
        fresh = _entry(problem, need, options[need], left, hours)
        if not fresh[2]:
            continue
        if heap and fresh[:2] > heap[0][:2]:
            heappush(heap, fresh)
            continue
        chosen[need].append(fresh[2])
        left -= set(fresh[2])
        heappush(heap, fresh)
    return sorted(
        (_shortage(problem, need, days) for need, days in chosen.items()),
        key=lambda shortage: (-shortage.weight, shortage.district, shortage.day, shortage.half),
    )


def _half_crews(problem: Problem, plan: Plan, asked: list[int]) -> dict[int, Need]:
    """Pairs of which one can be found, by visit: the other one, when the first has room.

    The heaviest first; who is found for one is not promised to the next. Where both could be, but not
    together, the lead is taken and a companion is missing, of whom no skill is asked.
    """
    pairs = sorted(
        (v for v in asked if problem.vpersons[v] == 2), key=lambda v: (-int(problem.vweight[v]), v)
    )
    found: dict[int, Need] = {}
    desk = Desk(problem, plan) if pairs else None
    for visit in pairs:
        assert desk is not None  # noqa: S101  # there are pairs
        for seat in (0, 1):
            if desk.holder(visit, seat) is None and (first := desk.candidates(visit, seat=seat, limit=1)):
                desk.take(visit, seat, first[0])
            if (there := desk.holder(visit, seat)) is not None:
                skill, sex = (
                    (0, 0) if seat == 0 else (int(problem.vskill[visit]), int(problem.vgender[visit]))
                )
                half = int(there.start > NOON)
                found[visit] = Need(int(problem.vdist[visit]), there.day, half, skill, sex, 1)
                break
    return found


def _needs(problem: Problem, visit: int) -> Iterator[Need]:
    """The kinds of volunteer that could serve the visit, by day and half of the day."""
    windows = problem.vtw[visit, : int(problem.vntw[visit])].tolist()
    halves = {
        half
        for opens, closes in windows
        for half in (0, 1)
        if (opens <= NOON if half == 0 else closes > NOON)
    }
    who = (int(problem.vskill[visit]), int(problem.vgender[visit]), int(problem.vpersons[visit]))
    for day in range(int(problem.vday0[visit]), int(problem.vday1[visit]) + 1):
        for half in sorted(halves):
            yield Need(int(problem.vdist[visit]), day, half, *who)


def _entry(
    problem: Problem, need: Need, visits: list[int], left: set[int], hours: int
) -> tuple[float, Need, list[int]]:
    """The weight that one half day of each person serves now, negative for the heap, and the visits."""
    taken = _fill(problem, visits, left, hours)
    return -_weight(problem, taken) / need.people, need, taken


def _usual_hours(problem: Problem) -> int:
    """Seconds of the usual shift that is no longer than half a day."""
    lengths = (problem.kshift[:, :, 1] - problem.kshift[:, :, 0])[problem.kshift[:, :, 0] >= 0]
    short = lengths[lengths <= 5 * 3600]
    return int(np.median(short)) if len(short) else 3 * 3600 + 1800


def _fill(problem: Problem, visits: list[int], left: set[int], hours: int) -> list[int]:
    """The heaviest of the visits that one half day has time for, at least one."""
    used, taken = 0, list[int]()
    for visit in sorted((v for v in visits if v in left), key=lambda v: (-int(problem.vweight[v]), v)):
        seconds = int(problem.vsvc[visit]) + BETWEEN
        if not taken or used + seconds <= hours:
            taken.append(visit)
            used += seconds
    return taken


def _weight(problem: Problem, visits: list[int]) -> int:
    return int(problem.vweight[visits].sum()) if visits else 0


def _shortage(problem: Problem, need: Need, days: list[list[int]]) -> Shortage:
    visits = tuple(sorted(visit for day in days for visit in day))
    return Shortage(*need, half_days=len(days), visits=visits, weight=_weight(problem, list(visits)))


def add_up(shortages: list[Shortage]) -> Mapping[str, int]:
    """Half days of people missing, the visits and the weight they would serve."""
    return {
        "half_days": sum(s.half_days * s.people for s in shortages),
        "visits": sum(len(s.visits) for s in shortages),
        "weight": sum(s.weight for s in shortages),
    }
