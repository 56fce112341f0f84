"""What the local Twilio keeps, and how it shows it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web
from yarl import URL

OUT, IN = "outbound-api", "inbound"


@dataclass
class Stored:
    """A text that the stand-in has taken, or that came in to its number."""

    sid: str
    to: str
    body: str
    form: dict[str, str]
    created_at: datetime
    status: str = "queued"
    error_code: int | None = None
    direction: str = OUT

    @property
    def sent_at(self) -> datetime | None:
        return self.created_at if self.status in ("sent", "delivered", "received") else None

    def resource(self, account_sid: str) -> dict[str, Any]:
        """The text as Twilio shows it."""
        uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}"
        return {
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": format_datetime(self.created_at),
            "date_sent": format_datetime(self.sent_at) if self.sent_at else None,
            "date_updated": format_datetime(self.created_at),
            "direction": self.direction,
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


def list_page(messages: list[Stored], url: URL, account_sid: str, page_size: int) -> dict[str, Any]:
    """One page of a listing: newest first, filtered as Twilio does it."""
    query = url.query
    size, page = min(int(query.get("PageSize", "50")), page_size), int(query.get("Page", "0"))
    found = [m for m in reversed(messages) if _is_wanted(m, query.get("To", ""), query.get("DateSent>", ""))]
    shown, rest = found[page * size : (page + 1) * size], found[(page + 1) * size :]
    kept = {key: value for key, value in query.items() if key != "Page"} | {"PageSize": str(size)}
    here, following = (str(url.with_query({**kept, "Page": str(number)})) for number in (page, page + 1))
    return {
        "messages": [message.resource(account_sid) for message in shown],
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + len(shown),
        "uri": here,
        "first_page_uri": here,
        "previous_page_uri": None,
        "next_page_uri": following if rest else None,
    }


def _is_wanted(message: Stored, to: str, sent_after: str) -> bool:
    if to and message.to != to:
        return False
    if not sent_after:
        return True
    day = datetime.fromisoformat(sent_after.replace("Z", "+00:00")).astimezone(UTC)
    return message.sent_at is not None and message.sent_at >= day


def new_sid() -> str:
    """An id as Twilio makes them."""
    return "SM" + secrets.token_hex(16)


def error_answer(status: int, code: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    """A refusal as Twilio words it."""
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    payload = {"code": code, "message": text, "more_info": more_info, "status": status}
    return web.json_response(payload, status=status, headers=headers)
