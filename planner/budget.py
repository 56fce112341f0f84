"""How long the planner may think: so many turns of the search, so many seconds, or until it is told to stop.

Counted in turns a plan is the same bit for bit every time; counted in seconds it depends on the machine.
The clock comes with the budget: the planner has no other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many turns (`iterations`) and seconds, whichever ends first.

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
        self.iterations = budget.iterations
        self._seconds = budget.seconds
        self.clock = budget.clock
        self._stop = stop
        self._began = budget.clock()
        self._search_began = self._seconds_each = 0.0
        self.used = 0  # turns
        self.reserve = 0.0  # seconds kept back for what must follow the search
        self.stopped = False
        self._lock = Lock()

    @property
    def has_seconds(self) -> bool:
        """Whether time is limited at all."""
        return self._seconds is not None

    def elapsed(self) -> float:
        """Seconds since the meter was made."""
        return self.clock() - self._began

    def seconds_are_over(self, *, keep: float = 0.0) -> bool:
        """Whether the seconds but `keep` are used up."""
        return self._seconds is not None and self.elapsed() >= self._seconds - keep

    def end_is_over(self) -> bool:
        """Whether what follows the search must stop too: it may run over by a twentieth."""
        return self.seconds_are_over(keep=-(self._seconds or 0.0) / 20)

    def is_over(self, *, keep: float = 0.0) -> bool:
        """Whether the seconds are used up or somebody said stop (turns are not looked at)."""
        with self._lock:
            self.stopped = self.stopped or (self._stop is not None and self._stop())
        return self.stopped or self.seconds_are_over(keep=keep)

    def is_half_over(self) -> bool:
        """Whether half the seconds are used up or somebody said stop."""
        return self.is_over(keep=(self._seconds or 0.0) / 2)

    def start_search(self, seconds_each: float, absent: int) -> None:
        """From here progress counts; `seconds_each` unserved visit will be needed at the end."""
        self._search_began, self._seconds_each = self.elapsed(), seconds_each
        self.keep_for(absent)

    def keep_for(self, absent: int) -> None:
        """Keep seconds for the end with so many unserved visits: a hundredth to half of all seconds."""
        if self._seconds is not None:
            needed = self._seconds_each * absent
            self.reserve = min(max(needed, self._seconds / 100), self._seconds / 2)

    def search_is_over(self) -> bool:
        """Whether turns or seconds for the search are used up, or somebody said stop."""
        return self._turns_are_over() or self.is_over(keep=self.reserve)

    def _turns_are_over(self) -> bool:
        return self.iterations is not None and self.used >= self.iterations

    def use(self, turns: int) -> None:
        """Count turns that were made; several threads may."""
        with self._lock:
            self.used += turns

    def seconds_left(self) -> float:
        """Seconds that the search still has."""
        return max(0.0, (self._seconds or 0.0) - self.reserve - self.elapsed())
