"""Who could take a visit if nothing else were planned: slots with the time and the metres for it alone."""

from __future__ import annotations

import numpy as np

from planner.geometry import Bools, Ints
from planner.kernel.compiled import compiled, inner
from planner.kernel.tables import Numbers, Rules
from planner.kernel.way import metres_between, seconds_for


@inner
def has_time(rules: Rules, visit: int, slot: int, way: int) -> bool:
    """Whether a slot with nothing else in it has time and metres for a visit so many metres from home."""
    if rules.begin[slot] < 0 or 2 * way > rules.reach[slot]:
        return False
    seconds = seconds_for(way, rules.on_foot[slot])
    arrival = rules.begin[slot] + seconds
    if arrival <= rules.windows[visit, 1]:
        start = max(arrival, rules.windows[visit, 0])
    else:
        start = max(arrival, rules.windows[visit, 2])
    home = start + rules.service[visit] + seconds
    return bool(start <= rules.windows[visit, 3] and home <= rules.end[slot])


@inner
def way_from_home(rules: Rules, visit: int, slot: int) -> int:
    """Metres from the home of who has the slot to the visit."""
    return metres_between(rules.home_x[slot], rules.home_y[slot], rules.vx[visit], rules.vy[visit])


@compiled
def mark_with_time(rules: Rules, visit: int, slots: Ints, fits: Bools) -> None:
    """Fill `fits` (slots,) with whether each has time and metres for the visit."""
    for row in range(len(slots)):
        slot = slots[row]
        fits[row] = has_time(rules, visit, slot, way_from_home(rules, visit, slot))


def keep_with_time(rules: Rules, visit: int, slots: Ints) -> Ints:
    """Those of the slots that have time and metres for the visit, in order."""
    fits = np.zeros(len(slots), np.bool_)
    mark_with_time(rules, visit, slots, fits)
    return slots[fits]


@compiled
def list_slots(
    rules: Rules,
    visits: Ints,
    first_day: Ints,
    last_day: Ints,
    slots_from: Ints,
    near: Ints,
    wanted: Ints,
    dear: Ints,
    barred: Ints,
    most: int,
    found: Numbers,
    count: Ints,
) -> None:
    """For each visit the slots that could take it: of the nearest volunteers, then wanted and offered ones.

    `slots_from` (m + 1,): where each volunteer's slots begin, which are in order of days. `near` (visits, k):
    volunteers, nearest first. `wanted` (visits,): a volunteer or -1. `dear` (n,): a slot or -1. `barred`
    (k, 2): visit and volunteer, sorted. `found` (visits, most + days + 1) and `count` (visits,) receive the
    slots.
    """
    for row in range(len(visits)):
        visit, many = visits[row], 0
        for number in range(near.shape[1] + 1):
            is_extra = number == near.shape[1]
            if many >= most and not is_extra:
                continue
            volunteer = wanted[row] if is_extra else near[row, number]
            if volunteer < 0 or is_listed(barred, visit, volunteer):
                continue
            first, last = slots_from[volunteer], slots_from[volunteer + 1]
            way = way_from_home(rules, visit, first) if first < last else 0
            for slot in range(first, last):
                day = rules.day[slot]
                if day < first_day[visit] or day > last_day[visit] or not has_time(rules, visit, slot, way):
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
    is_there = False
    for other in slots:
        is_there = is_there or other == slot
    return is_there


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
