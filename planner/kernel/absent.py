"""The unserved visits of a region: add and take out in constant time, in an order that repeats."""

from __future__ import annotations

from planner.kernel.compiled import compiled, inner
from planner.kernel.routes import is_served
from planner.kernel.tables import ABSENT, VISITS, Live, Region, Rules


@compiled
def mark_absent(live: Live, region: Region, visit: int) -> None:
    """Add a visit to the list of unserved ones."""
    counters = region.counters
    live.absent_at[visit] = counters[ABSENT]
    region.absent[counters[ABSENT]] = visit
    counters[ABSENT] += 1


@inner
def mark_served(live: Live, region: Region, visit: int) -> None:
    """Take a visit out of the list of unserved ones: the last takes its place."""
    counters, at = region.counters, live.absent_at[visit]
    last = region.absent[counters[ABSENT] - 1]
    region.absent[at] = last
    live.absent_at[last] = at
    live.absent_at[visit] = -1
    counters[ABSENT] -= 1


@inner
def settle(rules: Rules, live: Live, region: Region) -> None:
    """Bring the list up to date with the visits that this turn has changed."""
    for at in range(region.counters[VISITS]):
        visit = region.old_visit[at]
        if is_served(rules, live, visit):
            if live.absent_at[visit] >= 0:
                mark_served(live, region, visit)
        elif live.absent_at[visit] < 0:
            mark_absent(live, region, visit)
