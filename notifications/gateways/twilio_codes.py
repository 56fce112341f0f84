"""Twilio's answers in our words; the table is data (`twilio_codes.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from domain.messages import MessageStatus
from notifications.gateways.outcomes import Fault, InDoubt, NotProcessed, Outcome, Rejected

FILE = Path(__file__).with_name("twilio_codes.toml")
THROTTLED = timedelta(seconds=10)
MAX_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Codes:
    """The table, read."""

    faults: dict[str, Fault]
    not_processed: dict[str, timedelta]
    http: dict[int, Fault]
    statuses: dict[str, MessageStatus]


@cache
def load_codes() -> Codes:
    """Read the table once."""
    with FILE.open("rb") as source:
        rows = tomllib.load(source)
    return Codes(
        faults={str(code): Fault(name) for name, codes in rows["faults"].items() for code in codes},
        not_processed={code: timedelta(seconds=wait) for code, wait in rows["not_processed"].items()},
        http={int(status): Fault(name) for status, name in rows["http"].items()},
        statuses={name: MessageStatus(status) for name, status in rows["statuses"].items()},
    )


def read_status(status: str) -> MessageStatus | None:
    """A status of Twilio's as ours, or None for one that says nothing about an outgoing text."""
    return load_codes().statuses.get(status)


def read_fault(code: str) -> Fault | None:
    """What a receipt's error code means; None without a code, `unknown` for one without a rule."""
    return load_codes().faults.get(code, Fault.UNKNOWN) if code else None


def read_refusal(status: int, code: str, retry_after: str = "") -> Outcome:
    """What an answer to a create call that is not a success means.

    A code that we know decides, whatever the HTTP status: the daily cap, too, comes as 429. Without one, 429
    was not processed, other 4xx are refusals, and the rest (5xx, redirects, 408) says nothing about whether
    the text was taken.
    """
    codes = load_codes()
    if code in codes.not_processed:
        return NotProcessed(_wait(retry_after, codes.not_processed[code]), code)
    if status >= 500 or status < 400 or status == 408:
        return InDoubt(f"http {status}")
    if fault := codes.faults.get(code):
        return Rejected(code, fault.scope, fault)
    if status == 429:
        return NotProcessed(_wait(retry_after, THROTTLED), "http 429")
    fault = codes.http.get(status, Fault.UNKNOWN)
    return Rejected(code or f"http {status}", fault.scope, fault)


def _wait(retry_after: str, otherwise: timedelta) -> timedelta:
    """The time that a Retry-After header asks for, if it gives seconds, within reason."""
    if not retry_after.strip().isdecimal():
        return otherwise
    return min(timedelta(seconds=min(int(retry_after), 10**6)), MAX_WAIT)
