"""Filling a plan: many visits one after another, or those of an earlier plan in the seats they had."""

from __future__ import annotations

from planner.kernel.chain import put_into
from planner.kernel.compiled import compiled, inner
from planner.kernel.moves import put_in, start_turn, undo
from planner.kernel.routes import is_served
from planner.kernel.tables import SCORE, Live, Numbers, Region, Rules, wide


@compiled
def put_all(rules: Rules, live: Live, region: Region, visits: Numbers) -> int:
    """Serve each of the visits where it is cheapest; returns how many could be."""
    served = 0
    for visit in visits:
        start_turn(region)
        if put_in(rules, live, region, visit, wide(0)):
            served += 1
    return served


@inner
def _gap_at(rules: Rules, live: Live, slot: int, start: int) -> int:
    """Where a stop of that start belongs: behind all but those whose agreed start is later.

    Rows come in order of time, but what is accepted was there before them.
    """
    gap = live.length[slot]
    while gap > 0 and live.start[live.route[rules.base[slot] + gap - 1]] > start:
        gap -= 1
    return wide(gap)


@compiled
def keep_seats(rules: Rules, live: Live, region: Region, rows: Numbers) -> int:
    """Serve visits by given slots where that still fits; `rows` (k, 4): visit, two slots or -1, start."""
    kept = 0
    for row in range(len(rows)):
        visit = rows[row, 0]
        start_turn(region)
        before = region.counters[SCORE]
        fits = not is_served(rules, live, visit) and live.visit_part[visit] == region.part
        if fits and rules.seats[visit] == 3:
            # two people meet at the start that was planned, if a window still holds it
            start = rows[row, 3]
            early = rules.windows[visit, 0] <= start and start <= rules.windows[visit, 1]
            late = rules.windows[visit, 2] <= start and start <= rules.windows[visit, 3]
            fits = early or late
        for seat in range(2):
            if fits and (rules.seats[visit] >> seat) & 1:
                slot = rows[row, 1 + seat]
                fits = slot >= 0
                if fits:
                    gap = _gap_at(rules, live, slot, rows[row, 3])
                    fits = put_into(rules, live, region, visit, seat, slot, rows[row, 3], gap)
        if fits:
            region.counters[SCORE] += wide(rules.worth[visit])
            kept += 1
        else:
            undo(rules, live, region, before)
    return kept
