"""Twilio: sends within our own time limit, and settles doubt by listing what Twilio has."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import structlog
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # the SDK ships no types
    TwilioRestException,
    TwilioServiceException,
)

from domain.messages import MessageStatus
from notifications.contract import Contract, read_contract
from notifications.gateways.codes import load_codes
from notifications.gateways.protocol import (
    Accepted,
    Capabilities,
    Fault,
    FindError,
    Inbound,
    InDoubt,
    NotProcessed,
    Outcome,
    Outgoing,
    Receipt,
    Reference,
    Rejected,
    Remote,
    Way,
)
from notifications.gateways.twilio_client import ClientPool, Throttled
from notifications.gateways.twilio_webhooks import (
    EMPTY_ANSWER,
    STATUS_PATH,
    is_signed,
    read_inbound,
    read_receipt,
)
from notifications.gateways.webhooks import WebhookReply, WebhookRequest

log = structlog.get_logger(__name__)

CODES = load_codes("twilio")
LIMIT_SECONDS = 10.0
LONGEST_VALIDITY = 36_000
# Twilio calls back once more by default, and only if it cannot connect. It reads this part of the address
# itself and leaves it out when it signs and calls.
CALLBACK_RETRIES = "#rc=5&rp=all"
UNREACHABLE = timedelta(seconds=15)
LISTED_AT_MOST = 1000
POLLED_AT_MOST = 50_000  # all texts of a messaging service, both ways: only a number can be filtered for
# Newest first is how the listing comes, though nobody promises it: so much disorder is put up with.
LISTED_SLACK = timedelta(days=1)
CLOCK_SLACK = timedelta(seconds=60)  # between our clock and Twilio's, which lists whole seconds


class TwilioGateway:
    """One account and one sender: a number in E.164 form, or a messaging service (`MG…`)."""

    name = "twilio"
    capabilities = Capabilities(
        free_text=True,
        url_in_params=True,
        inbound=Way.PUSH,
        receipts=Way.PUSH,
        reference=Reference.CALLBACK_URL,
        find=True,
        max_length=1600,
        polls_inbound=True,
        signs_webhooks=True,
    )

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        public_base_url: str,
        *,
        api_base: str = "",
        limit_seconds: float = LIMIT_SECONDS,
        contract: Contract | None = None,
    ) -> None:
        self.contract = contract or read_contract("twilio", is_assumed=True)
        self._token = auth_token
        self._sender = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self._public = public_base_url.rstrip("/")
        self._clients = ClientPool(account_sid, auth_token, api_base, limit_seconds)

    async def send(self, outgoing: Outgoing, now: datetime) -> Outcome:
        validity = int((outgoing.expires_at - now).total_seconds())
        if validity < 1:
            return Rejected("expired", Fault.EXPIRED.scope, Fault.EXPIRED)
        client = self._clients.get()
        try:
            message = await client.messages.create_async(
                to=outgoing.to_e164,
                body=outgoing.text,
                status_callback=f"{self._public}{STATUS_PATH}{outgoing.attempt_id}{CALLBACK_RETRIES}",
                validity_period=min(validity, LONGEST_VALIDITY),
                **self._sender,
            )
        except Exception as error:
            # Whatever it was, the request may have been taken unless the answer or the connection says not.
            outcome = _read_failure(error)
            log.warning("attempt.not_accepted", attempt=str(outgoing.attempt_id), outcome=repr(outcome))
            return outcome
        if not message.sid:
            return InDoubt("answer without id")
        return Accepted(message.sid, CODES.read_status(message.status) or MessageStatus.ACCEPTED)

    async def find(self, outgoing: Outgoing, since: datetime) -> Sequence[Remote]:
        """Matched by number and whole text, which carries the short code; route and account may add words."""
        wanted, since, found = _bare(outgoing.text), since - CLOCK_SLACK, []
        client = self._clients.get()
        try:
            listed = await client.messages.stream_async(
                to=outgoing.to_e164, limit=LISTED_AT_MOST, page_size=50
            )
            async for message in listed:
                created: datetime | None = message.date_created
                if created and created < since - LISTED_SLACK:
                    break
                if (not created or created >= since) and wanted in _bare(message.body or ""):
                    found.append(_remote(message))
        except Exception as error:  # whatever it was, nothing is known about what Twilio has
            raise FindError(_why(error)) from error
        return found

    async def poll_inbound(self, since: datetime) -> Sequence[Inbound]:
        """Twilio repeats a call for minutes only: what came in during a longer outage is fetched here."""
        to = {"to": self._sender["from_"]} if "from_" in self._sender else {}
        day = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        found: list[Inbound] = []
        client = self._clients.get()
        try:
            listed = await client.messages.stream_async(
                date_sent_after=day, limit=POLLED_AT_MOST, page_size=1000, **to
            )
            async for message in listed:
                came_at: datetime | None = message.date_sent or message.date_created
                if message.direction == "inbound" and (came_at is None or came_at >= since - CLOCK_SLACK):
                    text = message.body or ""
                    found.append(Inbound(message.from_ or "", message.to or "", text, message.sid, came_at))
        except Exception as error:  # whatever it was, nothing is known about what came in
            raise FindError(_why(error)) from error
        return sorted(found, key=lambda text: text.at or since)

    def verify(self, request: WebhookRequest) -> bool:
        return is_signed(request, self._token, self._public)

    def parse_receipts(self, request: WebhookRequest) -> tuple[list[Receipt], WebhookReply]:
        receipt = read_receipt(request)
        return ([receipt] if receipt else []), WebhookReply()

    def parse_inbound(self, request: WebhookRequest) -> tuple[list[Inbound], WebhookReply]:
        return [read_inbound(request)], EMPTY_ANSWER

    async def close(self) -> None:
        await self._clients.close()


def _read_failure(error: Exception) -> Outcome:
    match error:
        case Throttled():
            return CODES.read_refusal(429, error.code, error.retry_after)
        case TwilioRestException() | TwilioServiceException():
            return CODES.read_refusal(error.status, "" if error.code == error.status else str(error.code))
        case aiohttp.ClientConnectorError():
            return NotProcessed(UNREACHABLE, _why(error))
        case _:
            return InDoubt(_why(error))


def _why(error: Exception) -> str:
    """The kind of trouble; its text may hold a number or a body and is not passed on."""
    return type(error).__name__


def _remote(message: Any) -> Remote:
    return Remote(
        ref=message.sid,
        text=message.body or "",
        status=CODES.read_status(message.status) or MessageStatus.ACCEPTED,
        created_at=message.date_created,
        code=str(message.error_code or ""),
    )


def _bare(text: str) -> str:
    """Gateways change blanks and widths: they do not count when texts are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())
