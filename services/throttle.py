"""How often one address may fail: a window per process, in memory."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict, deque
from datetime import datetime, timedelta

MOST_KEYS = 10_000
FREE_FAILURES, FIRST_LOCK, LONGEST_LOCK = 5, timedelta(seconds=30), timedelta(minutes=15)


def lock_end(failures: int, now: datetime) -> datetime | None:
    """Until when a name is locked after so many failures in a row, each time longer; None: it is free."""
    if failures < FREE_FAILURES:
        return None
    return now + min(FIRST_LOCK * (1 << min(failures - FREE_FAILURES, 10)), LONGEST_LOCK)


def network_of(address: str) -> str:
    """The /64 of an IPv6 address, inside which its owner changes at will; other addresses as they are."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address


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


class Strangers:
    """Names without an account are locked like accounts, so that a lock does not tell which names exist."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[int, datetime | None]] = OrderedDict()

    def locked_until(self, name: str) -> datetime | None:
        return self._known.get(name, (0, None))[1]

    def add(self, name: str, now: datetime) -> None:
        failures = self._known.get(name, (0, None))[0] + 1
        self._known[name] = failures, lock_end(failures, now)
        self._known.move_to_end(name)
        if len(self._known) > MOST_KEYS:
            self._known.popitem(last=False)
