"""What the local Twilio keeps, how it shows it, and what can go wrong with it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from aiohttp import web


class Trouble(StrEnum):
    """What may go wrong with one call; `..._after` means that the text was taken all the same."""

    NONE = "none"
    THROTTLED = "throttled"
    UNAVAILABLE_BEFORE = "unavailable_before"
    UNAVAILABLE_AFTER = "unavailable_after"
    DROP_AFTER = "drop_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    GARBAGE_AFTER = "garbage_after"


@dataclass
class Stored:
    """A text that the stand-in has taken."""

    sid: str
    to: str
    body: str
    form: dict[str, str]
    created_at: datetime
    status: str = "queued"
    error_code: int | None = None

    def resource(self, account_sid: str) -> dict[str, Any]:
        """The text as Twilio shows it."""
        uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}"
        sent_at = format_datetime(self.created_at) if self.status in ("sent", "delivered") else None
        return {
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": format_datetime(self.created_at),
            "date_sent": sent_at,
            "date_updated": format_datetime(self.created_at),
            "direction": "outbound-api",
            "error_code": self.error_code,
            "error_message": None,
            "from": self.form.get("From"),
            "messaging_service_sid": self.form.get("MessagingServiceSid"),
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


def new_sid() -> str:
    """An id as Twilio makes them."""
    return "SM" + secrets.token_hex(16)


def error_answer(status: int, code: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    """A refusal as Twilio words it."""
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    payload = {"code": code, "message": text, "more_info": more_info, "status": status}
    return web.json_response(payload, status=status, headers=headers)
