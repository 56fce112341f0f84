"""The journal and the two moves of the search: take a visit out, put a visit in."""

from __future__ import annotations

from planner.kernel.chance import draw
from planner.kernel.compiled import apart, compiled, inner
from planner.kernel.couples import best_couple, common_start, list_places
from planner.kernel.insertion import best_place
from planner.kernel.routes import add_stop, drop_stop, fair_cost, is_served, open_gates, refresh
from planner.kernel.tables import SCORE, SLOTS, STOPS, TICK, VISITS, WAITING, Live, Region, Rules, wide

PAIR_LATE = 0.3  # how often a pair meets as late as it can, which leaves room for others before


@compiled
def start_turn(region: Region) -> None:
    """Begin a turn: nothing noted, nothing to be put back."""
    counters = region.counters
    counters[TICK] += 1
    counters[SLOTS], counters[STOPS], counters[VISITS], counters[WAITING] = 0, 0, 0, 0


@inner
def has_room_in_journal(rules: Rules, live: Live, region: Region, slot: int) -> bool:
    """Whether a change of the slot, and of one more, can still be noted."""
    if region.slot_seen[slot] == region.counters[TICK]:
        return True
    stops = region.counters[STOPS] + live.length[slot]
    return bool(region.counters[SLOTS] + 2 <= len(region.old_slot) and stops <= region.most_stops)


@inner
def note_slot(rules: Rules, live: Live, region: Region, slot: int) -> None:
    """Remember the slot's route before its first change of this turn."""
    counters = region.counters
    if region.slot_seen[slot] == counters[TICK]:
        return
    region.slot_seen[slot] = counters[TICK]
    at, stops, base = counters[SLOTS], counters[STOPS], rules.base[slot]
    region.old_slot[at] = slot
    region.old_length[at] = live.length[slot]
    for index in range(live.length[slot]):
        region.old_route[stops + index] = live.route[base + index]
    counters[SLOTS] = at + 1
    counters[STOPS] = stops + live.length[slot]


@compiled
def note_visit(live: Live, region: Region, visit: int) -> bool:
    """Remember the visit's crew before its first change of this turn; False if there is no room to."""
    counters = region.counters
    if region.visit_seen[visit] == counters[TICK]:
        return True
    at = counters[VISITS]
    if at >= len(region.old_visit):
        return False
    region.visit_seen[visit] = counters[TICK]
    region.old_visit[at] = visit
    region.old_crew[at, 0], region.old_crew[at, 1] = live.crew[visit, 0], live.crew[visit, 1]
    region.old_crew[at, 2], region.old_crew[at, 3] = live.crew_cost[visit, 0], live.crew_cost[visit, 1]
    region.old_crew[at, 4] = live.start[visit]
    counters[VISITS] = at + 1
    return True


@apart
def undo(rules: Rules, live: Live, region: Region, score: int) -> None:
    """Back to before this turn."""
    counters = region.counters
    for at in range(counters[VISITS]):
        visit = region.old_visit[at]
        live.crew[visit, 0], live.crew[visit, 1] = region.old_crew[at, 0], region.old_crew[at, 1]
        live.crew_cost[visit, 0], live.crew_cost[visit, 1] = region.old_crew[at, 2], region.old_crew[at, 3]
        live.start[visit] = region.old_crew[at, 4]
    stops = 0
    for at in range(counters[SLOTS]):
        slot, length = region.old_slot[at], region.old_length[at]
        base, more = rules.base[slot], length - live.length[slot]
        for index in range(length):
            live.route[base + index] = region.old_route[stops + index]
        stops += length
        live.length[slot] = length
        live.in_week[rules.week[slot]] += more
        live.taken[rules.volunteer[slot]] += more
        refresh(rules, live, slot)
        open_gates(rules, live, slot)
    counters[SCORE] = score


@apart
def take_out(rules: Rules, live: Live, region: Region, visit: int) -> bool:
    """Empty the visit's seats, those that are fixed aside; False if it cannot be undone later."""
    counters = region.counters
    for seat in range(2):
        slot = live.crew[visit, seat]
        is_open = (rules.seats[visit] >> seat) & 1
        if is_open and slot >= 0 and not has_room_in_journal(rules, live, region, slot):
            return False
    if not note_visit(live, region, visit):
        return False
    if is_served(rules, live, visit):
        counters[SCORE] -= rules.worth[visit]
    for seat in range(2):
        slot = live.crew[visit, seat]
        if (rules.seats[visit] >> seat) & 1 == 0 or slot < 0:
            continue
        note_slot(rules, live, region, slot)
        counters[SCORE] += drop_stop(rules, live, slot, visit) + live.crew_cost[visit, seat]
        counters[SCORE] += fair_cost(rules, live, slot)
        live.crew[visit, seat] = -1
        live.crew_cost[visit, seat] = 0
    live.start[visit] = rules.pin[visit]
    return True


@compiled
def fill_seat(
    rules: Rules, live: Live, region: Region, visit: int, seat: int, slot: int, gap: int, extra: int
) -> None:
    """Put a seat's visit into a gap that was found to fit; `extra` holds the fair share too."""
    note_slot(rules, live, region, slot)
    fair = fair_cost(rules, live, slot)
    live.crew[visit, seat] = slot
    live.crew_cost[visit, seat] = extra - fair
    region.counters[SCORE] += add_stop(rules, live, slot, gap, visit) - extra


@apart
def put_in(rules: Rules, live: Live, region: Region, visit: int, blink: int) -> bool:
    """Serve the visit where it is cheapest, if that is worth it; False if it stays out."""
    seats = rules.seats[visit]
    if seats == 3:
        return put_couple_in(rules, live, region, visit, blink)
    seat = seats - 1
    first, last = rules.arc_first[seat, visit], rules.arc_first[seat, visit + 1]
    slots, costs = rules.arc_slot[first:last], rules.arc_cost[first:last]
    cost, slot, gap, extra = best_place(rules, live, region.part, visit, seat, slots, costs, blink)
    if cost >= rules.worth[visit] or not has_room_in_journal(rules, live, region, slot):
        return False
    if not note_visit(live, region, visit):
        return False
    if slot == rules.dear_slot[visit, seat]:
        live.start[visit] = rules.dear_start[visit]
    fill_seat(rules, live, region, visit, seat, slot, gap, extra)
    region.counters[SCORE] += rules.worth[visit]
    return True


@inner
def put_couple_in(rules: Rules, live: Live, region: Region, visit: int, blink: int) -> bool:
    """Serve a visit of two people where both together are cheapest; False if it stays out."""
    first, last = rules.arc_first[0, visit], rules.arc_first[0, visit + 1]
    slots, costs = rules.arc_slot[first:last], rules.arc_cost[first:last]
    many = list_places(rules, live, region.part, visit, wide(0), slots, costs, blink, region.pair[0])
    if many == 0:
        return False
    first, last = rules.arc_first[1, visit], rules.arc_first[1, visit + 1]
    slots, costs = rules.arc_slot[first:last], rules.arc_cost[first:last]
    others = list_places(rules, live, region.part, visit, wide(1), slots, costs, blink, region.pair[1])
    ours, theirs = region.pair[0, :many], region.pair[1, :others]
    cost, i, j = best_couple(rules, ours, theirs)
    if cost >= rules.worth[visit]:
        return False
    slot, other = ours[i, 1], theirs[j, 1]
    if not has_room_in_journal(rules, live, region, slot):
        return False
    if not has_room_in_journal(rules, live, region, other) or not note_visit(live, region, visit):
        return False
    early, late = max(ours[i, 3], theirs[j, 3]), min(ours[i, 4], theirs[j, 4])
    as_late = draw(region.random) < PAIR_LATE
    live.start[visit] = common_start(rules, visit, early, late, as_late)
    fill_seat(rules, live, region, visit, wide(0), slot, ours[i, 2], ours[i, 5])
    fill_seat(rules, live, region, visit, wide(1), other, theirs[j, 2], theirs[j, 5])
    region.counters[SCORE] += rules.worth[visit]
    return True
