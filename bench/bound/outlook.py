"""What a route can still gain at most after it arrives somewhere: tables by stops left, item and time.

A relaxation solved backwards: time runs in steps (each stretch is rounded down, so nothing is missed),
the way is not added up, and of repeated visits only the pattern a, b, a is excluded, for which every
entry keeps the best follower, its visit, and the best with another follower (two-cycle elimination, as
in Desrochers, Desrosiers and Solomon, "A new optimization algorithm for the vehicle routing problem with
time windows", 1992). The inner loop has no branches, so that it runs on whole vectors.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bench.bound.compiled import compiled
from bench.bound.reach import NEVER, start_at
from planner.geometry import Bools, Ints

Words = npt.NDArray[np.int32]
NOTHING = -(2**30)


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
    best: Words, after: Words, other: Words,
    x_best: Words, x_after: Words, x_other: Words, visit: int, x_visit: int,
) -> None:  # fmt: skip  # the table to improve, the follower's table, who they are
    """Take a follower's values into account where they are better."""
    for step in range(len(best)):
        gain = x_other[step] if x_after[step] == visit else x_best[step]
        same = after[step] == x_visit
        better = gain > best[step]
        second = max(other[step], min(gain, best[step]))
        other[step] = other[step] if same else second
        after[step] = x_visit if better else after[step]
        best[step] = max(gain, best[step])


@compiled
def outlook(
    gain: Ints, visit: Ints, arcs: Bools, takes: Words, earliest: Ints, starts: Words, stops: int
) -> tuple[Words, Words, Words]:
    """best, after, other: (stops, items, steps); row c is for at most c + 1 stops, the item's included.

    `takes` are the steps from the start at one item to the arrival at the next (items, items), `starts`
    from `start_steps`, `earliest` the first step at which an item can start.
    """
    n, steps = starts.shape
    best = np.full((stops, n, steps), NOTHING, np.int32)
    after = np.full((stops, n, steps), -1, np.int32)
    other = np.full((stops, n, steps), NOTHING, np.int32)
    here, who, rest = np.zeros(steps, np.int32), np.zeros(steps, np.int32), np.zeros(steps, np.int32)
    for c in range(stops):
        for i in range(n):
            here[:], who[:], rest[:] = 0, -1, 0
            low, high = earliest[i], starts[i].max()
            for x in range(n if c > 0 else 0):
                if not arcs[i, x]:
                    continue
                top = min(high, steps - 1 - takes[i, x])
                if top >= low:
                    begin, end = low + takes[i, x], top + takes[i, x] + 1
                    _follow(
                        here[low : top + 1], who[low : top + 1], rest[low : top + 1],
                        best[c - 1, x, begin:end], after[c - 1, x, begin:end], other[c - 1, x, begin:end],
                        visit[i], visit[x],
                    )  # fmt: skip  # as declared
            for step in range(steps):
                start = starts[i, step]
                if start >= 0:
                    best[c, i, step] = gain[i] + here[start]
                    after[c, i, step] = who[start]
                    other[c, i, step] = gain[i] + rest[start]
    return best, after, other
