"""Two people at one door: places of both seats that share a day and a start."""

from __future__ import annotations

from planner.kernel.compiled import compiled, inner
from planner.kernel.insertion import IMPOSSIBLE
from planner.kernel.routes import fair_cost
from planner.kernel.tables import Live, Numbers, Rules, wide
from planner.kernel.way import metres_between, seconds_for


@compiled
def list_places(
    rules: Rules,
    live: Live,
    part: int,
    visit: int,
    seat: int,
    slots: Numbers,
    costs: Numbers,
    blink: int,
    places: Numbers,
) -> int:
    """The cheapest places of one seat of a pair, cheapest first; returns how many.

    Rows of `places` (k, 6): cost, slot, gap, earliest start, latest start, cost beside the way.
    """
    vx, vy = rules.vx, rules.vy
    x, y, service = vx[visit], vy[visit], rules.service[visit]
    most, found, seen = len(places), 0, 0
    for arc in range(len(slots)):
        slot = wide(slots[arc])
        if live.gate[slot] != part or (found == most and costs[arc] >= places[most - 1, 0]):
            continue
        if blink > 0:
            seen += 1
            if seen % blink == 0:
                continue
        extra = wide(costs[arc]) + fair_cost(rules, live, slot)
        open_1, close_1 = rules.windows[visit, 0], rules.windows[visit, 1]
        open_2, close_2 = rules.windows[visit, 2], rules.windows[visit, 3]
        if slot == rules.dear_slot[visit, seat]:
            open_1 = close_1 = open_2 = close_2 = rules.dear_start[visit]
        spare, foot = rules.reach[slot] - live.metres[slot], rules.on_foot[slot]
        first, count = rules.base[slot], live.length[slot]
        into = metres_between(rules.home_x[slot], rules.home_y[slot], x, y)
        home = into
        for gap in range(count + 1):
            index = first + gap
            onward = home
            if gap < count:
                onward = metres_between(x, y, vx[live.route[index]], vy[live.route[index]])
            way = into + onward - live.leg[index]
            early = live.leave[index] + seconds_for(into, foot)
            early = max(early, open_1) if early <= close_1 else max(early, open_2)
            late = min(close_2, live.arrive[index] - seconds_for(onward, foot) - service)
            into = onward
            cost = way + extra
            if way > spare or early > late or (found == most and cost >= places[most - 1, 0]):
                continue
            at = min(found, most - 1)
            while at > 0 and places[at - 1, 0] > cost:
                for column in range(6):
                    places[at, column] = places[at - 1, column]
                at -= 1
            places[at, 0], places[at, 1], places[at, 2] = cost, slot, gap
            places[at, 3], places[at, 4], places[at, 5] = early, late, extra
            found = min(found + 1, most)
    return found


@compiled
def best_couple(rules: Rules, ours: Numbers, theirs: Numbers) -> tuple[int, int, int]:
    """The cheapest two places on one day, of two people, that share a start: cost, row, row.

    Both lists are sorted, cheapest first. The cost is IMPOSSIBLE if no two go together.
    """
    best, row, column = IMPOSSIBLE, -1, -1
    for i in range(len(ours)):
        if len(theirs) == 0 or ours[i, 0] + theirs[0, 0] >= best:
            break
        slot = ours[i, 1]
        for j in range(len(theirs)):
            if ours[i, 0] + theirs[j, 0] >= best:
                break
            other = theirs[j, 1]
            if rules.day[slot] != rules.day[other] or rules.volunteer[slot] == rules.volunteer[other]:
                continue
            if max(ours[i, 3], theirs[j, 3]) <= min(ours[i, 4], theirs[j, 4]):
                best, row, column = ours[i, 0] + theirs[j, 0], i, j
    return best, row, column


@inner
def common_start(rules: Rules, visit: int, early: int, late: int, as_late: bool) -> int:
    """When the two begin: as early as both can, or as late as a window and both allow."""
    if not as_late:
        return early
    if late < rules.windows[visit, 2]:
        return int(max(early, min(late, rules.windows[visit, 1])))
    return late
