"""For visits that nobody goes to: who would only have to be asked for a little more, and what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from planner.changes import Remedy, cheapest_change
from planner.plan import Plan
from planner.problem import Problem
from planner.reasons import Reason
from services.planning.problems import round_start

HALVES = ("morning", "afternoon")
CHANGES = 100  # visits of a plan that are looked at, the heaviest: less than 10 ms each
NOBODY_LACKS = frozenset({Reason.OUT_OF_TIME, Reason.OUTWEIGHED})  # somebody could go as it is


def find_changes(problem: Problem, plan: Plan, most: int = CHANGES) -> dict[int, Remedy]:
    """By row of visit: the least that somebody who is there would have to do more.

    Each by itself, everything else left as it is. None for visits that need one more person, as pairs do.
    """
    visits = [
        u.visit for u in plan.unserved if u.reason not in NOBODY_LACKS and problem.vpersons[u.visit] == 1
    ]
    visits.sort(key=lambda v: -int(problem.vweight[v]))
    found = {v: cheapest_change(problem, plan, v) for v in visits[:most]}
    return {v: remedy for v, remedy in found.items() if remedy.volunteer >= 0}


def to_change(remedy: Remedy, ids: list[UUID], first_day: date) -> dict[str, Any]:
    """Plain values that pages put in words; `amount` is visits, seconds or metres. No name is stored."""
    minutes = round_start(remedy.start) // 60
    return {
        "kind": remedy.kind,
        "amount": remedy.amount,
        "day": (first_day + timedelta(days=remedy.day)).isoformat(),
        "half": HALVES[remedy.half],
        "start": f"{minutes // 60:02d}:{minutes % 60:02d}",
        "volunteer": str(ids[remedy.volunteer]),
    }
