"""What is missing: why nobody goes to a visit, and the cheapest change that would serve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from planner.plan import Plan
from planner.problem import Problem
from planner.shortage import Shortage, add_up, find_shortages
from services.planning.problems import Built
from services.planning.roster import SKILLS

HALVES = ("morning", "afternoon")
KEPT = 60  # lines of a run's list


@dataclass(frozen=True)
class Needs:
    """Half days of people that are missing, what serves the most weight first."""

    found: list[Shortage] = field(default_factory=list)

    def reasons(self, built: Built, plan: Plan) -> dict[int, dict[str, Any]]:
        """By row of visit: code and counts of why nobody goes, and under `needs` what would change it."""
        lines = {v: line for s in self.found for v in s.visits for line in [to_line(s, built.first_day)]}
        rows: dict[int, dict[str, Any]] = {}
        for unserved in plan.unserved:
            if unserved.visit < len(built.visits):
                why: dict[str, Any] = {"code": unserved.reason, **unserved.detail}
                if unserved.visit in lines:
                    why["needs"] = lines[unserved.visit]
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


def find_needs(problem: Problem, plan: Plan) -> Needs:
    """What would serve the plan's unserved visits."""
    return Needs(find_shortages(problem, plan) if plan.unserved else [])


def to_line(shortage: Shortage, first_day: date) -> dict[str, Any]:
    """One kind of people at one time, as plain values that pages put in words."""
    return {
        "division": f"{shortage.district:06d}000000",
        "day": (first_day + timedelta(days=shortage.day)).isoformat(),
        "half": HALVES[shortage.half],
        "skills": [skill for bit, skill in enumerate(SKILLS) if shortage.skill >> bit & 1],
        "sex": shortage.sex,
        "people": shortage.people,
    }
