"""What a delivery receipt does to a message: pure rules, safe against repeats and any order of arrival."""

from __future__ import annotations

from dataclasses import dataclass

from domain.messages import MessageStatus

# A status only moves to a higher rank. Final statuses share one rank, with one exception below.
RANKS = {
    MessageStatus.SENDING: 0,
    MessageStatus.UNKNOWN: 0,
    MessageStatus.ACCEPTED: 1,
    MessageStatus.SENT: 2,
    MessageStatus.UNDELIVERED: 3,
    MessageStatus.FAILED: 3,
    MessageStatus.DELIVERED: 3,
}
REPORTED = frozenset(
    {
        MessageStatus.ACCEPTED,
        MessageStatus.SENT,
        MessageStatus.UNDELIVERED,
        MessageStatus.FAILED,
        MessageStatus.DELIVERED,
    }
)
_NOT_DELIVERED = frozenset({MessageStatus.UNDELIVERED, MessageStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Merged:
    """The message after a receipt; `is_changed` says whether there is anything to save."""

    status: MessageStatus
    code: str
    is_changed: bool


def merge(status: MessageStatus, code: str, reported: MessageStatus, reported_code: str = "") -> Merged:
    """Apply one receipt to a message's status and error code.

    Never backwards. Between final statuses only "not delivered" → `delivered` is believed: a gateway that
    gave up may be corrected by the handset, the reverse is a late or lying receipt. A code once seen is kept,
    also when the text arrived after all: one segment of it may have been lost. Messages that we ended
    ourselves (`expired`, `cancelled`, `suppressed`) and those not yet tried (`queued`) do not move.

    Raises:
        ValueError: if `reported` is not a status that a gateway can report.
    """
    if reported not in REPORTED:
        raise ValueError(f"a gateway cannot report {reported}")
    if status not in RANKS:
        return Merged(status, code, False)
    is_forward = RANKS[reported] > RANKS[status]
    is_correction = status in _NOT_DELIVERED and reported is MessageStatus.DELIVERED
    after = reported if is_forward or is_correction else status
    kept = code or reported_code
    return Merged(after, kept, (after, kept) != (status, code))
