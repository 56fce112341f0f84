"""What a seat would cost in each of some slots: for answers to people, not for the search."""

from __future__ import annotations

from planner.geometry import Ints
from planner.kernel.compiled import compiled
from planner.kernel.insertion import IMPOSSIBLE, cheapest_gap
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
            metres, gap, start = cheapest_gap(rules, live, visit, seat, slot, IMPOSSIBLE, wide(0))
            quotes[row, 0], quotes[row, 1], quotes[row, 2] = metres, gap, start
