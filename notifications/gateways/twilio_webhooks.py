"""Twilio's calls to us: is it really Twilio, and what does it say."""

from __future__ import annotations

import hmac
import re
from uuid import UUID

import structlog
from twilio.request_validator import (  # type: ignore[import-untyped]  # the SDK ships no types
    RequestValidator,
)

from domain.messages import MessageStatus
from notifications.gateways.codes import load_codes
from notifications.gateways.protocol import Fault, Inbound, Receipt
from notifications.gateways.webhooks import MalformedWebhook, WebhookReply, WebhookRequest, read_code

log = structlog.get_logger(__name__)

CODES = load_codes("twilio")
STATUS_PATH = "/webhooks/twilio/status/"
INBOUND_PATH = "/webhooks/twilio/inbound"
_ATTEMPT = re.compile(re.escape(STATUS_PATH) + r"([0-9a-fA-F-]{36})(?:\?|$)")
_SID = re.compile(r"^(?:SM|MM)[0-9a-fA-F]{32}$")
EMPTY_ANSWER = WebhookReply(
    200, '<?xml version="1.0" encoding="UTF-8"?><Response/>', content_type="text/xml"
)  # "no answer by this way": answers are messages of their own


def is_signed(request: WebhookRequest, auth_token: str, public_base_url: str) -> bool:
    """Whether Twilio signed this call to our public address; anything odd is simply not signed.

    The address is put together from the configured base and the raw target: behind a proxy the server itself
    sees another host and scheme than the ones that were signed, and a Host header can be forged.
    """
    signature = request.header("X-Twilio-Signature")
    if not signature or request.method != "POST" or not request.target.startswith("/"):
        return False
    try:
        url = public_base_url.rstrip("/") + request.target
        validator, form = RequestValidator(auth_token), request.form()
        if hmac.compare_digest(validator.compute_signature(url, form), signature):
            return True  # the address as it was called; the SDK tries it with and without a port
        return bool(validator.validate(url, form, signature))
    except (ValueError, TypeError):  # the SDK's answers to malformed addresses and bodies
        return False


def read_receipt(request: WebhookRequest) -> Receipt | None:
    """The report in a status callback; None for a status that says nothing about an outgoing text.

    Raises:
        MalformedWebhook: without a message id or a status.
    """
    form = request.form()
    ref, told = _sid(form.get("MessageSid") or form.get("SmsSid") or ""), form.get("MessageStatus", "")
    if not told:
        raise MalformedWebhook("no MessageStatus")
    status = CODES.read_status(told)
    if status is None:
        log.warning("receipt.status_unknown", gateway="twilio", status=told[:32])
        return None
    code = read_code(form.get("ErrorCode", ""))
    fault = CODES.read_fault(code) if status in (MessageStatus.FAILED, MessageStatus.UNDELIVERED) else None
    if fault is Fault.UNKNOWN:
        log.warning("receipt.code_unknown", gateway="twilio", code=code)
    found = _ATTEMPT.search(request.target)
    return Receipt(ref, _uuid(found[1]) if found else None, status, code, fault)


def read_inbound(request: WebhookRequest) -> Inbound:
    """The text in an inbound call; a picture without words is an empty text.

    Raises:
        MalformedWebhook: without a message id or a sender.
    """
    form = request.form()
    sender = form.get("From", "")
    if not sender:
        raise MalformedWebhook("no From")
    ref = _sid(form.get("MessageSid") or form.get("SmsSid") or "")
    media = form.get("NumMedia", "0")
    extra = {} if media in ("", "0") else {"media": media[:4]}
    return Inbound(sender[:32], form.get("To", "")[:32], form.get("Body", ""), ref, extra=extra)


def _sid(text: str) -> str:
    if not _SID.match(text):
        raise MalformedWebhook("no MessageSid")
    return text


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
