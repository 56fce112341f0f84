"""Chains from all free seats at once, until as many unserved visits as can be have found a place.

One breadth-first search from every slot with room, as in Hopcroft & Karp 1973, "An n^5/2 algorithm for
maximum matchings in bipartite graphs" (SIAM Journal on Computing 2(4)): what one free seat has looked at no
other looks at again, so a whole city costs little more than its arcs. A chain is carried out when it is
found; what it has changed is left alone until the next time. Its steps are those of `planner.kernel.chain`.
"""

from __future__ import annotations

from planner.kernel.absent import settle
from planner.kernel.chain import fits, is_movable, is_on_chain, shift_along
from planner.kernel.chance import draw_below
from planner.kernel.compiled import compiled, inner
from planner.kernel.moves import start_turn, undo
from planner.kernel.ruin import place_in_route
from planner.kernel.tables import SCORE, STAMP, Live, Numbers, Region, Rules, wide


@inner
def is_stale(nodes: Numbers, changed: Numbers, node: int) -> bool:
    """Whether a slot between the node and its root has been changed meanwhile."""
    while node >= 0:
        if changed[nodes[node, 0]]:
            return True
        node = nodes[node, 2]
    return False


@inner
def serve(
    rules: Rules, live: Live, region: Region, nodes: Numbers, node: int, visit: int, changed: Numbers
) -> bool:
    """Carry out the chain that ends in a node and serves the visit, if that gains, and mark its slots."""
    start_turn(region)
    before = region.counters[SCORE]
    if not shift_along(rules, live, region, nodes, node, visit) or region.counters[SCORE] <= before:
        undo(rules, live, region, before)
        return False
    settle(rules, live, region)
    while node >= 0:
        changed[nodes[node, 0]] = 1
        node = wide(nodes[node, 2])
    return True


@inner
def extend(
    rules: Rules, live: Live, region: Region, at: int, count: int, changed: Numbers, nodes: Numbers
) -> int:
    """Look at all who could take the room that a node leaves: a node more for each who has a seat.

    Returns how many nodes there are, or -1 if an unserved visit took it.
    """
    slot, leaver = wide(nodes[at, 0]), wide(nodes[at, 1])
    stamp, seen = region.counters[STAMP], region.chain_seen
    place = place_in_route(rules, live, slot, leaver) if leaver >= 0 else wide(-1)
    first, last = rules.claim_first[slot], rules.claim_first[slot + 1]
    shift = draw_below(region.random, max(1, last - first))
    for number in range(last - first):
        index = first + number + shift
        visit = wide(rules.claim_visit[index - (last - first) if index >= last else index])
        if seen[visit] == stamp or live.visit_part[visit] != region.part or rules.seats[visit] > 2:
            continue
        seat = rules.seats[visit] - 1
        holder = live.crew[visit, seat]
        if holder >= 0 and (count == len(nodes) or changed[holder] or is_on_chain(nodes, at, holder)):
            continue
        if not is_movable(rules, live, visit, seat) or not fits(rules, live, visit, seat, slot, place):
            continue
        seen[visit] = stamp
        if holder >= 0:
            nodes[count, 0], nodes[count, 1], nodes[count, 2] = holder, visit, at
            count += 1
        elif serve(rules, live, region, nodes, wide(at), visit, changed):
            return wide(-1)
    return count


@compiled
def fill_all(
    rules: Rules, live: Live, region: Region, slots: Numbers, changed: Numbers, nodes: Numbers
) -> int:
    """Serve unserved visits of one person by chains that end in a free seat of one of the slots; how many.

    `changed` (s,) is all 0 and ends as 1 for each slot that was changed; `nodes` (k, 3) is scratch paper as
    in `chain.refill`, with room for all slots.
    """
    region.counters[STAMP] += 1
    count, at, served = wide(0), wide(0), 0
    for slot in slots:
        if live.gate[slot] == region.part:
            nodes[count, 0], nodes[count, 1], nodes[count, 2] = slot, -1, -1
            count += 1
    while at < count:
        if not is_stale(nodes, changed, at):
            more = extend(rules, live, region, at, count, changed, nodes)
            if more < 0:
                served += 1
            else:
                count = more
        at += 1
    return served
