"""Gateways' answers in our words; the tables are data (`twilio_codes.toml`, `aliyun_codes.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from domain.messages import MessageStatus
from notifications.gateways.outcomes import Fault, InDoubt, NotProcessed, Outcome, Rejected

FAULTS = ("permanent_for_number", "permanent_for_message", "permanent_for_channel", "transient")
THROTTLED = timedelta(seconds=10)
MAX_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CodeTable:
    """One gateway's codes. `meanings` has every code of the table."""

    faults: Mapping[str, Fault]
    not_processed: Mapping[str, timedelta]
    in_doubt: frozenset[str]
    http: Mapping[int, Fault]
    statuses: Mapping[str, MessageStatus]
    meanings: Mapping[str, str]
    confirms: frozenset[str] = frozenset()  # words (lower case) whose opt-out is confirmed without us

    def read_status(self, status: str) -> MessageStatus | None:
        """A status of the gateway's as ours, or None for one that says nothing about an outgoing text."""
        return self.statuses.get(status)

    def read_fault(self, code: str) -> Fault | None:
        """What a receipt's error code means; None without a code, `unknown` for one without a rule."""
        return self.faults.get(code, Fault.UNKNOWN) if code else None

    def read_refusal(self, status: int, code: str, retry_after: str = "") -> Outcome:
        """What an answer to a send call that is not a success means.

        A code that we know decides, whatever the HTTP status: the daily cap, too, comes as 429. Without one,
        429 was not processed, other 4xx are refusals, and the rest (5xx, redirects, 408) says nothing about
        whether the text was taken.
        """
        if code in self.not_processed:
            return NotProcessed(_wait(retry_after, self.not_processed[code]), code)
        if status >= 500 or status < 400 or status == 408:
            return InDoubt(f"http {status}")
        if code in self.in_doubt:
            return InDoubt(code)
        if fault := self.faults.get(code):
            return Rejected(code, fault.scope, fault)
        if status == 429:
            return NotProcessed(_wait(retry_after, THROTTLED), "http 429")
        fault = self.http.get(status, Fault.UNKNOWN)
        return Rejected(code or f"http {status}", fault.scope, fault)


def confirms_opt_out(gateway: str, word: str) -> bool:
    """Whether gateway or carrier answers this word itself, and would not let our confirmation through."""
    path = Path(__file__).with_name(f"{gateway}_codes.toml")
    return path.exists() and word.casefold() in load_codes(gateway).confirms


def fault_of(gateway: str, code: str) -> Fault | None:
    """What a gateway's code means; None without a code, and for gateways that have no table."""
    path = Path(__file__).with_name(f"{gateway}_codes.toml")
    return load_codes(gateway).read_fault(code) if code and path.exists() else None


@cache
def load_codes(gateway: str) -> CodeTable:
    """The table of a gateway, read once."""
    with Path(__file__).with_name(f"{gateway}_codes.toml").open("rb") as source:
        rows = tomllib.load(source)
    explained = [rows[name] for name in (*FAULTS, "not_processed", "in_doubt")]
    return CodeTable(
        faults={code: Fault(fault) for name in FAULTS for code, (fault, _) in rows[name].items()},
        not_processed={code: timedelta(seconds=wait) for code, (wait, _) in rows["not_processed"].items()},
        in_doubt=frozenset(rows["in_doubt"]),
        http={int(status): Fault(name) for status, name in rows["http"].items()},
        statuses={name: MessageStatus(status) for name, status in rows["statuses"].items()},
        meanings={code: means for table in explained for code, (_, means) in table.items()},
        confirms=frozenset(rows["opt_out"]["confirms"]),
    )


def _wait(retry_after: str, otherwise: timedelta) -> timedelta:
    """The time that a Retry-After header asks for, if it gives seconds, within reason."""
    if not retry_after.strip().isdecimal():
        return otherwise
    return min(timedelta(seconds=min(int(retry_after), 10**6)), MAX_WAIT)
