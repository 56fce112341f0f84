"""Routes: earliest departures forwards, latest arrivals backwards; adding and taking out a stop.

The latest arrivals are forward time slack (Savelsbergh 1992, "The vehicle routing problem with time
windows: minimizing route duration") kept as a moment, which stays exact when a visit has two windows.
"""

from __future__ import annotations

from planner.kernel.compiled import compiled, inner
from planner.kernel.tables import Live, Rules
from planner.kernel.way import metres_between, seconds_for

MOST_FAIR = 50_000  # metres: a wish may never cost a served visit


@inner
def refresh(rules: Rules, live: Live, slot: int) -> int:
    """The times of a slot's route anew; returns how many metres shorter it has become."""
    vx, vy, service, windows = rules.vx, rules.vy, rules.service, rules.windows
    route, leg, leave, arrive, start = live.route, live.leg, live.leave, live.arrive, live.start
    base, length, on_foot = rules.base[slot], live.length[slot], rules.on_foot[slot]
    home_x, home_y = rules.home_x[slot], rules.home_y[slot]
    x, y, clock, total = home_x, home_y, rules.begin[slot], 0
    leave[base] = clock
    for index in range(base, base + length):
        visit = route[index]
        metres = metres_between(x, y, vx[visit], vy[visit])
        x, y = vx[visit], vy[visit]
        leg[index] = metres
        total += metres
        clock += seconds_for(metres, on_foot)
        if start[visit] >= 0:
            clock = max(clock, start[visit])
        elif clock <= windows[visit, 1]:
            clock = max(clock, windows[visit, 0])
        else:
            clock = max(clock, windows[visit, 2])
        clock += service[visit]
        leave[index + 1] = clock
    last = base + length
    metres = metres_between(x, y, home_x, home_y)
    leg[last] = metres
    total += metres
    latest = rules.end[slot]
    arrive[last] = latest
    for index in range(last - 1, base - 1, -1):
        visit = route[index]
        latest -= seconds_for(leg[index + 1], on_foot) + service[visit]
        if start[visit] >= 0:
            latest = min(latest, start[visit])
        elif latest >= windows[visit, 2]:
            latest = min(latest, windows[visit, 3])
        else:
            latest = min(latest, windows[visit, 1])
        arrive[index] = latest
    shorter = live.metres[slot] - total
    live.metres[slot] = total
    return int(shorter)


@inner
def open_gates(rules: Rules, live: Live, slot: int) -> None:
    """Note which slots of the slot's week can take one more visit."""
    has_week = live.in_week[rules.week[slot]] < rules.most_a_week[slot]
    for other in range(rules.week_first[slot], rules.week_last[slot]):
        if has_week and not live.broken[other] and live.length[other] < rules.most_a_day[other]:
            live.gate[other] = live.slot_part[other]
        else:
            live.gate[other] = -1


@inner
def add_stop(rules: Rules, live: Live, slot: int, gap: int, visit: int) -> int:
    """Put a visit into a gap of a route; returns how many metres shorter the route is (below zero)."""
    route, base = live.route, rules.base[slot]
    for index in range(base + live.length[slot], base + gap, -1):
        route[index] = route[index - 1]
    route[base + gap] = visit
    live.length[slot] += 1
    live.in_week[rules.week[slot]] += 1
    live.taken[rules.volunteer[slot]] += 1
    shorter = refresh(rules, live, slot)
    open_gates(rules, live, slot)
    return shorter


@inner
def drop_stop(rules: Rules, live: Live, slot: int, visit: int) -> int:
    """Take a visit out of a route; returns how many metres shorter the route is."""
    route, base = live.route, rules.base[slot]
    last = base + live.length[slot] - 1
    index = base
    while route[index] != visit:
        index += 1
    for after in range(index, last):
        route[after] = route[after + 1]
    live.length[slot] -= 1
    live.in_week[rules.week[slot]] -= 1
    live.taken[rules.volunteer[slot]] -= 1
    shorter = refresh(rules, live, slot)
    open_gates(rules, live, slot)
    return shorter


@inner
def fair_cost(rules: Rules, live: Live, slot: int) -> int:
    """What one more visit adds to the square of the volunteer's visits, priced."""
    volunteer = rules.volunteer[slot]
    if rules.fair[volunteer] == 0:
        return 0
    cost = rules.fair[volunteer] * (2 * (rules.load[volunteer] + live.taken[volunteer]) + 1)
    return int(min(cost, MOST_FAIR))


@inner
def is_served(rules: Rules, live: Live, visit: int) -> bool:
    """Whether no seat that must be filled is empty."""
    seats = rules.seats[visit]
    lead_missing = (seats & 1) != 0 and live.crew[visit, 0] < 0
    companion_missing = (seats & 2) != 0 and live.crew[visit, 1] < 0
    return not (lead_missing or companion_missing)


@compiled
def holds(rules: Rules, live: Live, slot: int) -> bool:
    """Whether the route keeps windows, agreed starts and the shift (limits and metres not looked at)."""
    base, length, foot = rules.base[slot], live.length[slot], rules.on_foot[slot]
    clock = rules.begin[slot]
    if clock < 0:
        return False
    for index in range(base, base + length):
        visit = live.route[index]
        clock += seconds_for(live.leg[index], foot)
        if live.start[visit] >= 0:
            if clock > live.start[visit]:
                return False
            clock = live.start[visit]
        elif clock <= rules.windows[visit, 1]:
            clock = max(clock, rules.windows[visit, 0])
        else:
            clock = max(clock, rules.windows[visit, 2])
            if clock > rules.windows[visit, 3]:
                return False
        clock += rules.service[visit]
    home = seconds_for(live.leg[base + length], foot)
    return bool(length == 0 or clock + home <= rules.end[slot])


@compiled
def refresh_all(rules: Rules, live: Live) -> None:
    """The times of all routes, which of them break a rule, and which slots have room."""
    for slot in range(len(rules.day)):
        refresh(rules, live, slot)
        fits = holds(rules, live, slot) and live.metres[slot] <= rules.reach[slot]
        live.broken[slot] = 0 if fits else 1
    for slot in range(len(rules.day)):
        open_gates(rules, live, slot)


@compiled
def put_aside(rules: Rules, live: Live, slot: int, visit: int) -> int:
    """Take a visit out of a route for a question; returns its gap, for `put_back`."""
    gap = 0
    while live.route[rules.base[slot] + gap] != visit:
        gap += 1
    drop_stop(rules, live, slot, visit)
    fits = holds(rules, live, slot) and live.metres[slot] <= rules.reach[slot]
    live.broken[slot] = 0 if fits else 1
    open_gates(rules, live, slot)
    return gap


@compiled
def put_back(rules: Rules, live: Live, slot: int, gap: int, visit: int, broken: int) -> None:
    """Undo `put_aside`."""
    live.broken[slot] = broken
    add_stop(rules, live, slot, gap, visit)
