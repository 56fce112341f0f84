"""Lists of ids for `IN (…)`, in few lengths: a database prepares a statement anew for each length."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
LENGTHS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def padded(values: Sequence[T]) -> list[T]:
    """The values, the last one repeated up to one of a few lengths; none, or very many, as they are."""
    place = bisect_left(LENGTHS, len(values))
    if not values or place == len(LENGTHS):
        return list(values)
    return [*values, *[values[-1]] * (LENGTHS[place] - len(values))]
