"""How much room routes need: the flat arrays have a place for every stop that a slot could ever have."""

from __future__ import annotations

import numpy as np

from planner.geometry import Ints

MOST_STOPS = 100_000_000  # of all slots together: 32 bytes each


def most_stops(service: Ints, hours: Ints, limits: Ints) -> Ints:
    """By slot, the most stops its seconds on duty (`hours`) and its limit on visits allow.

    `service` (n,): seconds of each visit; it is the shortest one that counts.
    """
    shortest = int(service.min()) if len(service) else 1
    many = np.maximum(hours, 0) // shortest + 1 if shortest > 0 else np.full(hours.shape, len(service))
    stops: Ints = np.minimum(np.minimum(limits, many), len(service))
    return stops
