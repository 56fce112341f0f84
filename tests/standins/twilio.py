"""A local Twilio: keeps what it accepts, lists it, calls back with signed requests, and fails on demand.

Start it with `async with TwilioStandin() as twilio` and point the product at `twilio.base`
(`TANFANG_TWILIO_API_BASE`); `python -m tests.standins.serve twilio` runs it as a process. Requests and
answers are checked against Twilio's published document where that is at hand (`twilio_contract.py`).
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # the SDK ships no types

from tests.standins.faults import FaultPlan, Trouble
from tests.standins.server import LocalServer, abort
from tests.standins.twilio_answers import IN, Stored, error_answer, list_page, new_sid
from tests.standins.twilio_contract import Contract

E164 = re.compile(r"^\+[1-9]\d{6,14}$")
REPORTS = ["sent", "delivered"]
RETRIES = re.compile(r"#(?:.*&)?rc=(\d)")


@dataclass
class TwilioStandin(LocalServer):
    """`troubles` happen to the next calls, `list_troubles` to the next listings, in order; then `faults`.

    With `reports_by_itself` it calls back on its own; otherwise a test decides when and in which order.
    """

    account_sid: str = "AC" + "a" * 32
    auth_token: str = "token-of-the-stand-in"
    number: str = "+15005550006"
    contract: Contract | None = None
    page_size: int = 1000
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    latency: float = 0.0
    faults: FaultPlan | None = None
    reports_by_itself: bool = False
    report_after: float = 0.0  # seconds from accepting a text to the first report of its own
    retry_seconds: float = 0.2  # before the first repeated call, then twice as long each time
    messages: list[Stored] = field(default_factory=list)
    creates: int = 0
    troubles: deque[Trouble] = field(default_factory=deque)
    list_troubles: deque[Trouble] = field(default_factory=deque)
    number_errors: dict[str, tuple[int, int]] = field(default_factory=dict)  # To: (HTTP status, code)
    violations: list[str] = field(default_factory=list)

    def routes(self, app: web.Application) -> None:
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages.json"
        app.router.add_post(path, self._create)
        app.router.add_get(path, self._list)

    async def report(self, message: Stored, status: str, error_code: int | None = None) -> int:
        """Call back about a text, as Twilio does; returns the answer's HTTP status."""
        message.status, message.error_code = status, error_code
        fields = {"MessageSid": message.sid, "SmsSid": message.sid, "MessageStatus": status}
        fields |= {"AccountSid": self.account_sid, "To": message.to, "ApiVersion": "2010-04-01"}
        fields |= {"ErrorCode": str(error_code)} if error_code else {}
        return await self.call(message.form["StatusCallback"], fields)

    def receive(self, sender: str, text: str) -> Stored:
        """A phone sends a text to our number; whether a webhook hears of it is another matter (`say`)."""
        stored = Stored(new_sid(), self.number, text, {"From": sender}, self.now(), "received", None, IN)
        self.messages.append(stored)
        return stored

    async def say(self, url: str, sender: str, text: str, sid: str = "") -> int:
        """A phone sends a text and Twilio calls our webhook; returns the answer's HTTP status."""
        fields = {"MessageSid": sid or self.receive(sender, text).sid, "From": sender, "To": self.number}
        return await self.call(url, {**fields, "Body": text, "AccountSid": self.account_sid, "NumMedia": "0"})

    async def call(self, url: str, fields: dict[str, str]) -> int:
        """A signed call; the part of the address after # is for Twilio itself, neither signed nor called."""
        url = url.partition("#")[0]
        signature = RequestValidator(self.auth_token).compute_signature(url, fields)
        return await self.post(url, data=fields, headers={"X-Twilio-Signature": signature})

    async def _call_until_heard(self, message: Stored, status: str) -> None:
        """Again after a failure, as often as the address asks for (`#rc=5`)."""
        again = RETRIES.search(message.form["StatusCallback"])
        for number in range(1 + int(again[1]) if again else 1):
            with suppress(aiohttp.ClientError, TimeoutError):
                if await self.report(message, status) < 500:
                    return
            await asyncio.sleep(self.retry_seconds * 2**number)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.creates += 1
        if self.latency:
            await asyncio.sleep(self.latency)
        if refusal := self._check(request, body):
            return refusal
        form = {key: str(value) for key, value in (await request.post()).items()}
        trouble = self._next_trouble()
        if not trouble.is_taken:
            return await self._fail(request, trouble)
        if refusal := self._refuse(form):
            return refusal
        stored = Stored(new_sid(), form["To"], form["Body"], form, self.now())
        self.messages.append(stored)
        if self.reports_by_itself and "StatusCallback" in form:
            self.in_background(self._report_all(stored))
        if trouble is not Trouble.NONE:
            return await self._fail(request, trouble)
        return self._answer(request, body, stored.resource(self.account_sid), 201)

    def _next_trouble(self) -> Trouble:
        if self.troubles:
            return self.troubles.popleft()
        return self.faults.draw() if self.faults else Trouble.NONE

    async def _fail(self, request: web.Request, trouble: Trouble) -> web.Response:
        """What the caller sees of a trouble, whether or not the text was taken."""
        match trouble:
            case Trouble.THROTTLED:
                return error_answer(429, 20429, "Too Many Requests", {"Retry-After": "7"})
            case Trouble.HANG_BEFORE | Trouble.HANG_AFTER:
                await self.hang()
            case Trouble.DROP_BEFORE | Trouble.DROP_AFTER:
                abort(request)
            case Trouble.GARBAGE_AFTER:
                return web.Response(status=201, text="<html>proxy</html>")
            case Trouble.ERROR_BEFORE | Trouble.ERROR_AFTER:
                return error_answer(500, 20500, "Internal Server Error")
        return error_answer(503, 20503, "Service Unavailable")

    async def _report_all(self, stored: Stored) -> None:
        await asyncio.sleep(self.report_after)
        for status in self.faults.spoil_reports(REPORTS) if self.faults else REPORTS:
            await self._call_until_heard(stored, status)
        stored.status = REPORTS[-1]  # whatever came of the calls, and in whichever order

    def _refuse(self, form: dict[str, str]) -> web.Response | None:
        """What the document leaves to prose: formats, lengths, numbers that cannot be reached."""
        to, text = form["To"], form.get("Body", "")
        if to in self.number_errors:
            status, code = self.number_errors[to]
            return error_answer(status, code, "refused")
        if not E164.match(to):
            return error_answer(400, 21211, "The 'To' number is not a valid phone number.")
        if not text:
            return error_answer(400, 21602, "Message body is required.")
        if len(text) > 1600:
            return error_answer(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if "From" not in form and "MessagingServiceSid" not in form:
            return error_answer(400, 21603, "A 'From' phone number is required.")
        if not 1 <= int(form.get("ValidityPeriod", "36000")) <= 36_000:
            return error_answer(400, 21635, "ValidityPeriod must be between 1 and 36000.")
        return None

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._check(request, b""):
            return refusal
        trouble = self.list_troubles.popleft() if self.list_troubles else Trouble.NONE
        if trouble is Trouble.NONE and self.faults:
            trouble = self.faults.draw_listing()
        if trouble is not Trouble.NONE:
            return await self._fail(request, trouble)
        payload = list_page(self.messages, request.rel_url, self.account_sid, self.page_size)
        return self._answer(request, b"", payload, 200)

    def _check(self, request: web.Request, body: bytes) -> web.Response | None:
        wanted = aiohttp.encode_basic_auth(self.account_sid, self.auth_token)
        if request.headers.get("Authorization") != wanted:
            return error_answer(401, 20003, "Authenticate")
        if self.contract and (fault := self.contract.request_fault(request, body)):
            self.violations.append(fault)
            return error_answer(400, 20001, fault)
        return None

    def _answer(self, request: web.Request, body: bytes, payload: Any, status: int) -> web.Response:
        response = web.json_response(payload, status=status)
        if self.contract and (fault := self.contract.response_fault(request, body, response)):
            self.violations.append(fault)
        return response
