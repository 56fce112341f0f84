"""A visit needs a place: somebody takes it and gives up another, which somebody else takes, and so on.

Breadth first from the visit, so as few people as possible move; `chain` goes the other way, from a free seat
(Glover 1996, "Ejection chains, reference structures and alternating path methods"). Each slot is changed at
most once, so the steps fit together. Visits of two people, agreed starts and offers are not moved.
"""

from __future__ import annotations

from planner.kernel.absent import settle
from planner.kernel.chain import MESS, is_movable, put_into, refill
from planner.kernel.compiled import apart, compiled, inner
from planner.kernel.insertion import IMPOSSIBLE, cheapest_gap
from planner.kernel.instead import way_instead
from planner.kernel.moves import fill_seat, has_room_in_journal, note_visit, start_turn, take_out, undo
from planner.kernel.reach import is_listed
from planner.kernel.routes import fair_cost, refresh
from planner.kernel.tables import SCORE, STAMP, Live, Numbers, Region, Rules, wide

ALL_PLACED, NOTHING = -1, -3


@inner
def is_changed(nodes: Numbers, node: int, slot: int) -> bool:
    """Whether the chain that ends in a node changes the slot."""
    while node >= 0:
        if nodes[node, 1] == slot:
            return True
        node = nodes[node, 2]
    return False


@apart
def pass_on(
    rules: Rules,
    live: Live,
    region: Region,
    visit: int,
    seat: int,
    slots: Numbers,
    barred: Numbers,
    gives_way: bool,
    nodes: Numbers,
) -> int:
    """Fill an empty seat by one of `slots`, by moving others one place each where that is needed.

    Returns ALL_PLACED, NOTHING if it cannot be, MESS if the turn has to be undone; with `gives_way`, where
    not all find a place, a visit that is lighter and is left out. `barred` as in `chain.refill`. `nodes`
    (k, 3) is scratch paper: who needs a place, the slot it leaves to the one before, the node before.
    """
    region.counters[STAMP] += 1
    stamp, seen = region.counters[STAMP], region.chain_seen
    seen[visit] = stamp
    nodes[0, 0], nodes[0, 1], nodes[0, 2] = visit, -1, -1
    count, at, lightest, least = 1, wide(0), wide(-1), rules.worth[visit]
    while at < count:
        comer, its_seat, its_slots = wide(visit), wide(seat), slots
        agreed = live.start[visit]
        if at > 0:
            comer = wide(nodes[at, 0])
            its_seat = rules.seats[comer] - 1
            first, last = rules.arc_first[its_seat, comer], rules.arc_first[its_seat, comer + 1]
            its_slots = rules.arc_slot[first:last]
            agreed = live.start[comer]
            live.start[comer] = rules.pin[comer]  # whoever moves may be asked for another time
        end = look_for_room(rules, live, region, comer, its_seat, its_slots, barred, nodes, at)
        if end < 0 and count < len(nodes):
            before = count
            count = look_for_exchange(
                rules, live, region, comer, its_slots, barred, nodes, wide(at), wide(count)
            )
            for node in range(before, count):
                if rules.worth[nodes[node, 0]] < least:
                    lightest, least = wide(node), rules.worth[nodes[node, 0]]
        live.start[comer] = agreed
        if end >= 0:
            return move_along(rules, live, region, seat, nodes, wide(at), wide(end))
        at += 1
    if not gives_way or lightest < 0:
        return NOTHING
    return move_along(rules, live, region, seat, nodes, lightest, wide(-1))


@inner
def look_for_room(
    rules: Rules,
    live: Live,
    region: Region,
    visit: int,
    seat: int,
    slots: Numbers,
    barred: Numbers,
    nodes: Numbers,
    at: int,
) -> int:
    """The first of the slots that has room for the visit, or -1."""
    for arc in range(len(slots)):
        slot = wide(slots[arc])
        if live.gate[slot] != region.part or is_changed(nodes, at, slot):
            continue
        if is_listed(barred, visit, rules.volunteer[slot]):
            continue
        _, gap, _ = cheapest_gap(rules, live, visit, seat, slot, IMPOSSIBLE, wide(-1))
        if gap >= 0:
            return slot
    return wide(-1)


@inner
def look_for_exchange(
    rules: Rules,
    live: Live,
    region: Region,
    visit: int,
    slots: Numbers,
    barred: Numbers,
    nodes: Numbers,
    at: int,
    count: int,
) -> int:
    """Add a node for each stop that the visit could replace; returns how many nodes there are."""
    stamp, seen = region.counters[STAMP], region.chain_seen
    for arc in range(len(slots)):
        slot = wide(slots[arc])
        if live.broken[slot] or live.slot_part[slot] != region.part or is_changed(nodes, at, slot):
            continue
        if is_listed(barred, visit, rules.volunteer[slot]):
            continue
        for place in range(live.length[slot]):
            out = wide(live.route[rules.base[slot] + place])
            if seen[out] == stamp or rules.seats[out] not in (1, 2) or live.visit_part[out] != region.part:
                continue
            if not is_movable(rules, live, out, rules.seats[out] - 1):
                continue
            _, gap, _ = way_instead(rules, live, slot, wide(place), visit)
            if gap < 0:
                continue
            seen[out] = stamp
            nodes[count, 0], nodes[count, 1], nodes[count, 2] = out, slot, at
            count += 1
            if count == len(nodes):
                return count
    return count


@apart
def move_along(
    rules: Rules, live: Live, region: Region, seat: int, nodes: Numbers, node: int, slot: int
) -> int:
    """Move everybody on the chain, the last into `slot`, or out if that is -1; returns as `pass_on`."""
    at, last = wide(node), wide(nodes[node, 0])
    while at > 0:
        if not take_out(rules, live, region, wide(nodes[at, 0])):
            return MESS
        at = wide(nodes[at, 2])
    at, into = wide(node), wide(slot)
    while at > 0:
        visit = wide(nodes[at, 0])
        if into >= 0:
            if not put_into(rules, live, region, visit, rules.seats[visit] - 1, into, wide(-1), wide(-1)):
                return MESS
            region.counters[SCORE] += rules.worth[visit]
        into, at = wide(nodes[at, 1]), wide(nodes[at, 2])
    visit = wide(nodes[0, 0])
    _, gap, start = cheapest_gap(rules, live, visit, seat, into, IMPOSSIBLE, wide(-1))
    if gap < 0 or not has_room_in_journal(rules, live, region, into) or not note_visit(live, region, visit):
        return MESS
    if into == rules.dear_slot[visit, seat]:
        live.start[visit] = start
    cost = cost_of(rules, visit, seat, into)
    fill_seat(rules, live, region, visit, wide(seat), into, gap, cost + fair_cost(rules, live, into))
    region.counters[SCORE] += rules.worth[visit]
    return ALL_PLACED if slot >= 0 else last


@inner
def cost_of(rules: Rules, visit: int, seat: int, slot: int) -> int:
    """What the seat costs beside the way, 0 if the slot is not among the visit's candidates."""
    for arc in range(rules.arc_first[seat, visit], rules.arc_first[seat, visit + 1]):
        if rules.arc_slot[arc] == slot:
            return wide(rules.arc_cost[arc])
    return wide(0)


@compiled
def place(
    rules: Rules,
    live: Live,
    region: Region,
    visit: int,
    seat: int,
    slots: Numbers,
    barred: Numbers,
    nodes: Numbers,
) -> int:
    """`pass_on`, at worst at the cost of a lighter visit, and without a mess."""
    start_turn(region)
    before = region.counters[SCORE]
    left_out = pass_on(rules, live, region, visit, seat, slots, barred, True, nodes)
    if left_out == MESS:
        undo(rules, live, region, before)
        return NOTHING
    return left_out


@compiled
def place_all(
    rules: Rules, live: Live, region: Region, visits: Numbers, barred: Numbers, nodes: Numbers
) -> int:
    """`place` for each of the unserved visits of one person, where that gains; returns how many it did."""
    served = 0
    for visit in visits:
        seat = rules.seats[visit] - 1
        if seat > 1 or live.crew[visit, seat] >= 0:
            continue
        first, last = rules.arc_first[seat, visit], rules.arc_first[seat, visit + 1]
        slots = rules.arc_slot[first:last]
        before = region.counters[SCORE]
        if place(rules, live, region, wide(visit), wide(seat), slots, barred, nodes) == NOTHING:
            continue
        if region.counters[SCORE] > before:
            settle(rules, live, region)
            served += 1
        else:
            undo(rules, live, region, before)
    return served


@compiled
def fill_hole(rules: Rules, live: Live, region: Region, slot: int, barred: Numbers, nodes: Numbers) -> int:
    """Serve an unserved visit by a chain that ends in a free seat of the slot: the visit, or NOTHING."""
    start_turn(region)
    before = region.counters[SCORE]
    visit = refill(rules, live, region, slot, 1, barred, nodes) if live.gate[slot] == region.part else -1
    if visit == MESS:
        undo(rules, live, region, before)
    return visit if visit >= 0 else NOTHING


@compiled
def agree(rules: Rules, live: Live, visit: int, slot: int) -> int:
    """Keep the start that the visit's place in the route gives it; returns it."""
    index = rules.base[slot]
    while live.route[index] != visit:
        index += 1
    if live.start[visit] < 0:
        live.start[visit] = live.leave[index + 1] - rules.service[visit]
        refresh(rules, live, slot)
    return int(live.start[visit])
