"""A local Aliyun (dysms): checks signatures, keeps what it accepts, lists it, pushes receipts and replies.

Start it with `async with AliyunStandin() as aliyun` and point the product at `aliyun.base`
(`TANFANG_ALIYUN_ENDPOINT`); `python -m tests.standins.serve aliyun` runs it as a process.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.standins.aliyun_answers import (
    CHINA,
    DELIVERED,
    FORM,
    NOT_DELIVERED,
    Kept,
    answer,
    list_details,
)
from tests.standins.aliyun_signature import signature_fault
from tests.standins.faults import FaultPlan, Trouble
from tests.standins.server import LocalServer, abort

MOBILE = re.compile(r"^(?:\+?86|0086)?(1[3-9]\d{9})$")
VERSION = "2017-05-25"


@dataclass
class AliyunStandin(LocalServer):
    """`troubles` happen to the next SendSms calls, `list_troubles` to the next queries; then `faults`.

    `templates`: code and the names of its placeholders; any code and values while it is empty.
    With `push_to` (address of receipts) it reports by itself.
    """

    key_id: str = "key-of-the-stand-in"
    key_secret: str = "secret-of-the-stand-in"
    sign_name: str = "长沙退管"
    templates: dict[str, set[str]] = field(default_factory=dict)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    latency: float = 0.0
    faults: FaultPlan | None = None
    push_to: str = ""
    kept: list[Kept] = field(default_factory=list)
    sends: int = 0
    troubles: deque[Trouble] = field(default_factory=deque)
    list_troubles: deque[Trouble] = field(default_factory=deque)
    number_errors: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # HTTP status, Code, Message

    def __post_init__(self) -> None:
        self._nonces: set[str] = set()
        self._numbers = itertools.count(1)

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/", self._call)

    async def report(self, url: str, *kept: Kept, err_code: str = "DELIVERED") -> tuple[int, str]:
        """Push receipts as one batch; returns status and body of the product's answer."""
        for one in kept:
            one.status = DELIVERED if err_code == "DELIVERED" else NOT_DELIVERED
            one.err_code = err_code
        return await self.push(url, [one.receipt() for one in kept])

    async def say(self, url: str, phone: str, text: str, sequence: int = 0) -> tuple[int, str]:
        """A phone replies; returns status and body of the product's answer."""
        at = f"{self.now().astimezone(CHINA):{FORM}}"
        number = str(sequence or next(self._numbers))
        fields = {"phone_number": phone, "content": text, "send_time": at}
        return await self.push(url, [{**fields, "dest_code": "1234", "sequence_id": number}])

    async def push(self, url: str, batch: Any) -> tuple[int, str]:
        """Any batch, as it stands."""
        return await self.post_for_answer(url, json=batch)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        query, headers = dict(request.query), {k.lower(): v for k, v in request.headers.items()}
        fault = signature_fault(
            request.method, request.path, query, headers, body, {self.key_id: self.key_secret}
        )
        if fault:
            return answer(fault, status=404 if fault.startswith("InvalidAccessKeyId") else 400)
        nonce = headers["x-acs-signature-nonce"]
        if nonce in self._nonces:
            return answer("SignatureNonceUsed", status=400)
        self._nonces.add(nonce)
        if headers.get("x-acs-version") != VERSION:
            return answer("InvalidVersion", status=400)
        match headers["x-acs-action"]:
            case "SendSms":
                return await self._send(request, query)
            case "QuerySendDetails":
                return await self._query(request, query)
        return answer("InvalidAction.NotFound", status=404)

    async def _send(self, request: web.Request, query: dict[str, str]) -> web.StreamResponse:
        self.sends += 1
        if self.latency:
            await asyncio.sleep(self.latency)
        trouble = Trouble.NONE
        if self.troubles:
            trouble = self.troubles.popleft()
        elif self.faults:
            trouble = self.faults.draw()
        if not trouble.is_taken:
            return await self._fail(request, trouble)
        if refusal := self._refuse(query):
            return refusal
        one = self._keep(query)
        if self.push_to:
            self.in_background(self._report_by_itself(one))
        if trouble is not Trouble.NONE:
            return await self._fail(request, trouble)
        return answer("OK", BizId=one.biz_id)

    def _refuse(self, query: dict[str, str]) -> web.Response | None:
        phone = MOBILE.match(query.get("PhoneNumbers", ""))
        if phone is None:
            return answer("isv.MOBILE_NUMBER_ILLEGAL")
        if phone[1] in self.number_errors:
            status, code, message = self.number_errors[phone[1]]
            return answer(code, message, status)
        if query.get("SignName") != self.sign_name:
            return answer("isv.SMS_SIGNATURE_ILLEGAL")
        code = query.get("TemplateCode", "")
        if not code.startswith("SMS_") or (self.templates and code not in self.templates):
            return answer("isv.SMS_TEMPLATE_ILLEGAL")
        try:
            params = json.loads(query.get("TemplateParam", "{}"))
        except ValueError:
            return answer("isv.INVALID_JSON_PARAM")
        if not all(isinstance(value, str) for value in params.values()):
            return answer("isv.INVALID_JSON_PARAM")
        if self.templates and self.templates[code] - params.keys():
            return answer("isv.TEMPLATE_MISSING_PARAMETERS")
        if any(len(value) > 35 for value in params.values()):
            return answer("isv.PARAM_LENGTH_LIMIT")
        if any("://" in value or "www." in value for value in params.values()):
            return answer("isv.PARAM_NOT_SUPPORT_URL")
        return None

    def _keep(self, query: dict[str, str]) -> Kept:
        phone = MOBILE.match(query["PhoneNumbers"])
        assert phone
        number, params = next(self._numbers), json.loads(query.get("TemplateParam", "{}"))
        content = f"【{self.sign_name}】{query['TemplateCode']} {' '.join(params.values())}"
        biz_id = f"{900_000_000_000_000_000 + number}^0"
        out_id = query.get("OutId", "")
        one = Kept(biz_id, phone[1], content, query["TemplateCode"], params, out_id, self.now())
        self.kept.append(one)
        return one

    async def _report_by_itself(self, one: Kept) -> None:
        for _ in self.faults.spoil_reports(["DELIVERED"]) if self.faults else ["DELIVERED"]:
            await self.report(self.push_to, one)

    async def _query(self, request: web.Request, query: dict[str, str]) -> web.StreamResponse:
        trouble = self.list_troubles.popleft() if self.list_troubles else Trouble.NONE
        if trouble is Trouble.NONE and self.faults:
            trouble = self.faults.draw_listing()
        if trouble is not Trouble.NONE:
            return await self._fail(request, trouble)
        if not re.fullmatch(r"1\d{10}", query.get("PhoneNumber", "")) or int(query["PageSize"]) > 50:
            return answer("isv.INVALID_PARAMETERS")
        return answer("OK", **list_details(self.kept, query))

    async def _fail(self, request: web.Request, trouble: Trouble) -> web.Response:
        """What the caller sees of a trouble, whether or not the text was taken."""
        match trouble:
            case Trouble.THROTTLED:
                return answer("Throttling.User", "Request was denied due to user flow control.", 400)
            case Trouble.HANG_BEFORE | Trouble.HANG_AFTER:
                await self.hang()
            case Trouble.DROP_BEFORE | Trouble.DROP_AFTER:
                abort(request)
            case Trouble.GARBAGE_AFTER:
                return web.Response(status=200, text="<html>proxy</html>")
            case Trouble.ERROR_BEFORE | Trouble.ERROR_AFTER:
                return answer("isp.SYSTEM_ERROR")
        return answer("ServiceUnavailable", status=503)
