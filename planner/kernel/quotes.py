"""What a seat would cost in each of some slots: for answers to people, not for the search."""

from __future__ import annotations

from planner.geometry import Ints
from planner.kernel.compiled import compiled
from planner.kernel.insertion import IMPOSSIBLE, cheapest_gap
from planner.kernel.instead import way_instead
from planner.kernel.tables import Live, Numbers, Rules, wide


@compiled
def quote(rules: Rules, live: Live, visit: int, seat: int, slots: Numbers, quotes: Ints) -> None:
    """Fill `quotes` (slots, 3) with metres, gap and start of the cheapest place in each slot; gap -1: none.

    Slots that are full for the day or the week, or broken, have none.
    """
    for row in range(len(slots)):
        slot = slots[row]
        quotes[row, 0], quotes[row, 1], quotes[row, 2] = 0, -1, -1
        if live.gate[slot] >= 0:
            metres, gap, start = cheapest_gap(rules, live, visit, seat, slot, IMPOSSIBLE, wide(-1))
            quotes[row, 0], quotes[row, 1], quotes[row, 2] = metres, gap, start


@compiled
def quote_instead(rules: Rules, live: Live, visit: int, slots: Numbers, quotes: Ints) -> None:
    """Fill `quotes` (slots, 4) with metres, gap, start and the lighter visit that would have to give way.

    The lightest of a route gives way, if the visit fits without it: one that a single person makes and whose
    time is not agreed. A broken route is left alone.
    """
    for row in range(len(slots)):
        slot, length = slots[row], live.length[slots[row]]
        quotes[row, 0], quotes[row, 1], quotes[row, 2], quotes[row, 3] = 0, -1, -1, -1
        if live.broken[slot]:
            continue
        least = rules.worth[visit]
        for place in range(length):
            other = live.route[rules.base[slot] + place]
            if rules.seats[other] not in (1, 2) or rules.worth[other] >= least or other == visit:
                continue
            if rules.pin[other] >= 0:
                continue
            metres, gap, start = way_instead(rules, live, slot, place, visit)
            if gap >= 0:
                least = rules.worth[other]
                quotes[row, 0], quotes[row, 1] = metres - live.metres[slot], gap
                quotes[row, 2], quotes[row, 3] = start, other
