"""Who could take a visit if nothing else were planned: slots with the time and the metres for it alone."""

from __future__ import annotations

import numpy as np

from planner.geometry import Ints
from planner.kernel.compiled import compiled, inner
from planner.kernel.tables import Numbers, Rules
from planner.kernel.way import metres_between, seconds_for


@inner
def can_go_alone(rules: Rules, visit: int, slot: int) -> bool:
    """Whether a slot with nothing else in it has time and metres for the visit (limits not looked at)."""
    if rules.begin[slot] < 0:
        return False
    way = metres_between(rules.home_x[slot], rules.home_y[slot], rules.vx[visit], rules.vy[visit])
    if 2 * way > rules.reach[slot]:
        return False
    seconds = seconds_for(way, rules.on_foot[slot])
    arrival = rules.begin[slot] + seconds
    if arrival <= rules.windows[visit, 1]:
        start = max(arrival, rules.windows[visit, 0])
    else:
        start = max(arrival, rules.windows[visit, 2])
    home = start + rules.service[visit] + seconds
    return bool(start <= rules.windows[visit, 3] and home <= rules.end[slot])


@compiled
def keep_with_time(rules: Rules, visit: int, slots: Ints) -> Ints:
    """Those of the slots that have time and metres for the visit, in order."""
    kept, many = np.empty_like(slots), 0
    for slot in slots:
        if can_go_alone(rules, visit, slot):
            kept[many] = slot
            many += 1
    return kept[:many]


@compiled
def list_slots(
    rules: Rules,
    visits: Ints,
    first_day: Ints,
    last_day: Ints,
    slot_of: Ints,
    near: Ints,
    wanted: Ints,
    dear: Ints,
    barred: Ints,
    found: Numbers,
    count: Ints,
) -> None:
    """For each visit the slots that could take it: of the nearest volunteers, then wanted and offered ones.

    `near` (visits, k): volunteers, nearest first. `wanted` (visits,): a volunteer or -1. `dear` (n,): a slot
    or -1. `barred` (k, 2): visit and volunteer, sorted. `found` (visits, most + days + 1)
    and `count` (visits,) receive the slots.
    """
    most = found.shape[1] - slot_of.shape[1] - 1
    for row in range(len(visits)):
        visit, many = visits[row], 0
        for number in range(near.shape[1] + 1):
            is_extra = number == near.shape[1]
            volunteer = wanted[row] if is_extra else near[row, number]
            if volunteer < 0 or (many >= most and not is_extra) or is_listed(barred, visit, volunteer):
                continue
            for day in range(first_day[visit], last_day[visit] + 1):
                slot = slot_of[volunteer, day]
                if slot < 0 or not can_go_alone(rules, visit, slot):
                    continue
                if many < most if not is_extra else not is_among(found[row, :many], slot):
                    found[row, many] = slot
                    many += 1
        if dear[visit] >= 0 and not is_among(found[row, :many], dear[visit]):
            found[row, many] = dear[visit]
            many += 1
        count[row] = many


@inner
def is_among(slots: Numbers, slot: int) -> bool:
    """Whether the slot is one of some."""
    return bool((slots == slot).any())


@inner
def is_listed(pairs: Ints, visit: int, volunteer: int) -> bool:
    """Whether a sorted list of visits and volunteers has this pair (binary search)."""
    low, high = 0, len(pairs)
    while low < high:
        middle = (low + high) // 2
        if pairs[middle, 0] < visit or (pairs[middle, 0] == visit and pairs[middle, 1] < volunteer):
            low = middle + 1
        else:
            high = middle
    return bool(low < len(pairs) and pairs[low, 0] == visit and pairs[low, 1] == volunteer)


@compiled
def list_claims(arc_first: Ints, arc_slot: Numbers, place: Ints, claim_visit: Numbers, visits: int) -> None:
    """The arcs the other way round: fill `claim_visit` with each slot's visits, from `place` on."""
    for seat in range(2):
        for visit in range(visits):
            for arc in range(arc_first[seat, visit], arc_first[seat, visit + 1]):
                slot = arc_slot[arc]
                claim_visit[place[slot]] = visit
                place[slot] += 1
