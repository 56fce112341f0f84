"""Candidate arcs: for each visit and seat the nearest slots that could take it on their own.

Visits that ask the same of a volunteer share a k-d tree of those who fit and are on duty that day, so
memory and time grow with visits × candidates, never with visits × volunteers. What the lists leave out
is only left out of the search: the last sweep and the reasons look at everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.spatial import cKDTree

from planner.geometry import Bools, Floats, Ints
from planner.ground import Ground
from planner.worth import extra_cost

PER_DAY = 64  # slots per visit, seat and day …
PER_VISIT = 256  # … and in all
LOOK_AT = 3  # times as many neighbours are looked at, for some have no time


@dataclass(slots=True)
class Arcs:
    """Slots that could take one seat, nearest first, and what each costs beside its metres."""

    slots: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    extra: Floats = field(default_factory=lambda: np.zeros(0))


def make_arcs(ground: Ground, is_over: Callable[[], bool]) -> list[dict[int, Arcs]]:
    """Arcs of every visit by open seat; visits not reached before `is_over` have none."""
    arcs: list[dict[int, Arcs]] = [{} for _ in range(ground.problem.n)]
    for seat in (0, 1):
        for visits in _alike(ground, seat):
            found: list[list[tuple[Ints, Floats]]] = [[] for _ in visits]
            allowed = ground.problem.may_take(int(visits[0]), seat)
            for day in range(int(ground.first_day[visits].min()), int(ground.last_day[visits].max()) + 1):
                if is_over():
                    return arcs
                _search_day(
                    ground, visits, np.flatnonzero(allowed & (ground.slot_of[:, day] >= 0)), day, found
                )
            for visit, parts in zip(visits.tolist(), found, strict=True):
                arcs[visit][seat] = _finish(ground, visit, allowed, parts)
    return arcs


def _alike(ground: Ground, seat: int) -> list[Ints]:
    """Groups of visits with this seat open that ask the same of its volunteer."""
    problem = ground.problem
    open_here = np.array([seat in seats for seats in ground.open_seats], bool)
    visits = np.flatnonzero(open_here)
    if not len(visits):
        return []
    asked = np.stack([problem.vdist, problem.vskill * (seat == 0), problem.vgender * (seat == 0)], axis=1)
    _, group = np.unique(asked[visits], axis=0, return_inverse=True)
    group = group.reshape(-1)
    order = np.argsort(group, kind="stable")
    return np.split(visits[order], np.flatnonzero(np.diff(group[order])) + 1)


def _search_day(
    ground: Ground, visits: Ints, volunteers: Ints, day: int, found: list[list[tuple[Ints, Floats]]]
) -> None:
    problem = ground.problem
    here = np.flatnonzero((ground.first_day[visits] <= day) & (day <= ground.last_day[visits]))
    if not len(here) or not len(volunteers):
        return
    tree = cKDTree(np.stack([problem.kx[volunteers], problem.ky[volunteers]], axis=1).astype(np.float64))
    places = np.stack([problem.vx[visits[here]], problem.vy[visits[here]]], axis=1).astype(np.float64)
    count = min(len(volunteers), PER_DAY * LOOK_AT)
    _, near = tree.query(places, k=count)
    slots = ground.slot_of[volunteers[near.reshape(len(here), count)], day]
    rows = visits[here][:, None]
    metres = ground.metres_home(rows, slots)
    good = (2 * metres <= ground.reach[slots]) & ground.can_go_alone(rows, slots, metres)
    for row, index in enumerate(here.tolist()):
        mine = np.flatnonzero(good[row])[:PER_DAY]
        found[index].append((slots[row, mine], metres[row, mine]))


def _finish(ground: Ground, visit: int, allowed: Bools, parts: list[tuple[Ints, Floats]]) -> Arcs:
    """One visit's days together, nearest first, without those who refused or hold the other seat."""
    slots = np.concatenate([p[0] for p in parts]) if parts else np.zeros(0, np.int64)
    metres = np.concatenate([p[1] for p in parts]) if parts else np.zeros(0)
    slots = slots[np.argsort(metres, kind="stable")[:PER_VISIT]]
    wanted = int(ground.problem.vpref[visit])
    if wanted >= 0 and allowed[wanted] and wanted not in ground.volunteer[slots]:
        slots = np.concatenate([slots, ground.slots_with_time(visit, np.arange(ground.problem.m) == wanted)])
    if barred := ground.barred(visit):
        slots = slots[~np.isin(ground.volunteer[slots], barred)]
    return Arcs(slots, extra_cost(ground, visit, slots))
