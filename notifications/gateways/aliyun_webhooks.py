"""Aliyun's calls to us: batches of receipts and of replies, unsigned, behind a secret address.

Aliyun takes HTTP 200 as done. Anything else it repeats after 1, 5 and 10 minutes, then gives up: receipts of
a longer outage are asked for (`find`), replies of one are kept by us until they can be stored (`api.spool`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import structlog

from domain.messages import MessageStatus
from notifications.gateways.codes import load_codes
from notifications.gateways.protocol import Inbound, Receipt
from notifications.gateways.webhooks import MalformedWebhook, WebhookReply, WebhookRequest, read_code
from notifications.phones import PhoneError, read_mobile

log = structlog.get_logger(__name__)

CODES = load_codes("aliyun")
RECEIVED = WebhookReply(200, '{"code":0,"msg":"成功"}', content_type="application/json")
PATH = "/webhooks/aliyun/"
RECEIPTS, REPLIES = "receipts", "replies"
MAX_ENTRIES = 500
ALIYUN_ZONE = ZoneInfo("Asia/Shanghai")  # Aliyun writes times of China, without a zone, wherever we run
_REF = re.compile(r"^[0-9A-Za-z^_.-]{1,64}$")


def secret_of(access_key_secret: str) -> str:
    """The part of the address that only Aliyun's console and we know, where none was chosen."""
    return hmac.new(access_key_secret.encode(), b"tanfang/aliyun/webhooks", hashlib.sha256).hexdigest()[:32]


def is_from_aliyun(request: WebhookRequest, secret: str) -> bool:
    """Whether the call came to the secret address; nothing else proves who sends it."""
    parts = request.target.partition("?")[0].removeprefix(PATH).split("/")
    if request.method != "POST" or not request.target.startswith(PATH) or len(parts) != 2:
        return False
    return hmac.compare_digest(parts[0].encode("utf-8", "surrogateescape"), secret.encode())


def read_receipts(request: WebhookRequest) -> list[Receipt]:
    """The reports of a batch; one that cannot be read is logged and left out.

    Raises:
        MalformedWebhook: not a batch.
    """
    return [found for entry in _entries(request) if (found := _receipt(entry)) is not None]


def read_replies(request: WebhookRequest) -> list[Inbound]:
    """The texts of a batch; one that cannot be read is logged and left out.

    Raises:
        MalformedWebhook: not a batch.
    """
    return [found for entry in _entries(request) if (found := _reply(entry)) is not None]


def _entries(request: WebhookRequest) -> Iterator[dict[str, Any]]:
    if "json" not in (request.header("Content-Type") or "").lower():
        raise MalformedWebhook("not JSON")
    try:
        batch = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise MalformedWebhook("not readable JSON") from error
    if not isinstance(batch, list) or len(batch) > MAX_ENTRIES:
        raise MalformedWebhook("not a batch")
    for entry in batch:
        if isinstance(entry, dict):
            yield entry
        else:
            log.warning("webhook.entry_malformed", gateway="aliyun", why="not an object")


def _receipt(entry: dict[str, Any]) -> Receipt | None:
    ref, success = _text(entry, "biz_id"), entry.get("success")
    if not _REF.match(ref) or not isinstance(success, bool):
        log.warning("webhook.entry_malformed", gateway="aliyun", why="no biz_id or success")
        return None
    status = MessageStatus.DELIVERED if success else MessageStatus.UNDELIVERED
    code = "" if success else read_code(_text(entry, "err_code"))
    fault = CODES.read_fault(code)
    return Receipt(
        ref, _uuid(_text(entry, "out_id")), status, code, fault, read_time(_text(entry, "report_time"))
    )


def _reply(entry: dict[str, Any]) -> Inbound | None:
    ref = _text(entry, "sequence_id")
    try:
        sender = read_mobile(_text(entry, "phone_number")).e164
    except PhoneError:
        log.warning("webhook.entry_malformed", gateway="aliyun", why="no phone_number")
        return None
    if ref and not _REF.match(ref):
        log.warning("webhook.entry_malformed", gateway="aliyun", why="sequence_id")
        return None
    extension = _text(entry, "dest_code")[:32]
    at = read_time(_text(entry, "send_time"))
    return Inbound(sender, extension, _text(entry, "content"), ref, at, extension)


def read_time(text: str) -> datetime | None:
    """`2026-11-25 10:00:00`, or without the signs between; None for anything else."""
    for form in ("%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=ALIYUN_ZONE)
        except ValueError:
            continue
    return None


def _text(entry: dict[str, Any], name: str) -> str:
    """Aliyun's pages write some fields now as a string, now as a number."""
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
