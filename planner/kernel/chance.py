"""Random numbers: splitmix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators").

One word of state per region, so that threads draw apart and a seed gives the same plan everywhere.
"""

from __future__ import annotations

import numpy as np

from planner.kernel.compiled import inner
from planner.kernel.tables import Words

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
S27, S30, S31, S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
UNIT = 1.0 / 9007199254740992.0  # 2**-53


@inner
def draw(state: Words) -> float:
    """The next number from 0 up to 1."""
    word = state[0] + GOLDEN
    state[0] = word
    word = (word ^ (word >> S30)) * MIX_1
    word = (word ^ (word >> S27)) * MIX_2
    word = word ^ (word >> S31)
    return float(word >> S11) * UNIT


@inner
def draw_below(state: Words, below: int) -> int:
    """The next whole number from 0 up to `below`."""
    return int(draw(state) * below)
