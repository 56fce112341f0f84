"""Candidate arcs: for each visit and seat the nearest slots that could take it on their own.

Visits that ask the same of a volunteer share a k-d tree of those who fit, so memory and time grow with
visits × candidates, never with visits × volunteers. What the lists leave out is only left out of the
search: the last sweep and the reasons look at everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.spatial import cKDTree

from planner.geometry import ROAD_PER_STRAIGHT, Ints, hair_apart
from planner.ground import Ground
from planner.kernel.reach import list_claims, list_slots
from planner.kernel.tables import Ints32, Rules
from planner.worth import seat_costs

FEW, MANY = 100, 250  # slots per visit and seat in the largest problems and in all others
LARGE = 40_000  # visits
LOOK_AT = 2  # times as many neighbours are looked at, for some have no time
AT_ONCE = 2_000  # visits, to bound memory


def add_arcs(ground: Ground, rules: Rules, is_over: Callable[[], bool], workers: int = 1) -> Rules:
    """The rules with candidates, by so many threads; visits not reached before `is_over` have none."""
    visits, first = ground.problem.n, np.zeros((2, ground.problem.n + 1), np.int64)
    slots: list[Ints32] = []
    costs: list[Ints32] = []
    for seat in (0, 1):
        count, slot = _seat_arcs(ground, rules, seat, is_over, workers)
        first[seat, 1:] = np.cumsum(count)
        costs.append(_costs(ground, first[seat], slot, seat))
        first[seat] += sum(len(arcs) for arcs in slots)
        slots.append(slot)
    arc_slot = np.concatenate(slots)
    claims = np.concatenate([[0], np.cumsum(np.bincount(arc_slot, minlength=len(ground.day)))])
    claim_visit = np.zeros(len(arc_slot), np.int32)
    list_claims(first, arc_slot, claims.copy(), claim_visit, visits)
    return rules._replace(
        arc_first=first,
        arc_slot=arc_slot,
        arc_cost=np.concatenate(costs),
        claim_first=claims.astype(np.int64),
        claim_visit=claim_visit,
    )


def _costs(ground: Ground, first: Ints, slot: Ints32, seat: int) -> Ints32:
    """What each arc costs beside its metres, some visits at a time to bound memory."""
    costs = np.zeros(len(slot), np.int32)
    for begin in range(0, ground.problem.n, AT_ONCE):
        end = min(begin + AT_ONCE, ground.problem.n)
        visits = np.repeat(np.arange(begin, end), np.diff(first[begin : end + 1]))
        piece = slice(first[begin], first[end])
        costs[piece] = seat_costs(ground, visits, slot[piece], seat)
    return costs


def _seat_arcs(
    ground: Ground, rules: Rules, seat: int, is_over: Callable[[], bool], workers: int
) -> tuple[Ints, Ints32]:
    """How many arcs each visit has for a seat (n,), and their slots, by visit, nearest first."""
    problem = ground.problem
    most = FEW if problem.n > LARGE else MANY
    wanted = np.full(problem.n, -1, np.int64)
    wish = np.flatnonzero(problem.vpref >= 0)
    wish = wish[problem.fits(wish, problem.vpref[wish], seat)]
    wanted[wish] = problem.vpref[wish]
    barred, dear = _barred(ground), ground.dear_slot[:, seat].copy()
    slots_from = np.searchsorted(ground.volunteer, np.arange(problem.m + 1))
    days = (ground.first_day, ground.last_day, slots_from)
    groups: list[tuple[Ints, Ints32]] = []
    counts = np.zeros(problem.n, np.int64)
    for rows, volunteers in _neighbours(ground, seat, LOOK_AT * most, workers):
        if is_over():
            break
        found = np.zeros((len(rows), most + problem.days + 1), np.int32)
        count = np.zeros(len(rows), np.int64)
        list_slots(rules, rows, *days, volunteers, wanted[rows], dear, barred, most, found, count)
        counts[rows] = count
        groups.append((rows, found[np.arange(found.shape[1])[None, :] < count[:, None]]))
    slots = np.zeros(int(counts.sum()), np.int32)
    first = np.concatenate([[0], np.cumsum(counts)])
    while groups:
        rows, found_slots = groups.pop()
        count = counts[rows]
        within = np.arange(len(found_slots)) - np.repeat(np.cumsum(count) - count, count)
        slots[np.repeat(first[rows], count) + within] = found_slots
    return counts, slots


def _neighbours(ground: Ground, seat: int, most: int, workers: int) -> Iterator[tuple[Ints, Ints]]:
    """Visits (k,) with the volunteers nearest to each who fit (k, most), group by group; -1 where the rest
    live too far to go there and back."""
    problem = ground.problem
    visits = np.flatnonzero((ground.open_seats >> seat) & 1)
    if not len(visits):
        return
    asked = np.stack([problem.vdist, problem.vskill * (seat == 0), problem.vgender * (seat == 0)], axis=1)
    _, group = np.unique(asked[visits], axis=0, return_inverse=True)
    order = np.argsort(group.reshape(-1), kind="stable")
    cuts = np.flatnonzero(np.diff(group.reshape(-1)[order])) + 1
    on_duty = (ground.slot_of >= 0).any(axis=1)
    places = hair_apart(np.stack([problem.vx, problem.vy], axis=1).astype(np.float64))
    homes = hair_apart(np.stack([problem.kx, problem.ky], axis=1).astype(np.float64))
    for alike in np.split(visits[order], cuts):
        people = np.flatnonzero(problem.may_take(int(alike[0]), seat) & on_duty)
        if not len(people):
            continue
        tree = cKDTree(homes[people])
        count, far = min(len(people), most), problem.kmaxm[people].max() / 2 / ROAD_PER_STRAIGHT + 1
        people = np.append(people, -1)
        for begin in range(0, len(alike), AT_ONCE):
            rows = alike[begin : begin + AT_ONCE]
            near = tree.query(places[rows], k=count, distance_upper_bound=far, workers=workers)[1]
            yield rows, people[near.reshape(len(rows), count)]


def _barred(ground: Ground) -> Ints:
    """Visits and volunteers (k, 2) that cannot go together, sorted: who refused, or holds the other seat."""
    visits, seats = np.nonzero(ground.held >= 0)
    held = np.stack([visits, ground.volunteer[ground.held[visits, seats]]], axis=1)
    pairs: Ints = np.unique(np.concatenate([ground.problem.forbidden, held]), axis=0)
    return pairs
