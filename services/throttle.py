"""How often one address may fail: a window per process, in memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

MOST_KEYS = 10_000


class Throttle:
    """At most `limit` events of a key within `window`; the oldest keys are forgotten first."""

    def __init__(self, limit: int, window: timedelta) -> None:
        self._limit, self._window = limit, window
        self._events: OrderedDict[str, deque[datetime]] = OrderedDict()

    def is_full(self, key: str, now: datetime) -> bool:
        events = self._events.get(key)
        while events and now - events[0] >= self._window:
            events.popleft()
        return bool(events) and len(events or ()) >= self._limit

    def add(self, key: str, now: datetime) -> None:
        events = self._events.setdefault(key, deque(maxlen=self._limit))
        events.append(now)
        self._events.move_to_end(key)
        if len(self._events) > MOST_KEYS:
            self._events.popitem(last=False)
