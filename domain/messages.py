"""Messages: statuses, ranks of gateway reports, and what ends a message before it is sent."""

from __future__ import annotations

from enum import StrEnum


class MessageStatus(StrEnum):
    """A message's way. Statuses before `sending` are ours, those after it the gateway's word."""

    QUEUED = "queued"  # waits for `send_at`; the send step moves it on
    SENDING = "sending"  # intent is committed, the gateway is being asked
    UNKNOWN = "unknown"  # no answer came; settled by a receipt or by asking the gateway
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    EXPIRED = "expired"  # its moment had passed before it could be sent
    CANCELLED = "cancelled"  # what it says is no longer true
    SUPPRESSED = "suppressed"  # person died, opted out, or has no number to text


FINAL_MESSAGE = frozenset(
    {
        MessageStatus.DELIVERED,
        MessageStatus.UNDELIVERED,
        MessageStatus.FAILED,
        MessageStatus.EXPIRED,
        MessageStatus.CANCELLED,
        MessageStatus.SUPPRESSED,
    }
)
WAITING = frozenset({MessageStatus.QUEUED})
NOT_ARRIVED = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED})
IN_DOUBT = frozenset({MessageStatus.SENDING, MessageStatus.UNKNOWN})


class Priority:
    """Lower goes first: reply, safety, reminder, offer, campaign."""

    REPLY, SAFETY, REMINDER, OFFER, CAMPAIGN = range(5)
