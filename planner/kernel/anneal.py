"""The search: ruin and recreate under simulated annealing, on the whole objective at once.

Schrimpf et al. 2000, "Record breaking optimization results using the ruin and recreate principle", with the
acceptance rule of Kirkpatrick et al. 1983. The temperatures are metres of the objective: at first one
visit's weight may be given up for another's, at last only metres.
"""

from __future__ import annotations

import numpy as np

from planner.kernel.absent import settle
from planner.kernel.chance import draw, draw_below
from planner.kernel.compiled import compiled, inner
from planner.kernel.moves import put_in, start_turn, undo
from planner.kernel.ruin import cut_near, make_room, remove, reunite, scatter
from planner.kernel.tables import ABSENT, SCORE, SLOTS, TICK, WAITING, Live, Region, Rules, wide

# how often each kind of ruin is drawn; of the rest: strings, scatter, and room for a visit that is served
ROOM, REUNION, STRINGS, SCATTER = 0.2, 0.4, 0.4, 0.4
RIVALS = 8  # unserved visits tried beside those taken out


@inner
def gather_rivals(rules: Rules, live: Live, region: Region, most: int) -> None:
    """Add to what is put back some unserved visits that a changed slot could take."""
    counters, random = region.counters, region.random
    if counters[ABSENT] == 0:
        return
    added = 0
    for at in range(counters[SLOTS]):
        slot = region.old_slot[at]
        first, last = rules.claim_first[slot], rules.claim_first[slot + 1]
        if last <= first:
            continue
        shift = draw_below(random, last - first)
        for number in range(last - first):
            place = first + number + shift
            visit = wide(rules.claim_visit[place - (last - first) if place >= last else place])
            if live.absent_at[visit] < 0 or abs(region.visit_seen[visit]) == counters[TICK]:
                continue
            if live.visit_part[visit] != region.part or counters[WAITING] >= len(region.waiting):
                continue
            region.visit_seen[visit] = -counters[TICK]
            region.waiting[counters[WAITING]] = visit
            counters[WAITING] += 1
            added += 1
            if added >= most:
                return


@inner
def choose_order(rules: Rules, region: Region, first: int) -> None:
    """Sort what is put back, from number `first` on: mostly heavy ones before others, sometimes those with
    few candidates, or by chance."""
    counters, random, keys = region.counters, region.random, region.keys
    count, kind = counters[WAITING], draw(random)
    for at in range(first, count):
        visit = region.waiting[at]
        key = draw(random)
        if kind < 0.55:
            key = -rules.worth[visit] * (1.0 + key)
        elif kind < 0.8:
            seat = 1 if rules.seats[visit] == 2 else 0
            choice = rules.arc_first[seat, visit + 1] - rules.arc_first[seat, visit]
            key = choice / (rules.worth[visit] + 100_000.0) * (0.2 + key)
        place = at
        while place > first and keys[place - 1] > key:
            keys[place], region.waiting[place] = keys[place - 1], region.waiting[place - 1]
            place -= 1
        keys[place], region.waiting[place] = key, visit


@inner
def choose_blink(region: Region) -> int:
    """How often to overlook a place ("blinks" of Christiaens & Vanden Berghe 2020); mostly never."""
    chance = draw(region.random)
    return 0 if chance > 0.15 else 2 + draw_below(region.random, wide(15))


@inner
def choose_ruin(rules: Rules, live: Live, region: Region, most: int) -> int:
    """Take something out: see `planner.kernel.ruin` for the ways; returns how many are put back first."""
    counters, random = region.counters, region.random
    size, kind = 1 + draw_below(random, most), draw(random)
    if kind < ROOM and counters[ABSENT] > 0:
        visit = region.absent[draw_below(random, counters[ABSENT])]
        region.waiting[0] = visit
        counters[WAITING] = 1
        region.visit_seen[visit] = -counters[TICK]
        make_room(rules, live, region, visit, size)
        return 0
    centre = region.visits[draw_below(random, len(region.visits))]
    if kind < ROOM + REUNION and reunite(rules, live, region, centre):
        return 1
    kind = draw(random)
    if kind < STRINGS:
        cut_near(rules, live, region, centre, size)
    elif kind < STRINGS + SCATTER:
        scatter(rules, live, region, centre, size)
    elif remove(rules, live, region, centre):
        make_room(rules, live, region, centre, size)
    return 0


@compiled
def anneal(rules: Rules, live: Live, region: Region, turns: int, temperature: float, most: int) -> int:
    """So many turns at one temperature, each taking out up to about `most` visits; returns the kept."""
    counters, kept = region.counters, 0
    if len(region.visits) == 0:
        return 0
    for _ in range(turns):
        start_turn(region)
        before = counters[SCORE]
        first = choose_ruin(rules, live, region, most)
        gather_rivals(rules, live, region, RIVALS)
        choose_order(rules, region, wide(first))
        for at in range(counters[WAITING]):
            put_in(rules, live, region, region.waiting[at], choose_blink(region))
        if counters[SCORE] < before + temperature * np.log(1.0 - draw(region.random)):
            undo(rules, live, region, before)
        else:
            settle(rules, live, region)
            kept += 1
    return kept
