"""Accepted assignments against the rules: what a person decided stands, but is told."""

from __future__ import annotations

from planner.ground import Ground
from planner.plan import Conflict
from planner.timing import Timing


def find_conflicts(ground: Ground) -> tuple[Conflict, ...]:
    """Every rule that the fixed assignments alone break, by visit and by route."""
    conflicts: list[Conflict] = []
    problem = ground.problem
    by_slot: dict[int, list[int]] = {}
    by_week: dict[int, int] = {}
    for visit, seat, volunteer, day, start in problem.fixed.tolist():
        slot = ground.held[visit][seat]
        by_slot.setdefault(slot, []).append(visit)
        week = int(ground.week[slot])
        by_week[week] = by_week.get(week, 0) + 1
        for what in _visit_conflicts(ground, visit, seat, volunteer, day, start):
            conflicts.append(Conflict(visit, volunteer, day, what))
    timing = Timing(ground)
    for slot, visits in sorted(by_slot.items()):
        visits.sort(key=lambda visit: (ground.pin[visit] or 0, timing.service[visit]))
        times = timing.run(slot, visits, ground.pin)
        whats = (
            ("no_shift", ground.begin[slot] < 0),
            ("not_enough_time", ground.begin[slot] >= 0 and not times.holds),
            ("too_many_metres", times.metres > ground.reach[slot]),
            ("too_many_a_day", len(visits) > ground.most_a_day[slot]),
            ("too_many_a_week", by_week[int(ground.week[slot])] > ground.most_a_week[slot]),
        )
        volunteer, day = int(ground.volunteer[slot]), int(ground.day[slot])
        for what, is_so in whats:
            if is_so:
                conflicts.extend(Conflict(visit, volunteer, day, what) for visit in visits)
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
