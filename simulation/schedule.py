"""What simulated people will do, in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime

Deed = Callable[[], Awaitable[None]]


class Schedule:
    """A heap of deeds; deeds of the same instant keep the order in which they were planned."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Deed]] = []
        self._count = 0

    def add(self, at: datetime, deed: Deed) -> None:
        self._count += 1
        heapq.heappush(self._heap, (at, self._count, deed))

    def next_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    async def run_until(self, now: datetime) -> int:
        """Do everything planned up to `now`; returns how much that was."""
        done = 0
        while self._heap and self._heap[0][0] <= now:
            _, _, deed = heapq.heappop(self._heap)
            await deed()
            done += 1
        return done
