"""What people have been told of a visit's time, and what still has to be said to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.messages import MessageStatus

ANNOUNCED = frozenset({"R2", "R2b", "R3", "R3b"})
TAKEN_BACK = frozenset({"R4", "R4b"})
REMINDED = frozenset({"R6", "R6b"})
_UNSAID = frozenset(
    {
        MessageStatus.QUEUED,
        MessageStatus.CANCELLED,
        MessageStatus.EXPIRED,
        MessageStatus.SUPPRESSED,
        MessageStatus.FAILED,
    }
)


@dataclass(frozen=True)
class Said:
    """A text about a visit at a time, or a call that a person made instead of it."""

    template: str
    status: MessageStatus
    starts_at: datetime | None
    at: datetime
    code: str = ""
    key: str = ""  # natural key of the text

    @property
    def may_be_known(self) -> bool:
        """It left, or may have: the gateway was asked, and has not refused it."""
        return self.status not in _UNSAID

    @property
    def stands(self) -> bool:
        """Known, or on its way: what it says need not be said again."""
        return self.may_be_known or self.status is MessageStatus.QUEUED


def last_announcement(said: Iterable[Said]) -> Said | None:
    """What the retiree's side goes by: announced and not taken back; `said` in the order of writing."""
    last = None
    for one in said:
        if one.may_be_known and one.template in ANNOUNCED:
            last = one
        elif one.may_be_known and one.template in TAKEN_BACK:
            last = None
    return last


def waiting(
    said: Iterable[Said], templates: frozenset[str], starts_at: datetime | None = None
) -> Said | None:
    """One of the texts that is still in the queue (for that time, if one is given)."""
    return next(
        (
            s
            for s in said
            if s.template in templates
            and s.status is MessageStatus.QUEUED
            and starts_at in (None, s.starts_at)
        ),
        None,
    )


def is_said(said: Iterable[Said], templates: frozenset[str], starts_at: datetime) -> bool:
    """Has one of the texts for that time left, or is it in the queue?"""
    return any(s.template in templates and s.stands and s.starts_at == starts_at for s in said)


def is_newest(
    said: Iterable[Said], agreed: frozenset[str], undone: frozenset[str], starts_at: datetime
) -> bool:
    """Is "agreed for that time" the newest that was said, and not that it is off?"""
    last = [s for s in said if s.template in agreed | undone and s.stands][-1:]
    return bool(last) and last[0].template in agreed and last[0].starts_at == starts_at


def renewed_key(said: Sequence[Said], template: str, key: str) -> str:
    """The key of a text that may have to be said anew: numbered when the same was written before."""
    written = f"{template}/{key}"
    before = sum(1 for s in said if s.key == written or s.key.startswith(f"{written}/"))
    return f"{key}/{before + 1}" if before else key
