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
    found: Numbers,
    count: Ints,
) -> None:
    """For each visit the slots that could take it, from the volunteers in its row of `near`, in that order.

    `near` (visits, k) holds volunteers, anything outside slot_of's rows is nobody; `found` (visits, most)
    and `count` (visits,) receive the slots.
    """
    people, most = slot_of.shape[0], found.shape[1]
    for row in range(len(visits)):
        visit, many = visits[row], 0
        for volunteer in near[row]:
            if volunteer < 0 or volunteer >= people or many >= most:
                break
            for day in range(first_day[visit], last_day[visit] + 1):
                slot = slot_of[volunteer, day]
                if slot >= 0 and many < most and can_go_alone(rules, visit, slot):
                    found[row, many] = slot
                    many += 1
        count[row] = many
