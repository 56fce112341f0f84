"""Candidate arcs: for each visit and seat the nearest slots that could take it on their own.

Visits that ask the same of a volunteer share a k-d tree of those who fit, so memory and time grow with
visits × candidates, never with visits × volunteers. What the lists leave out is only left out of the
search: the last sweep and the reasons look at everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.spatial import cKDTree

from planner.geometry import Bools, Ints
from planner.ground import Ground
from planner.kernel.reach import list_slots
from planner.kernel.tables import Ints32, Rules
from planner.worth import seat_costs

FEW, MANY = 100, 250  # slots per visit and seat in the largest problems and in all others
LARGE = 40_000  # visits
LOOK_AT = 2  # times as many neighbours are looked at, for some have no time
AT_ONCE = 2_000  # visits, to bound memory


def add_arcs(ground: Ground, rules: Rules, is_over: Callable[[], bool]) -> Rules:
    """The rules with candidates; visits not reached before `is_over` have none."""
    problem = ground.problem
    first = np.zeros((2, problem.n + 1), np.int64)
    slots: list[Ints32] = []
    visits: list[Ints] = []
    costs: list[Ints32] = []
    done = 0
    for seat in (0, 1):
        visit, slot = _seat_arcs(ground, rules, seat, is_over)
        first[seat] = done + np.searchsorted(visit, np.arange(problem.n + 1))
        done += len(slot)
        slots.append(slot)
        visits.append(visit)
        costs.append(seat_costs(ground, visit, slot, seat).astype(np.int32))
    all_slots, all_visits = np.concatenate(slots), np.concatenate(visits).astype(np.int32)
    order = np.argsort(all_slots, kind="stable")
    claims = np.searchsorted(all_slots[order], np.arange(len(ground.day) + 1)).astype(np.int64)
    return rules._replace(
        arc_first=first,
        arc_slot=all_slots,
        arc_cost=np.concatenate(costs),
        claim_first=claims,
        claim_visit=all_visits[order],
    )


def _seat_arcs(ground: Ground, rules: Rules, seat: int, is_over: Callable[[], bool]) -> tuple[Ints, Ints32]:
    """Visits and slots of one seat's arcs, by visit, nearest first."""
    most = FEW if ground.problem.n > LARGE else MANY
    visits: list[Ints] = [np.zeros(0, np.int64)]
    slots: list[Ints32] = [np.zeros(0, np.int32)]
    for rows, volunteers in _neighbours(ground, seat, LOOK_AT * most):
        if is_over():
            break
        found, count = np.zeros((len(rows), most), np.int32), np.zeros(len(rows), np.int64)
        list_slots(rules, rows, ground.first_day, ground.last_day, ground.slot_of, volunteers, found, count)
        visits.append(np.repeat(rows, count))
        slots.append(found[np.arange(most)[None, :] < count[:, None]])
    visit, slot = np.concatenate(visits), np.concatenate(slots)
    visit, slot = _add_wished(ground, rules, seat, visit, slot)
    keep = ~_is_barred(ground, visit, slot)
    order = np.argsort(visit[keep], kind="stable")
    return visit[keep][order], slot[keep][order]


def _neighbours(ground: Ground, seat: int, most: int) -> Iterator[tuple[Ints, Ints]]:
    """Visits (k,) with the volunteers nearest to each who fit (k, most), group by group."""
    problem = ground.problem
    visits = np.flatnonzero((ground.open_seats >> seat) & 1)
    if not len(visits):
        return
    asked = np.stack([problem.vdist, problem.vskill * (seat == 0), problem.vgender * (seat == 0)], axis=1)
    _, group = np.unique(asked[visits], axis=0, return_inverse=True)
    order = np.argsort(group.reshape(-1), kind="stable")
    cuts = np.flatnonzero(np.diff(group.reshape(-1)[order])) + 1
    on_duty = (ground.slot_of >= 0).any(axis=1)
    for alike in np.split(visits[order], cuts):
        people = np.flatnonzero(problem.may_take(int(alike[0]), seat) & on_duty)
        if not len(people):
            continue
        tree = cKDTree(np.stack([problem.kx[people], problem.ky[people]], axis=1).astype(np.float64))
        count = min(len(people), most)
        for begin in range(0, len(alike), AT_ONCE):
            rows = alike[begin : begin + AT_ONCE]
            places = np.stack([problem.vx[rows], problem.vy[rows]], axis=1).astype(np.float64)
            near = tree.query(places, k=count, workers=2)[1].reshape(len(rows), count)
            yield rows, people[near]


def _add_wished(ground: Ground, rules: Rules, seat: int, visit: Ints, slot: Ints32) -> tuple[Ints, Ints32]:
    """Add the slots of wanted volunteers, and what was offered, where they are too far down the list."""
    problem = ground.problem
    rows = np.flatnonzero(((ground.open_seats >> seat) & 1).astype(bool) & (problem.vpref >= 0))
    rows = rows[problem.fits(rows, problem.vpref[rows], seat)]
    most = problem.days
    found, count = np.zeros((len(rows), most), np.int32), np.zeros(len(rows), np.int64)
    near = problem.vpref[rows].reshape(-1, 1)
    list_slots(rules, rows, ground.first_day, ground.last_day, ground.slot_of, near, found, count)
    dear = np.flatnonzero(ground.dear_slot[:, seat] >= 0)
    more_visits = np.concatenate([np.repeat(rows, count), dear])
    more_slots = np.concatenate(
        [found[np.arange(most)[None, :] < count[:, None]], ground.dear_slot[dear, seat].astype(np.int32)]
    )
    width = len(ground.day) + 1
    key = np.concatenate([visit * width + slot, more_visits * width + more_slots])
    _, first = np.unique(key, return_index=True)
    extra = np.sort(first[first >= len(visit)]) - len(visit)
    return np.concatenate([visit, more_visits[extra]]), np.concatenate([slot, more_slots[extra]])


def _is_barred(ground: Ground, visit: Ints, slot: Ints32) -> Bools:
    """Whether the slot's volunteer has refused the visit or holds its other seat."""
    pairs = [(v, k) for v, people in ground.refused.items() for k in people]
    pairs += [(int(v), int(ground.volunteer[s])) for v, s in zip(*_held(ground), strict=True)]
    width = ground.problem.m + 1
    bars = np.array([v * width + k for v, k in pairs], np.int64)
    barred: Bools = np.isin(visit * width + ground.volunteer[slot], bars)
    return barred


def _held(ground: Ground) -> tuple[Ints, Ints]:
    visits, seats = np.nonzero(ground.held >= 0)
    return visits, ground.held[visits, seats]
