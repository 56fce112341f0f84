"""How long the planner may think: so many iterations, so many seconds, or until it is told to stop.

Counted in iterations a plan is the same bit for bit every time; counted in seconds it depends on the
machine. The clock comes with the budget: the planner has no other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many improvement iterations and seconds, whichever ends first.

    Raises ValueError if both are missing or one is negative.
    """

    iterations: int | None = None
    seconds: float | None = None
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        if self.iterations is None and self.seconds is None:
            raise ValueError("a budget needs iterations or seconds")
        if (self.iterations or 0) < 0 or not (self.seconds or 0) >= 0:
            raise ValueError("a budget cannot be negative")


class Meter:
    """A budget being used up."""

    def __init__(self, budget: Budget, stop: Callable[[], bool] | None = None) -> None:
        self._budget = budget
        self._stop = stop
        self._began = budget.clock()
        self._search_began = 0.0
        self.used = 0  # iterations
        self.reserve = 0.0  # seconds kept back for what must follow the search
        self.stopped = False

    @property
    def has_seconds(self) -> bool:
        """Whether time is limited at all."""
        return self._budget.seconds is not None

    def elapsed(self) -> float:
        """Seconds since the meter was made."""
        return self._budget.clock() - self._began

    def seconds_are_over(self, *, keep: float = 0.0) -> bool:
        """Whether the seconds but `keep` are used up."""
        return self._budget.seconds is not None and self.elapsed() >= self._budget.seconds - keep

    def end_is_over(self) -> bool:
        """Whether what follows the search must stop too: it may run over by a twentieth."""
        return self.seconds_are_over(keep=-(self._budget.seconds or 0.0) / 20)

    def is_over(self, *, keep: float = 0.0) -> bool:
        """Whether the seconds are used up or somebody said stop (iterations are not looked at)."""
        self.stopped = self.stopped or (self._stop is not None and self._stop())
        return self.stopped or self.seconds_are_over(keep=keep)

    def is_half_over(self) -> bool:
        """Whether half the seconds are used up or somebody said stop."""
        return self.is_over(keep=(self._budget.seconds or 0.0) / 2)

    def start_search(self, end_seconds: float) -> None:
        """From here progress counts; so many seconds are kept for the end (a hundredth to half of all)."""
        self._search_began = self.elapsed()
        if self._budget.seconds is not None:
            self.reserve = min(max(end_seconds, self._budget.seconds / 100), self._budget.seconds / 2)

    def next_iteration(self) -> bool:
        """Whether one more iteration may begin; counts it."""
        limit = self._budget.iterations
        if (limit is not None and self.used >= limit) or self.is_over(keep=self.reserve):
            return False
        self.used += 1
        return True

    def progress(self) -> float:
        """Share of the search used up, 0 to 1."""
        share = 0.0
        if self._budget.iterations:
            share = self.used / self._budget.iterations
        if self._budget.seconds is not None:
            whole = self._budget.seconds - self.reserve - self._search_began
            share = max(share, (self.elapsed() - self._search_began) / max(whole, 1e-9))
        return min(share, 1.0)
