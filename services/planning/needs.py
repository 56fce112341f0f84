"""What is missing: why nobody goes to a visit, and the cheapest change that would serve it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from planner.changes import Remedy
from planner.plan import Plan
from planner.problem import Problem
from planner.shortage import NOON, Need, Shortage, add_up, find_shortages
from services.planning.problems import Built
from services.planning.remedies import CHANGES, HALVES, find_changes, to_change
from services.planning.roster import EXPERIENCED, SKILLS, STAFF

KEPT = 200  # lines of a run's list


@dataclass(frozen=True)
class Needs:
    """Half days of people that are missing, what serves the most weight first.

    `changes`: by row of visit what would do without them, of the heaviest visits.
    """

    found: list[Shortage] = field(default_factory=list)
    changes: dict[int, Remedy] = field(default_factory=dict)

    def reasons(self, built: Built, plan: Plan) -> dict[int, dict[str, Any]]:
        """By row of visit: code and counts of why nobody goes, and what would change it.

        Under `needs` whom else, under `change` who could do a little more.
        """
        lines = {v: line for s in self.found for v in s.visits for line in [to_line(s, built.first_day)]}
        rows: dict[int, dict[str, Any]] = {}
        for unserved in plan.unserved:
            if unserved.visit < len(built.visits):
                why: dict[str, Any] = {"code": unserved.reason, **unserved.detail}
                if unserved.visit in lines:
                    why["needs"] = lines[unserved.visit]
                if unserved.visit in self.changes:
                    change = self.changes[unserved.visit]
                    why["change"] = to_change(change, built.roster.ids, built.first_day)
                rows[unserved.visit] = why
        return rows

    def figures(self, first_day: date) -> dict[str, Any]:
        """For the run: the sum, and the most telling lines."""
        sums: Mapping[str, int] = add_up(self.found)
        lines = [
            to_line(s, first_day) | {"half_days": s.half_days, "visits": len(s.visits), "weight": s.weight}
            for s in self.found[:KEPT]
        ]
        return {"missing": dict(sums), "shortages": lines}


def find_needs(problem: Problem, plan: Plan, changes: int = CHANGES) -> Needs:
    """What would serve the plan's unserved visits, spread over their days: few can come all at once.

    `changes`: how many visits at most are asked what would do without more people.
    """
    if not plan.unserved:
        return Needs()
    missing = spread(problem, find_shortages(problem, plan))
    return Needs(missing, find_changes(problem, plan, changes))


def spread(problem: Problem, shortages: list[Shortage]) -> list[Shortage]:
    """The same half days, each on the least asked day and half that all of its visits allow."""
    asked: Counter[Need] = Counter()
    chosen: dict[Need, list[list[int]]] = {}
    for shortage in shortages:
        visits, count = shortage.visits, shortage.half_days
        for begin in range(count):
            group = list(visits[begin::count])
            if group:
                need = min(_times(problem, shortage, group), key=lambda n: (asked[n], n.day, n.half))
                asked[need] += 1
                chosen.setdefault(need, []).append(group)
    spread_out = [
        Shortage(
            *need,
            half_days=len(groups),
            visits=tuple(sorted(v for group in groups for v in group)),
            weight=int(sum(problem.vweight[group].sum() for group in groups)),
        )
        for need, groups in chosen.items()
    ]
    return sorted(spread_out, key=lambda s: (-s.weight, s.district, s.day, s.half))


def _times(problem: Problem, shortage: Shortage, group: list[int]) -> list[Need]:
    """The half days on which every visit of the group may be; the shortage's own if there is no other.

    A companion, or a lead, is asked for when the other one has room: that stays.
    """
    if shortage.people < problem.vpersons[group].min():
        return [
            Need(
                shortage.district, shortage.day, shortage.half, shortage.skill, shortage.sex, shortage.people
            )
        ]
    first, last = int(problem.vday0[group].max()), int(problem.vday1[group].min())
    halves = set.intersection(*(_halves(problem, visit) for visit in group))
    kind = (shortage.skill, shortage.sex, shortage.people)
    found = [
        Need(shortage.district, day, half, *kind) for day in range(first, last + 1) for half in sorted(halves)
    ]
    return found or [Need(shortage.district, shortage.day, shortage.half, *kind)]


def _halves(problem: Problem, visit: int) -> set[int]:
    windows = problem.vtw[visit, : int(problem.vntw[visit])].tolist()
    return {half for opens, closes in windows for half in (0, 1) if (opens <= NOON, closes > NOON)[half]}


def to_line(shortage: Shortage, first_day: date) -> dict[str, Any]:
    """One kind of people at one time, as plain values that pages put in words."""
    return {
        "division": f"{shortage.district:06d}000000",
        "day": (first_day + timedelta(days=shortage.day)).isoformat(),
        "half": HALVES[shortage.half],
        "skills": [skill for bit, skill in enumerate(SKILLS) if shortage.skill >> bit & 1]
        + (["experienced"] if shortage.skill & EXPERIENCED else [])
        + (["staff"] if shortage.skill & STAFF else []),
        "sex": shortage.sex,
        "people": shortage.people,
    }
