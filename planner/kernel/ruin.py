"""What to take out, so that it can be put back better. Four ways, drawn at random:

* *strings*: from each of several routes near one place a run of adjacent stops (Christiaens & Vanden
  Berghe 2020, "Slack induction by string removals for vehicle routing problems", Transportation
  Science 54(2));
* *room*: for one visit, runs from the routes of those who could take it, the nearest the likeliest, so that
  everything that competes for the same people is decided anew;
* *reunion*: a visit that misses the volunteer it wants, with a route of that volunteer;
* *scatter*: single visits from anywhere near (related removal: Shaw 1998).
"""

from __future__ import annotations

from planner.kernel.chance import draw, draw_below
from planner.kernel.compiled import apart, inner
from planner.kernel.moves import take_out
from planner.kernel.routes import is_served
from planner.kernel.tables import TICK, WAITING, Live, Region, Rules, wide

LONGEST_STRING = 3


@inner
def remove(rules: Rules, live: Live, region: Region, visit: int) -> bool:
    """Take one served visit out and note that it has to be put back; False if it stays."""
    counters = region.counters
    if live.visit_part[visit] != region.part or counters[WAITING] >= len(region.waiting):
        return False
    if not is_served(rules, live, visit):
        return False
    if region.visit_seen[visit] == counters[TICK] or not take_out(rules, live, region, visit):
        return False
    region.waiting[counters[WAITING]] = visit
    counters[WAITING] += 1
    return True


@apart
def cut_string(rules: Rules, live: Live, region: Region, slot: int, place: int, longest: int) -> int:
    """Take out a run of stops around a place of a route; returns how many visits."""
    length = live.length[slot]
    size = min(length, 1 + draw_below(region.random, longest))
    low, high = max(0, place - size + 1), min(place, length - size)
    index = rules.base[slot] + low + draw_below(region.random, high - low + 1)
    taken = 0
    for _ in range(size):
        visit = live.route[index]
        if remove(rules, live, region, visit):
            taken += 1
        else:
            index += 1
    return taken


@inner
def place_in_route(rules: Rules, live: Live, slot: int, visit: int) -> int:
    """The number of the visit's stop in a route that holds it."""
    index = rules.base[slot]
    while live.route[index] != visit:
        index += 1
    return int(index - rules.base[slot])


@inner
def cut_near(rules: Rules, live: Live, region: Region, centre: int, most: int) -> None:
    """Runs of stops that hold the visits nearest to one, a route at a time."""
    taken = 0
    for number in range(rules.near.shape[1]):
        visit = rules.near[centre, number]
        if live.visit_part[visit] != region.part:
            continue
        for seat in range(2):
            slot = live.crew[visit, seat]
            if slot < 0 or region.slot_seen[slot] == region.counters[TICK]:
                continue
            taken += cut_string(
                rules, live, region, slot, place_in_route(rules, live, slot, visit), wide(LONGEST_STRING)
            )
        if taken >= most:
            return


@inner
def scatter(rules: Rules, live: Live, region: Region, centre: int, most: int) -> None:
    """Some of the visits nearest to one, each by itself."""
    taken = 0
    if remove(rules, live, region, centre):
        taken += 1
    for _ in range(2 * most):
        if taken >= most:
            return
        visit = rules.near[centre, draw_below(region.random, rules.near.shape[1])]
        if remove(rules, live, region, visit):
            taken += 1


@inner
def busy_slot(rules: Rules, live: Live, region: Region, slot: int) -> int:
    """The slot, or if it is empty one of the same week, which may be what fills the week."""
    if live.length[slot] > 0:
        return slot
    first, last = rules.week_first[slot], rules.week_last[slot]
    shift = draw_below(region.random, last - first)
    for number in range(last - first):
        other = first + (number + shift) % (last - first)
        if live.length[other] > 0:
            return int(other)
    return slot


@inner
def make_room(rules: Rules, live: Live, region: Region, visit: int, most: int) -> None:
    """Runs of stops from routes of those who could take the visit, the nearest the likeliest."""
    seat = 0
    if rules.seats[visit] == 2 or (rules.seats[visit] == 3 and draw(region.random) < 0.3):
        seat = 1
    first, last = rules.arc_first[seat, visit], rules.arc_first[seat, visit + 1]
    taken = 0
    for _ in range(2 * most):
        if taken >= most or last <= first:
            return
        chance = draw(region.random)
        slot = wide(rules.arc_slot[first + int(chance * chance * (last - first))])
        if live.slot_part[slot] != region.part:
            continue
        slot = busy_slot(rules, live, region, slot)
        if live.length[slot] > 0 and region.slot_seen[slot] != region.counters[TICK]:
            place = draw_below(region.random, live.length[slot])
            taken += cut_string(rules, live, region, slot, place, wide(LONGEST_STRING))


@inner
def reunite(rules: Rules, live: Live, region: Region, visit: int) -> bool:
    """Empty a route of the volunteer a visit wants and misses, and its own; False if it misses none."""
    wanted = rules.wanted[visit]
    if wanted < 0:
        return False
    for seat in range(2):
        slot = live.crew[visit, seat]
        if slot >= 0 and rules.volunteer[slot] == wanted:
            return False
    found, chosen = 0, wide(-1)
    for seat in range(2):
        for arc in range(rules.arc_first[seat, visit], rules.arc_first[seat, visit + 1]):
            slot = wide(rules.arc_slot[arc])
            if rules.volunteer[slot] == wanted and live.slot_part[slot] == region.part:
                found += 1
                if draw_below(region.random, found) == 0:
                    chosen = slot
    if chosen < 0:
        return False
    if not remove(rules, live, region, visit):
        return False
    chosen = busy_slot(rules, live, region, chosen)
    if live.length[chosen] > 0:
        if draw(region.random) < 0.3:
            cut_string(rules, live, region, chosen, wide(0), live.length[chosen])
        else:
            place = draw_below(region.random, live.length[chosen])
            cut_string(rules, live, region, chosen, place, wide(2))
    return True
