"""Accepted assignments against the rules: what a person decided stands, but is told."""

from __future__ import annotations

import numpy as np

from planner.ground import Ground
from planner.kernel.routes import holds
from planner.plan import Conflict
from planner.state import State


def find_conflicts(ground: Ground) -> tuple[Conflict, ...]:
    """Every rule that the fixed assignments alone break, by visit and by route."""
    conflicts: list[Conflict] = []
    for visit, seat, volunteer, day, start in ground.problem.fixed.tolist():
        for what in _visit_conflicts(ground, visit, seat, volunteer, day, start):
            conflicts.append(Conflict(visit, volunteer, day, what))
    if not len(ground.problem.fixed):
        return ()
    state = State(ground)
    rules, live = state.rules, state.live
    for slot in np.flatnonzero(live.length).tolist():
        in_week = live.in_week[rules.week[slot]]
        whats = (
            ("no_shift", ground.begin[slot] < 0),
            ("not_enough_time", ground.begin[slot] >= 0 and not holds(rules, live, slot)),
            ("too_many_metres", live.metres[slot] > rules.reach[slot]),
            ("too_many_a_day", live.length[slot] > rules.most_a_day[slot]),
            ("too_many_a_week", in_week > rules.most_a_week[slot]),
        )
        volunteer, day = int(ground.volunteer[slot]), int(ground.day[slot])
        for what, is_so in whats:
            if is_so:
                conflicts.extend(Conflict(visit, volunteer, day, what) for visit in state.route(slot))
    return tuple(conflicts)


def _visit_conflicts(
    ground: Ground, visit: int, seat: int, volunteer: int, day: int, start: int
) -> list[str]:
    problem = ground.problem
    windows = problem.vtw[visit, : int(problem.vntw[visit])].tolist()
    whats = (
        ("day_not_allowed", not problem.vday0[visit] <= day <= problem.vday1[visit]),
        ("outside_window", not any(opens <= start <= closes for opens, closes in windows)),
        ("does_not_fit", not problem.may_take(visit, seat)[volunteer]),
        ("refused", volunteer in ground.refused.get(visit, ())),
    )
    return [what for what, is_so in whats if is_so]
