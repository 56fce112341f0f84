"""Aliyun's SMS service for the mainland (dysms): approved templates with values, receipts and replies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import aiohttp
import structlog
from alibabacloud_dysmsapi20170525.models import QuerySendDetailsRequest, SendSmsRequest

from domain.messages import MessageStatus
from notifications.contract import Contract
from notifications.gateways.aliyun_client import ClientPool, Refused
from notifications.gateways.aliyun_webhooks import (
    ALIYUN_ZONE,
    CODES,
    RECEIVED,
    is_from_aliyun,
    read_receipts,
    read_replies,
    read_time,
)
from notifications.gateways.outcomes import Accepted, Fault, InDoubt, NotProcessed, Outcome, Rejected, Scope
from notifications.gateways.protocol import (
    Capabilities,
    FindError,
    Inbound,
    Outgoing,
    Receipt,
    Reference,
    Remote,
    Way,
)
from notifications.gateways.webhooks import WebhookReply, WebhookRequest
from notifications.phones import PhoneError, read_mobile
from notifications.values import MAX_VALUE, find_fault

log = structlog.get_logger(__name__)

LIMIT_SECONDS = 10.0
UNREACHABLE = timedelta(seconds=15)
PAGE, PAGES = 50, 40
SPILL = timedelta(minutes=10)  # a call near midnight may be filed under the next day
LIMITS = {"分钟": "minute", "小时": "hour"}  # the words in which Aliyun says which of its limits was hit


class AliyunGateway:
    """One account and one signature. `contract` knows the template codes, `webhook_secret` our address."""

    name = "aliyun"
    capabilities = Capabilities(
        free_text=False,
        url_in_params=False,
        inbound=Way.PUSH,
        receipts=Way.PUSH,
        reference=Reference.ECHO,
        find=True,
        max_length=500,
    )

    def __init__(
        self,
        key_id: str,
        key_secret: str,
        sign_name: str,
        contract: Contract,
        *,
        webhook_secret: str,
        endpoint: str = "",
        limit_seconds: float = LIMIT_SECONDS,
    ) -> None:
        self._sign_name, self.contract, self._secret = sign_name, contract, webhook_secret
        self._clients = ClientPool(key_id, key_secret, endpoint, limit_seconds)

    async def send(self, outgoing: Outgoing, now: datetime) -> Outcome:
        if now >= outgoing.expires_at:
            return Rejected("expired", Fault.EXPIRED.scope, Fault.EXPIRED)
        request = self._request(outgoing)
        if isinstance(request, Rejected):
            return request
        try:
            answer = await self._clients.get().send_sms_async(request)
        except Exception as error:
            # Whatever it was, the call may have been taken unless the answer or the connection says not.
            outcome = _read_failure(error)
            log.warning("attempt.not_accepted", attempt=str(outgoing.attempt_id), outcome=repr(outcome))
            return outcome
        ref = str(answer.body.biz_id or "")
        return Accepted(ref) if ref else InDoubt("answer without id")

    def _request(self, outgoing: Outgoing) -> SendSmsRequest | Rejected:
        """What is not allowed in a template's values is refused here, with the field named."""
        if refusal := self.contract.why_not(outgoing.template_key):
            return Rejected(refusal, Scope.MESSAGE, Fault.CONTENT)
        for name, value in outgoing.params.items():
            if problem := find_fault(value, MAX_VALUE):
                return Rejected(f"{name} {problem}", Scope.MESSAGE, Fault.BAD_MESSAGE)
        try:
            phone = national_number(outgoing.to_e164)
        except PhoneError as error:
            return Rejected(error.reason, Scope.NUMBER, Fault.NOT_MOBILE)
        approval = self.contract.find(outgoing.template_key)
        assert approval is not None  # noqa: S101  # `why_not` has just said that it is approved
        return SendSmsRequest(
            phone_numbers=phone,
            sign_name=self._sign_name,
            template_code=approval.template,
            template_param=json.dumps(dict(outgoing.params), ensure_ascii=False),
            out_id=str(outgoing.attempt_id),
        )

    async def find(self, outgoing: Outgoing, since: datetime) -> Sequence[Remote]:
        """Matched by our attempt id, which Aliyun keeps and shows; its own id it does not show here."""
        days = sorted(
            {(since + spill).astimezone(ALIYUN_ZONE).date() for spill in (-SPILL, timedelta(), SPILL)}
        )
        try:
            return [found for day in reversed(days) for found in await self._find_on(outgoing, day)]
        except Exception as error:  # whatever it was, nothing is known about what Aliyun has
            raise FindError(_why(error)) from error

    async def _find_on(self, outgoing: Outgoing, day: date) -> list[Remote]:
        phone, wanted, client = (
            national_number(outgoing.to_e164),
            str(outgoing.attempt_id),
            self._clients.get(),
        )
        for page in range(1, PAGES + 1):
            request = QuerySendDetailsRequest(
                phone_number=phone, send_date=f"{day:%Y%m%d}", page_size=PAGE, current_page=page
            )
            body = (await client.query_send_details_async(request)).body
            rows = body.sms_send_detail_dtos.sms_send_detail_dto if body.sms_send_detail_dtos else []
            found = [_remote(row) for row in rows if row.out_id == wanted]
            if found or len(rows) < PAGE:
                return found
        raise FindError("more texts to one number than can be listed")

    async def poll_inbound(self, since: datetime) -> Sequence[Inbound]:
        """Aliyun hands replies on by webhook or message queue only; nothing can be asked for."""
        return []

    def verify(self, request: WebhookRequest) -> bool:
        return is_from_aliyun(request, self._secret)

    def parse_receipts(self, request: WebhookRequest) -> tuple[list[Receipt], WebhookReply]:
        return read_receipts(request), RECEIVED

    def parse_inbound(self, request: WebhookRequest) -> tuple[list[Inbound], WebhookReply]:
        return read_replies(request), RECEIVED

    async def close(self) -> None:
        await self._clients.close()


def national_number(e164: str) -> str:
    """Eleven digits, as Aliyun shows and finds numbers.

    Raises:
        PhoneError: not a mobile number of the mainland.
    """
    return read_mobile(e164).e164.removeprefix("+86")


def _read_failure(error: Exception) -> Outcome:
    match error:
        case Refused():
            period = next((name for word, name in LIMITS.items() if word in error.message), "")
            code = f"{error.code}/{period}" if f"{error.code}/{period}" in CODES.not_processed else error.code
            return CODES.read_refusal(error.status, code, error.retry_after)
        case aiohttp.ClientConnectorError():
            return NotProcessed(UNREACHABLE, _why(error))
        case _:
            return InDoubt(_why(error))


def _why(error: Exception) -> str:
    """The kind of trouble; its text may hold a number or a value and is not passed on."""
    return error.code if isinstance(error, Refused) and error.code else type(error).__name__


def _remote(row: object) -> Remote:
    sent_at = read_time(str(getattr(row, "send_date", "") or ""))
    status = CODES.read_status(str(getattr(row, "send_status", ""))) or MessageStatus.ACCEPTED
    code = "" if status is MessageStatus.DELIVERED else str(getattr(row, "err_code", "") or "")
    return Remote("", str(getattr(row, "content", "") or ""), status, sent_at, code)
