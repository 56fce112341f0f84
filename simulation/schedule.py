"""What simulated people will do, in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from models.ids import new_id
from services import inbound
from services.steps import Steps

Deed = Callable[[], Awaitable[None]]
Text = tuple[str, str]  # from which phone, and what it says
GATEWAY = "simulator"


class Schedule:
    """A heap of deeds and texts; those of the same instant keep the order in which they were planned."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._heap: list[tuple[datetime, int, Deed | Text]] = []
        self._count = 0

    def add(self, at: datetime, deed: Deed) -> None:
        self._push(at, deed)

    def say(self, at: datetime, phone: str, text: str) -> None:
        """A person sends a text to us."""
        self._push(at, (phone, text))

    def _push(self, at: datetime, what: Deed | Text) -> None:
        self._count += 1
        heapq.heappush(self._heap, (at, self._count, what))

    def next_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    async def run_until(self, now: datetime) -> int:
        """Do everything planned up to `now`; returns how much that was.

        Texts that arrive one after the other are stored in one step, as a gateway's list of them is.
        """
        done, texts = 0, list[Text]()
        while self._heap and self._heap[0][0] <= now:
            _, _, what = heapq.heappop(self._heap)
            done += 1
            if isinstance(what, tuple):
                texts.append(what)
                continue
            await self._deliver(texts)
            texts = []
            await what()
        await self._deliver(texts)
        return done

    async def _deliver(self, texts: Sequence[Text]) -> None:
        if not texts:
            return
        async with self._steps.open("phone") as step:
            for phone, text in texts:
                await inbound.receive(step, GATEWAY, phone, text, f"sim/{new_id()}")
