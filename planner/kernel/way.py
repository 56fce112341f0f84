"""Metres and seconds of one leg, bit for bit as `planner.geometry` has them."""

from __future__ import annotations

from math import ceil, sqrt

from planner.kernel.compiled import inner


@inner
def metres_between(x1: float, y1: float, x2: float, y2: float) -> int:
    """Road metres: 1.3 times the straight line, rounded up."""
    east, north = x1 - x2, y1 - y2
    return ceil(1.3 * sqrt(east * east + north * north))


@inner
def seconds_for(metres: int, on_foot: int) -> int:
    """Travel seconds, rounded up: 5 km/h on foot, else 12 km/h."""
    if on_foot:
        return (metres * 18 + 24) // 25
    return (metres * 3 + 9) // 10
