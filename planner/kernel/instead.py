"""One visit in place of another in somebody's route."""

from __future__ import annotations

from planner.kernel.compiled import inner
from planner.kernel.tables import Live, Rules
from planner.kernel.way import metres_between, seconds_for


@inner
def way_instead(rules: Rules, live: Live, slot: int, out: int, visit: int) -> tuple[int, int, int]:
    """The shortest route of a slot with a visit in place of its stop `out`: metres, gap, the visit's start.

    The gap is -1 if the visit does not fit.
    """
    base, length, foot = rules.base[slot], live.length[slot], rules.on_foot[slot]
    best, best_gap, best_start = rules.reach[slot] + 1, -1, -1
    for gap in range(length):
        x, y, clock, total = rules.home_x[slot], rules.home_y[slot], rules.begin[slot], 0
        fits, old, start = True, 0, -1
        for place in range(length):
            if place == gap:
                stop = visit
            else:
                if old == out:
                    old += 1
                stop = live.route[base + old]
                old += 1
            metres = metres_between(x, y, rules.vx[stop], rules.vy[stop])
            total += metres
            x, y = rules.vx[stop], rules.vy[stop]
            clock += seconds_for(metres, foot)
            if live.start[stop] >= 0:
                if clock > live.start[stop]:
                    fits = False
                    break
                clock = live.start[stop]
            elif clock <= rules.windows[stop, 1]:
                clock = max(clock, rules.windows[stop, 0])
            else:
                clock = max(clock, rules.windows[stop, 2])
                if clock > rules.windows[stop, 3]:
                    fits = False
                    break
            if place == gap:
                start = clock
            clock += rules.service[stop]
        if not fits:
            continue
        metres = metres_between(x, y, rules.home_x[slot], rules.home_y[slot])
        total += metres
        if clock + seconds_for(metres, foot) <= rules.end[slot] and total < best:
            best, best_gap, best_start = total, gap, start
    return best, best_gap, best_start
