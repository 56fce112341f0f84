"""What slots can take up: items (a seat of a visit, for pairs on one day and in one part of it) and slots.

A visit is served by one of its options. One person: one option of one item, whole. Two people: an option
for each day and part of the day, of two items, so that both must at least come on the same part of the
same day (that they are two, at one moment, is relaxed). Leaving out a stop never breaks a route (going
directly is never longer), so covering an item twice is no gain and may be allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bench.bound.reach import find_reach
from planner.geometry import Ints
from planner.problem import Problem

PARTS = (0, 45_900)  # a pair's start falls in the morning or later: finer parts were no gain


@dataclass(frozen=True)
class Items:
    """Items by row, options by row, slots by row; `reach` lists for each slot what it could do alone."""

    visit: Ints
    seat: Ints
    option: Ints
    first: Ints  # days
    last: Ints
    windows: Ints  # (items, 2, 2), unused ones never open
    option_visit: Ints
    free: int  # weight of visits with a fixed seat: counted as served, whatever the rules say
    slot_volunteer: Ints
    slot_day: Ints
    slot_week: Ints  # row of `week_most`, or -1: this week's limit cannot bind
    slot_most: Ints  # visits a day
    week_most: Ints
    reach_start: Ints
    reach: Ints


def make_items(problem: Problem) -> Items:
    """The items, options and slots of a problem."""
    kept = np.ones(problem.n, bool)
    kept[problem.fixed[:, 0]] = False
    rows: list[tuple[int, int, int, int, int]] = []
    windows: list[list[tuple[int, int]]] = []
    owners: list[int] = []
    for visit in np.flatnonzero(kept).tolist():
        _add_options(problem, visit, rows, windows, owners)
    table = np.array(rows, np.int64).reshape(-1, 5)
    opens = np.full((len(rows), 2, 2), -1, np.int64)
    opens[:, :, 0] = 10**7
    for row, parts in enumerate(windows):
        opens[row, : len(parts)] = parts
    volunteer, day, week, most, week_most = _slots(problem)
    start, reach = find_reach(problem, table, opens, volunteer, day)
    return Items(
        visit=table[:, 0], seat=table[:, 1], option=table[:, 2], first=table[:, 3], last=table[:, 4],
        windows=opens, option_visit=np.array(owners, np.int64), free=int(problem.vweight[~kept].sum()),
        slot_volunteer=volunteer, slot_day=day, slot_week=week, slot_most=most, week_most=week_most,
        reach_start=start, reach=reach,
    )  # fmt: skip  # one array a name


def _add_options(
    problem: Problem,
    visit: int,
    rows: list[tuple[int, int, int, int, int]],
    windows: list[list[tuple[int, int]]],
    owners: list[int],
) -> None:
    first, last = int(problem.vday0[visit]), min(int(problem.vday1[visit]), problem.days - 1)
    whole = [(a, b) for a, b in problem.vtw[visit, : int(problem.vntw[visit])].tolist() if a <= b]
    if problem.vpersons[visit] == 1:
        rows.append((visit, 0, len(owners), first, last))
        windows.append(whole)
        owners.append(visit)
        return
    for day in range(first, last + 1):
        for part in _parts(whole):
            for seat in (0, 1):
                rows.append((visit, seat, len(owners), day, day))
                windows.append(part)
            owners.append(visit)


def _parts(windows: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """The windows cut at the borders of PARTS; empty parts are left out."""
    borders = [*PARTS, 10**7]
    found = []
    for begin, end in pairwise(borders):
        lowest = -(10**9) if begin == 0 else begin
        part = [(max(a, lowest), min(b, end - 1)) for a, b in windows if a < end and b >= lowest]
        if part:
            found.append(part)
    return found


def _slots(problem: Problem) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    most = problem.kmaxday.copy()
    if problem.weekly:
        most = np.minimum(most, problem.kmaxweek)
    on_duty = (problem.kshift[:, :, 0] >= 0) & (most[:, None] > 0)
    volunteer, day = (a.astype(np.int64) for a in np.nonzero(on_duty))
    week = np.full(len(volunteer), -1, np.int64)
    limits: list[int] = []
    if problem.weekly:
        weeks = (problem.days + 6) // 7
        _, row = np.unique(volunteer * weeks + day // 7, return_inverse=True)
        promised = np.bincount(row, weights=most[volunteer])
        for number in np.flatnonzero(promised > problem.kmaxweek[volunteer[_first(row)]]).tolist():
            mine = np.flatnonzero(row == number)
            week[mine] = len(limits)
            limits.append(int(problem.kmaxweek[volunteer[mine[0]]]))
    return volunteer, day, week, most[volunteer], np.array(limits, np.int64)


def _first(row: Ints) -> Ints:
    """Of each value 0, 1, … the first place where it stands."""
    return np.unique(row, return_index=True)[1].astype(np.int64)
