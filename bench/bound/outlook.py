"""What a route can still gain at most after it arrives somewhere: tables by stops left, item and time.

A relaxation solved backwards: time runs in steps (each stretch is rounded down, so nothing is missed),
the way is not added up, and of repeated visits only the pattern a, b, a is excluded, for which every
entry keeps the best follower, its visit, and the best with another follower (two-cycle elimination, as
in Desrochers, Desrosiers and Solomon, "A new optimization algorithm for the vehicle routing problem with
time windows", 1992). Value and follower's visit are one word, and the inner loop has no branches, so that
the compiler makes it of vectors.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bench.bound.compiled import compiled
from bench.bound.reach import NEVER, start_at
from planner.geometry import Bools, Ints

Words = npt.NDArray[np.int32]
SHIFT = 20  # a word is value · 2**SHIFT + visit
VISIT = 2**SHIFT - 1
NOTHING = -(2**30)  # a value no route has


@compiled
def start_steps(windows: Ints, latest: Ints, begin: int, steps: int, length: int) -> Words:
    """Of each item and step of arrival the step of the start, -1 if it is too late (items, steps)."""
    table = np.full((len(latest), steps), -1, np.int32)
    for i in range(len(latest)):
        for step in range(steps):
            start = start_at(windows[i], begin + step * length)
            if start <= latest[i] and start < NEVER:
                table[i, step] = (start - begin) // length
    return table


@compiled
def _follow(
    best: Ints, other: Ints, low: int, count: int, visit: int,
    x_best: Ints, x_other: Ints, take: int, x_visit: int,
) -> None:  # fmt: skip  # the row to improve, the follower's row
    """Take a follower's words into account where they are better, for `count` steps from `low`.

    Both are read before one is chosen, and offsets have no sign: else there would be no vectors.
    """
    here, there = np.uint64(low), np.uint64(low + take)
    for step in range(np.uint64(count)):
        through, around = x_best[step + there], x_other[step + there]
        word = ((around if through & VISIT == visit else through) & ~VISIT) | x_visit
        known, second = best[step + here], other[step + here]
        lower = min(word, known)
        other[step + here] = second if known & VISIT == x_visit else max(second, lower)
        best[step + here] = max(word, known)


@compiled
def outlook(
    gain: Ints, visit: Ints, arcs: Bools, takes: Words, earliest: Ints, starts: Words, stops: int
) -> tuple[Ints, Ints]:
    """best, other: (stops, items, steps) words; row c is for at most c + 1 stops, the item's included.

    `takes` are the steps from the start at one item to the arrival at the next (items, items), `starts`
    from `start_steps`, `earliest` the first step at which an item can start. `other` has the best value
    with another follower than that of `best`.
    """
    n, steps = starts.shape
    best = np.full((stops, n, steps), NOTHING << SHIFT, np.int64)
    other = np.full((stops, n, steps), NOTHING << SHIFT, np.int64)
    here, rest = np.zeros(steps, np.int64), np.zeros(steps, np.int64)
    for c in range(stops):
        for i in range(n):
            here[:], rest[:] = 0, 0
            low, high = earliest[i], starts[i].max()
            for x in range(n if c > 0 else 0):
                if not arcs[i, x]:
                    continue
                count = min(high, steps - 1 - takes[i, x]) - low + 1
                if count > 0:
                    _follow(
                        here, rest, low, count, visit[i],
                        best[c - 1, x], other[c - 1, x], takes[i, x], visit[x],
                    )  # fmt: skip  # as declared
            for step in range(steps):
                start = starts[i, step]
                if start >= 0:
                    best[c, i, step] = (gain[i] << SHIFT) + here[start]
                    other[c, i, step] = (gain[i] << SHIFT) + rest[start]
    return best, other
