"""Telling how far the planner is, now and then, without changing what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from planner.budget import Meter


class Progress(NamedTuple):
    """`weight` is what the plan serves that would be returned now; `phase` build, search or finish."""

    weight: int
    seconds: float
    phase: str


Hook = Callable[[Progress], None]
APART, FIRST = 1.05, 0.02  # the next word comes when a twentieth more time has gone, and a little


class Teller:
    """Calls the hook when there is something new and enough time has gone by."""

    def __init__(self, hook: Hook | None, meter: Meter) -> None:
        self._hook, self._meter, self._next, self._phase = hook, meter, 0.0, ""

    def tell(self, phase: str, weight: Callable[[], int]) -> None:
        """The first word of a phase is always said; the weight is added up only if it is told."""
        if self._hook is None:
            return
        seconds = self._meter.elapsed()
        if phase != self._phase or seconds >= self._next:
            self._phase, self._next = phase, seconds * APART + FIRST
            self._hook(Progress(weight(), seconds, phase))
