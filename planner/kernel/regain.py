"""A visit goes back to the volunteer it wants, and whoever was there instead finds another place."""

from __future__ import annotations

import numpy as np

from planner.kernel.absent import settle
from planner.kernel.chance import draw, draw_below
from planner.kernel.compiled import compiled, inner
from planner.kernel.moves import start_turn, take_out, undo
from planner.kernel.relay import ALL_PLACED, pass_on
from planner.kernel.tables import SCORE, Live, Numbers, Region, Rules, wide


@inner
def list_wanted(rules: Rules, live: Live, region: Region, visit: int, seat: int, slots: Numbers) -> int:
    """Fill `slots` with those of the wanted volunteer that could take the seat; 0 if they have it."""
    many, wanted = 0, rules.wanted[visit]
    has = live.crew[visit, seat]
    if wanted < 0 or (has >= 0 and rules.volunteer[has] == wanted):
        return 0
    for arc in range(rules.arc_first[seat, visit], rules.arc_first[seat, visit + 1]):
        slot = wide(rules.arc_slot[arc])
        if rules.volunteer[slot] == wanted and live.slot_part[slot] == region.part and many < len(slots):
            slots[many] = slot
            many += 1
    return many


@compiled
def regain(
    rules: Rules,
    live: Live,
    region: Region,
    tries: int,
    temperature: float,
    slots: Numbers,
    barred: Numbers,
    nodes: Numbers,
) -> int:
    """So many visits of one person sent to whom they want, accepted as in `anneal`; returns the kept.

    `slots` and `nodes` are scratch paper; `barred` as in `chain.refill`.
    """
    counters, random, kept = region.counters, region.random, 0
    for _ in range(tries if len(region.visits) > 0 else 0):
        visit = wide(region.visits[draw_below(random, len(region.visits))])
        if rules.seats[visit] not in (1, 2) or rules.pin[visit] >= 0:
            continue
        seat = rules.seats[visit] - 1
        many = list_wanted(rules, live, region, visit, seat, slots)
        if many == 0:
            continue
        start_turn(region)
        before = counters[SCORE]
        if live.crew[visit, seat] >= 0 and not take_out(rules, live, region, visit):
            continue
        done = pass_on(rules, live, region, visit, seat, slots[:many], barred, False, nodes)
        worse = counters[SCORE] < before + temperature * np.log(1.0 - draw(random))
        if done != ALL_PLACED or worse:
            undo(rules, live, region, before)
        else:
            settle(rules, live, region)
            kept += 1
    return kept
