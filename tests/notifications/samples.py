"""A made-up phone, a moment, and an offer that is good for four hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from notifications.gateways.protocol import Outgoing
from notifications.gateways.twilio import TwilioGateway

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
PHONE = "+8613800000042"
SENDER = "+15005550006"
PUBLIC = "https://visits.example.org"
MakeGateway = Callable[..., TwilioGateway]


def outgoing(**changes: Any) -> Outgoing:
    """An offer to a made-up phone, good for four hours."""
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "attempt_id": UUID("01930000-0000-7000-8000-000000000001"),
        "to_e164": PHONE,
        "template_key": "V7",
        "params": {"code": "T4829-1742"},
        "text": "【长沙退管】任务T4829-1742已有人接单，无需前往，感谢您的支持。",
        "code": "T4829-1742",
        "expires_at": NOW + timedelta(hours=4),
    }
    return Outgoing(**{**values, **changes})
