"""Why nobody goes: the true reason of each unserved visit, looked for among everybody.

The questions are asked in order, and the first that leaves nobody is the reason: who fits (pool, skills,
sex); who of them lives near enough; who has a shift in the visit's days with time for it; who has not
refused; who still has room beside what is planned. So a reason names what would have to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from planner.choices import Choice, why
from planner.everybody import Move
from planner.geometry import Ints, road_metres
from planner.kernel.quotes import quote
from planner.kernel.reach import keep_with_time
from planner.state import State

__all__ = ["Choice", "Finding", "Reason", "explain", "find_people", "why"]


class Reason(StrEnum):
    """Codes in `Plan.unserved`; for a pair they speak of the lead unless they say `half_crew`."""

    NO_ONE_WITH_SKILL = "no_one_with_skill"  # nobody has the skills and sex in a pool that may come
    NO_ONE_IN_REACH = "no_one_in_reach"  # all who fit live too far away for their daily metres
    NO_SHIFT_MEETS_WINDOW = "no_shift_meets_window"  # none of them is on duty when the visit may be
    ALL_DECLINED = "all_declined"  # all who could come refused or are refused
    ALL_FULL = "all_full"  # the day, the week or the route of all who could come is full
    HALF_CREW = "half_crew"  # one person can be found, but not the second at the same time
    OUTWEIGHED = "outweighed"  # somebody could come, but it would cost more than it is worth
    OUT_OF_TIME = "out_of_time"  # the planner was stopped before it had looked at the visit


class Finding(NamedTuple):
    """A reason and the counts behind it; none if the visit could be served from `slots`, by open seat."""

    reason: Reason | None
    detail: Mapping[str, int]
    slots: Mapping[int, Ints]


def find_people(state: State, visit: int) -> Finding:
    """Who could come if nothing else were planned."""
    open_seats = int(state.ground.open_seats[visit])
    slots: dict[int, Ints] = {}
    for seat in (seat for seat in (0, 1) if (open_seats >> seat) & 1):
        reason, detail, slots[seat] = _seat_funnel(state, visit, seat)
        if reason is not None:
            is_half = seat == 1 or (open_seats == 1 and int(state.ground.problem.vpersons[visit]) == 2)
            return Finding(Reason.HALF_CREW if is_half else reason, {"missing_seat": seat, **detail}, {})
    return Finding(None, {}, slots)


def explain(state: State, visit: int, found: Finding, move: Move | None) -> tuple[Reason, Mapping[str, int]]:
    """The reason of a visit that `find_people` found people for, and `move` is the best it could do."""
    if move is not None:
        worth = int(state.rules.worth[visit])
        return Reason.OUTWEIGHED, {"cost_metres": int(move.cost), "worth_metres": worth}
    free: list[int] = []
    detail: dict[str, int] = {}
    for seat, slots in found.slots.items():
        quotes = np.zeros((len(slots), 3), np.int64)
        quote(state.rules, state.live, visit, seat, slots, quotes)
        free.append(int((quotes[:, 1] >= 0).sum()))
        counts = _full_counts(state, slots, free[-1])
        detail.update({f"{key}_seat_{seat}" if seat else key: count for key, count in counts.items()})
    is_half_fixed = len(found.slots) < int(state.ground.problem.vpersons[visit])
    if is_half_fixed or any(free):
        return Reason.HALF_CREW, detail
    return Reason.ALL_FULL, detail


def _seat_funnel(state: State, visit: int, seat: int) -> tuple[Reason | None, dict[str, int], Ints]:
    """The static questions for one seat: a reason, or the slots that could take it."""
    ground, problem = state.ground, state.ground.problem
    fits = problem.may_take(visit, seat)
    detail = {"volunteers": problem.m, "fit": int(fits.sum())}
    nobody = np.zeros(0, np.int64)
    if not fits.any():
        if seat == 0:
            detail |= _fit_counts(state, visit)
        return Reason.NO_ONE_WITH_SKILL, detail, nobody
    metres = road_metres(problem.vx[visit], problem.vy[visit], problem.kx, problem.ky)
    near = fits & (2 * metres <= problem.kmaxm)
    detail["in_reach"] = int(near.sum())
    if not near.any():
        detail["nearest_metres"] = int(metres[fits].min())
        return Reason.NO_ONE_IN_REACH, detail, nobody
    on_duty = ground.slots_of_days(visit, near)
    detail["on_duty"] = _people(state, on_duty)
    slots = keep_with_time(state.rules, visit, on_duty)
    detail["with_time"] = _people(state, slots)
    if not len(slots):
        return Reason.NO_SHIFT_MEETS_WINDOW, detail, nobody
    if barred := ground.barred(visit):
        slots = slots[~np.isin(ground.volunteer[slots], barred)]
    detail["willing"] = _people(state, slots)
    return (None if len(slots) else Reason.ALL_DECLINED), detail, slots


def _people(state: State, slots: Ints) -> int:
    """How many different volunteers the slots belong to (slots of one follow each other)."""
    volunteers = state.ground.volunteer[slots]
    return int(len(volunteers) > 0) + int((np.diff(volunteers) != 0).sum())


def _fit_counts(state: State, visit: int) -> dict[str, int]:
    """How many volunteers meet each of the lead's conditions alone."""
    problem = state.ground.problem
    skill, sex = problem.vskill[visit], problem.vgender[visit]
    return {
        "in_pool": int(((problem.kpool == 1) | (problem.kdist == problem.vdist[visit])).sum()),
        "with_skill": int(((skill & ~problem.kskill) == 0).sum()),
        "of_sex": int((problem.kgender == sex).sum()) if sex else problem.m,
    }


def _full_counts(state: State, slots: Ints, free: int) -> dict[str, int]:
    """Why the slots of those who could come have no room."""
    rules, live = state.rules, state.live
    day_full = live.length[slots] >= rules.most_a_day[slots]
    week_full = ~day_full & (live.in_week[rules.week[slots]] >= rules.most_a_week[slots])
    counts = {"slots": len(slots), "day_full": int(day_full.sum()), "week_full": int(week_full.sum())}
    return counts | {"no_gap": len(slots) - counts["day_full"] - counts["week_full"] - free, "free": free}
