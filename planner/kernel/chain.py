"""Ejection chains: somebody moves into a free seat, another into the seat left behind, until an unserved
visit is served.

Breadth first from the free seat, as augmenting paths in matching (Kuhn 1955; for routes Glover 1996,
"Ejection chains, reference structures and alternating path methods"). Each slot is changed at most once in a
chain, so its steps fit together. Visits of two people are not moved.
"""

from __future__ import annotations

from planner.kernel.absent import settle
from planner.kernel.chance import draw, draw_below
from planner.kernel.compiled import apart, compiled, inner
from planner.kernel.insertion import IMPOSSIBLE, cheapest_gap
from planner.kernel.instead import way_instead
from planner.kernel.moves import fill_seat, has_room_in_journal, note_visit, start_turn, take_out, undo
from planner.kernel.reach import is_listed
from planner.kernel.routes import fair_cost
from planner.kernel.ruin import place_in_route
from planner.kernel.tables import SCORE, STAMP, Live, Numbers, Region, Rules, wide

MESS = -2


@inner
def is_on_chain(nodes: Numbers, node: int, slot: int) -> bool:
    """Whether the chain that ends in a node changes the slot."""
    while node >= 0:
        if nodes[node, 0] == slot:
            return True
        node = nodes[node, 2]
    return False


@inner
def is_movable(rules: Rules, live: Live, visit: int, seat: int) -> bool:
    """Whether no start is agreed, the seat was not offered to who has it, and their route may be changed."""
    slot = live.crew[visit, seat]
    if slot < 0:
        return bool(rules.pin[visit] < 0)
    return bool(rules.pin[visit] < 0 and slot != rules.dear_slot[visit, seat] and not live.broken[slot])


@inner
def fits(rules: Rules, live: Live, visit: int, seat: int, slot: int, place: int) -> bool:
    """Whether the slot can take the visit, in place of its stop `place` if that is not -1."""
    agreed = live.start[visit]
    live.start[visit] = rules.pin[visit]  # whoever moves may be asked for another time
    if place < 0:
        _, gap, _ = cheapest_gap(rules, live, visit, seat, slot, IMPOSSIBLE, wide(-1))
    else:
        _, gap, _ = way_instead(rules, live, slot, place, visit)
    live.start[visit] = agreed
    return bool(gap >= 0)


@apart
def refill(
    rules: Rules, live: Live, region: Region, root: int, least: int, barred: Numbers, nodes: Numbers
) -> int:
    """Serve an unserved visit worth at least `least` by a chain that ends in a free seat of the slot `root`.

    Returns the visit, -1, or MESS if the turn has to be undone. `barred` (k, 2), sorted: visits and
    volunteers not to be brought together. `nodes` (k, 3) is scratch paper: a slot with a hole, who leaves it,
    the node before.
    """
    region.counters[STAMP] += 1
    stamp, seen = region.counters[STAMP], region.chain_seen
    nodes[0, 0], nodes[0, 1], nodes[0, 2] = root, -1, -1
    count, at = 1, wide(0)
    while at < count:
        slot, leaver = nodes[at, 0], nodes[at, 1]
        place = place_in_route(rules, live, slot, leaver) if leaver >= 0 else -1
        first, last = rules.claim_first[slot], rules.claim_first[slot + 1]
        shift = draw_below(region.random, max(1, last - first))
        for number in range(last - first):
            index = first + number + shift
            visit = wide(rules.claim_visit[index - (last - first) if index >= last else index])
            if seen[visit] == stamp or live.visit_part[visit] != region.part or rules.seats[visit] > 2:
                continue
            seat = rules.seats[visit] - 1
            is_absent = live.crew[visit, seat] < 0
            if is_absent:
                if rules.worth[visit] < least:
                    continue
            elif count == len(nodes) or not is_movable(rules, live, visit, seat):
                continue
            if is_listed(barred, visit, rules.volunteer[slot]):
                continue
            if not is_absent and is_on_chain(nodes, at, live.crew[visit, seat]):
                continue
            if not fits(rules, live, visit, seat, slot, place):
                continue
            seen[visit] = stamp
            if not is_absent:
                nodes[count, 0], nodes[count, 1], nodes[count, 2] = live.crew[visit, seat], visit, at
                count += 1
            elif shift_along(rules, live, region, nodes, at, visit):
                return int(visit)
            else:
                return MESS
        at += 1
    return -1


@apart
def shift_along(rules: Rules, live: Live, region: Region, nodes: Numbers, node: int, visit: int) -> bool:
    """Move everybody on the chain and serve the visit at its end; False leaves a mess to be undone."""
    at = wide(node)
    while nodes[at, 1] >= 0:
        if not take_out(rules, live, region, nodes[at, 1]):
            return False
        at = nodes[at, 2]
    at, comer = node, visit
    while at >= 0:
        if not put_into(rules, live, region, comer, rules.seats[comer] - 1, nodes[at, 0], wide(-1), wide(-1)):
            return False
        region.counters[SCORE] += rules.worth[comer]
        at, comer = nodes[at, 2], nodes[at, 1]
    return True


@compiled
def push(
    rules: Rules,
    live: Live,
    region: Region,
    tries: int,
    pairs: Numbers,
    slots: Numbers,
    barred: Numbers,
    nodes: Numbers,
) -> int:
    """So many chains into seats that are free, or that two people leave for it; returns how many helped.

    `pairs` are visits of two people that may be given up, `slots` those that had room; else as `refill`.
    """
    counters, random, helped = region.counters, region.random, 0
    for _ in range(tries):
        start_turn(region)
        before = counters[SCORE]
        if len(slots) > 0 and (len(pairs) == 0 or draw(random) < 0.4):
            root = slots[draw_below(random, len(slots))]
            if live.gate[root] != region.part:
                continue
            first, second = refill(rules, live, region, root, 1, barred, nodes), -1
        elif len(pairs) > 0:
            out = pairs[draw_below(random, len(pairs))]
            lead, mate = live.crew[out, 0], live.crew[out, 1]
            if live.visit_part[out] != region.part or lead < 0 or not take_out(rules, live, region, out):
                continue
            first = refill(rules, live, region, lead, 1, barred, nodes)
            second = refill(rules, live, region, mate, 1, barred, nodes) if first != MESS else MESS
        else:
            return helped
        if first == MESS or second == MESS or counters[SCORE] <= before:
            undo(rules, live, region, before)
        else:
            settle(rules, live, region)
            helped += 1
    return helped


@apart
def put_into(
    rules: Rules, live: Live, region: Region, visit: int, seat: int, slot: int, start: int, only: int
) -> bool:
    """Fill a seat by one given slot, in gap `only` if it fits there, a pair's at `start`; False if none fits.

    The worth of the visit is not counted.
    """
    if live.gate[slot] != region.part or not has_room_in_journal(rules, live, region, slot):
        return False
    first, last = rules.arc_first[seat, visit], rules.arc_first[seat, visit + 1]
    arc = first
    while arc < last and rules.arc_slot[arc] != slot:
        arc += 1
    if arc == last or not note_visit(live, region, visit):
        return False
    if rules.seats[visit] == 3:
        live.start[visit] = start
    _, gap, _ = cheapest_gap(rules, live, visit, seat, slot, IMPOSSIBLE, only)
    if gap < 0 and only >= 0:
        _, gap, _ = cheapest_gap(rules, live, visit, seat, slot, IMPOSSIBLE, wide(-1))
    if gap < 0:
        return False
    if slot == rules.dear_slot[visit, seat]:
        live.start[visit] = rules.dear_start[visit]
    fill_seat(
        rules,
        live,
        region,
        visit,
        seat,
        slot,
        gap,
        wide(rules.arc_cost[arc]) + fair_cost(rules, live, slot),
    )
    return True
