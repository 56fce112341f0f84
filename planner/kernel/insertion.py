"""Where one seat fits best: every gap of every candidate slot that is open, the cheapest wins."""

from __future__ import annotations

from planner.kernel.compiled import compiled, inner
from planner.kernel.routes import fair_cost
from planner.kernel.tables import Live, Numbers, Rules, wide
from planner.kernel.way import metres_between, seconds_for

IMPOSSIBLE = wide(1) << wide(60)


@inner
def cheapest_gap(
    rules: Rules, live: Live, visit: int, seat: int, slot: int, most: int, only: int
) -> tuple[int, int, int]:
    """The gap of a slot's route that costs the fewest metres, if fewer than `most`: metres, gap, start.

    `only` is the one gap to look at, -1 for all. Limits per day and week are not looked at. The gap is -1 if
    there is none.
    """
    vx, vy, route, leg = rules.vx, rules.vy, live.route, live.leg
    x, y, service, foot = vx[visit], vy[visit], rules.service[visit], rules.on_foot[slot]
    open_1, close_1 = rules.windows[visit, 0], rules.windows[visit, 1]
    open_2, close_2 = rules.windows[visit, 2], rules.windows[visit, 3]
    if live.start[visit] >= 0:
        open_1 = close_1 = open_2 = close_2 = live.start[visit]
    elif slot == rules.dear_slot[visit, seat]:
        open_1 = close_1 = open_2 = close_2 = rules.dear_start[visit]
    first, count = rules.base[slot], live.length[slot]
    best, best_gap, best_start = min(most, rules.reach[slot] - live.metres[slot] + 1), -1, -1
    home = metres_between(rules.home_x[slot], rules.home_y[slot], x, y)
    into, begin, end = home, max(only, 0), count
    if only >= 0:
        end = only
    if begin > 0:
        before = route[first + begin - 1]
        into = metres_between(vx[before], vy[before], x, y)
    for gap in range(begin, end + 1):
        index = first + gap
        if live.leave[index] > close_2:
            break
        onward = home
        if gap < count:
            onward = metres_between(x, y, vx[route[index]], vy[route[index]])
        way = into + onward - leg[index]
        if way < best:
            early = live.leave[index] + seconds_for(into, foot)
            early = max(early, open_1) if early <= close_1 else max(early, open_2)
            if early <= close_2 and early <= live.arrive[index] - seconds_for(onward, foot) - service:
                best, best_gap, best_start = way, gap, early
        into = onward
    return best, best_gap, best_start


@compiled
def best_place(
    rules: Rules,
    live: Live,
    part: int,
    visit: int,
    seat: int,
    slots: Numbers,
    costs: Numbers,
    blink: int,
) -> tuple[int, int, int, int]:
    """The cheapest place for a seat among slots with room: cost, slot, gap, cost beside the way.

    `costs` are the slots' objective metres beside the way. Every `blink`-th slot is overlooked (0: none).
    The cost is IMPOSSIBLE if there is no place.
    """
    best, best_slot, best_gap, best_extra, seen = IMPOSSIBLE, -1, -1, wide(0), 0
    for arc in range(len(slots)):
        slot = wide(slots[arc])
        if live.gate[slot] != part or costs[arc] >= best:
            continue
        if blink > 0:
            seen += 1
            if seen % blink == 0:
                continue
        extra = wide(costs[arc]) + fair_cost(rules, live, slot)
        way, gap, _ = cheapest_gap(rules, live, visit, seat, slot, best - extra, wide(-1))
        if gap >= 0:
            best, best_slot, best_gap, best_extra = way + extra, slot, gap, extra
    return best, best_slot, best_gap, best_extra
