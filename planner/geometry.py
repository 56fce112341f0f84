"""Distance and travel time as the planning contract counts them: whole metres, whole seconds.

A road is taken as 1.3 times the straight line, rounded up to the metre; a leg's time is rounded up to
the second. Everything stays exact in 64-bit floats: a road length is a whole number only if the straight
line is, so rounding up never falls on the wrong side, and going directly is never longer than by way of
somebody else (which is why taking a stop out of a route can never break the route).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[Any]

ROAD_PER_STRAIGHT = 1.3
# seconds for so many metres: 0 = e-bike at 12 km/h, 1 = on foot at 5 km/h
PACES: tuple[tuple[int, int], ...] = ((3, 10), (18, 25))


def road_metres(x1: Numbers, y1: Numbers, x2: Numbers, y2: Numbers) -> Floats:
    """Road metres between points (arrays that broadcast), as whole floats."""
    east = np.subtract(x1, x2, dtype=np.float64)
    north = np.subtract(y1, y2, dtype=np.float64)
    metres: Floats = np.ceil(ROAD_PER_STRAIGHT * np.sqrt(east * east + north * north))
    return metres


def travel_seconds(metres: Floats, pace_seconds: Numbers, pace_metres: Numbers) -> Floats:
    """Seconds for so many road metres at `pace_seconds` per `pace_metres`, as whole floats."""
    seconds: Floats = np.ceil(metres * pace_seconds / pace_metres)
    return seconds


def hair_apart(places: Floats) -> Floats:
    """Places (k, 2) in metres; where many share one, each less than half a metre from it.

    Else all who ask for the nearest are told the same few of those who share a place, and a tree of places
    finds nothing to split.
    """
    if len(np.unique(places[:, 0] * 2**22 + places[:, 1])) > len(places) / 2:
        return places
    apart: Floats = places + np.random.default_rng(len(places)).uniform(-0.3, 0.3, places.shape)
    return apart


def leg_metres(x1: float, y1: float, x2: float, y2: float) -> int:
    """`road_metres` of one leg, for loops in plain Python."""
    east, north = x1 - x2, y1 - y2
    return math.ceil(ROAD_PER_STRAIGHT * math.sqrt(east * east + north * north))


def leg_seconds(metres: int, speed: int) -> int:
    """`travel_seconds` of one leg; `speed` is an index into PACES."""
    seconds, per = PACES[speed]
    return -(-metres * seconds // per)
