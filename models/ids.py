"""Row ids: UUIDv7 (RFC 9562), so that ids made later sort later and may be known before the insert."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from random import Random
from uuid import UUID

_lock = threading.Lock()
_last = 0
_milliseconds: Callable[[], int] = lambda: time.time_ns() // 1_000_000  # noqa: E731  # replaced by seed_ids
_bits: Callable[[int], int] = secrets.randbits


def new_id() -> UUID:
    """A fresh id; ids of one process never go backwards, even within a millisecond."""
    global _last
    with _lock:
        # 12 bits of counter below the milliseconds keep the order of ids made in the same millisecond.
        _last = max(_milliseconds() << 12, _last + 1)
        stamp, counter = _last >> 12, _last & 0xFFF
        value = (stamp << 80) | (0x7 << 76) | (counter << 64) | (0b10 << 62) | _bits(62)
    return UUID(int=value)


def random_digits(count: int) -> str:
    """So many decimal digits, secret unless a simulation seeded the source."""
    return "".join(str(_bits(30) % 10) for _ in range(count))


def seed_ids(seed: int, milliseconds: Callable[[], int]) -> None:
    """Simulations and tests: ids and codes follow a seed and a virtual clock, so that runs repeat exactly."""
    global _last, _milliseconds, _bits
    _last, _milliseconds, _bits = 0, milliseconds, Random(seed).getrandbits


def unseed_ids() -> None:
    """Back to the system's clock and its secret randomness."""
    global _last, _milliseconds, _bits
    _last, _milliseconds, _bits = 0, lambda: time.time_ns() // 1_000_000, secrets.randbits
