"""One route's times: earliest departures forwards, latest arrivals backwards.

The latest arrivals are forward time slack (Savelsbergh 1992, "The vehicle routing problem with time
windows: minimizing route duration") kept as a moment instead of a duration, which stays exact when
a visit has several windows.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from planner.geometry import PACES, ROAD_PER_STRAIGHT
from planner.ground import Ground

Window = tuple[int, ...]


class Times(NamedTuple):
    """A route's gaps (one row per kind of number, one column per gap), its metres, whether it holds."""

    gaps: list[list[int]]
    metres: int
    holds: bool


class Timing:
    """Places, durations and windows of a problem as plain lists, for loops that numpy would slow down."""

    def __init__(self, ground: Ground) -> None:
        problem = ground.problem
        self.service: list[int] = problem.vsvc.tolist()
        self._windows: list[Window] = [tuple(w) for w in ground.windows.astype(np.int64).tolist()]
        self._x: list[int] = problem.vx.tolist()
        self._y: list[int] = problem.vy.tolist()
        self._slots: list[tuple[int, ...]] = list(
            zip(
                problem.kx[ground.volunteer].tolist(),
                problem.ky[ground.volunteer].tolist(),
                ground.begin.astype(np.int64).tolist(),
                ground.end.astype(np.int64).tolist(),
                *np.array(PACES, np.int64)[problem.kspd[ground.volunteer]].T.tolist(),
                strict=True,
            )
        )

    def window(self, visit: int, pinned: int | None) -> Window:
        """Where the visit may start: two intervals in order, or one moment if it is pinned."""
        return self._windows[visit] if pinned is None else (pinned, pinned, pinned, pinned)

    def run(self, slot: int, route: list[int], pinned: list[int | None]) -> Times:
        """The times of a slot's route, however badly it may fit."""
        home_x, home_y, begin, end, seconds, per = self._slots[slot]
        xs, ys, leaves = [home_x], [home_y], [begin]
        legs: list[int] = []
        travel: list[int] = []
        windows: list[Window] = []
        x, y, clock, holds = home_x, home_y, begin, begin >= 0
        for visit in route:
            from_x, from_y, x, y = x, y, self._x[visit], self._y[visit]
            leg = ceil(ROAD_PER_STRAIGHT * sqrt((from_x - x) ** 2 + (from_y - y) ** 2))
            way = -(-leg * seconds // per)
            window = self.window(visit, pinned[visit])
            clock += way
            start = max(clock, window[0] if clock <= window[1] else window[2])
            holds = holds and start <= window[3]
            clock = start + self.service[visit]
            xs.append(x)
            ys.append(y)
            leaves.append(clock)
            legs.append(leg)
            travel.append(way)
            windows.append(window)
        leg = ceil(ROAD_PER_STRAIGHT * sqrt((x - home_x) ** 2 + (y - home_y) ** 2))
        legs.append(leg)
        travel.append(-(-leg * seconds // per))
        latest, arrivals = end, [end]
        for index in range(len(route) - 1, -1, -1):
            window = windows[index]
            latest -= travel[index + 1] + self.service[route[index]]
            latest = min(latest, window[3] if latest >= window[2] else window[1])
            arrivals.append(latest)
        arrivals.reverse()
        to_x, to_y = [*xs[1:], home_x], [*ys[1:], home_y]
        holds = holds and clock + travel[-1] <= end
        return Times([xs, to_x, ys, to_y, leaves, arrivals, legs], sum(legs), holds)
