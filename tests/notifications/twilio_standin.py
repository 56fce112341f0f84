"""A local Twilio: keeps what it accepts, lists it, calls back with signed requests, and fails on demand.

Start it with `async with TwilioStandin() as twilio` and point the product at `twilio.base`. Requests and
answers are checked against Twilio's published document where that is at hand (`twilio_contract.py`).
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from tests.notifications.twilio_answers import Stored, Trouble, error_answer, new_sid
from tests.notifications.twilio_contract import Contract

E164 = re.compile(r"^\+[1-9]\d{6,14}$")


@dataclass
class TwilioStandin:
    """`troubles` happen to the next create calls, `list_troubles` to the next listings, in order."""

    account_sid: str = "AC" + "a" * 32
    auth_token: str = "token-of-the-stand-in"
    contract: Contract | None = None
    page_size: int = 50
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    messages: list[Stored] = field(default_factory=list)
    creates: int = 0
    troubles: deque[Trouble] = field(default_factory=deque)
    list_troubles: deque[Trouble] = field(default_factory=deque)
    number_errors: dict[str, tuple[int, int]] = field(default_factory=dict)  # To: (HTTP status, code)
    violations: list[str] = field(default_factory=list)
    base: str = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages.json"
        app.router.add_post(path, self._create)
        app.router.add_get(path, self._list)
        self._let_go = asyncio.Event()
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._let_go.set()
        await self._session.close()
        await self._runner.cleanup()

    async def report(self, message: Stored, status: str, error_code: int | None = None) -> int:
        """Call back about a text, as Twilio does; returns the answer's HTTP status."""
        message.status, message.error_code = status, error_code
        fields = {"MessageSid": message.sid, "SmsSid": message.sid, "MessageStatus": status}
        fields |= {"AccountSid": self.account_sid, "To": message.to, "ApiVersion": "2010-04-01"}
        fields |= {"ErrorCode": str(error_code)} if error_code else {}
        return await self.call(message.form["StatusCallback"], fields)

    async def say(self, url: str, sender: str, text: str, sid: str = "") -> int:
        """A phone sends a text to us; returns the answer's HTTP status."""
        fields = {"MessageSid": sid or new_sid(), "From": sender, "To": "+15005550006", "Body": text}
        return await self.call(url, {**fields, "AccountSid": self.account_sid, "NumMedia": "0"})

    async def call(self, url: str, fields: dict[str, str]) -> int:
        """A signed call; the part of the address after # is for Twilio itself, neither signed nor called."""
        url = url.partition("#")[0]
        signature = RequestValidator(self.auth_token).compute_signature(url, fields)
        headers = {"X-Twilio-Signature": signature}
        async with self._session.post(url, data=fields, headers=headers) as answer:
            return answer.status

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.creates += 1
        if refusal := self._check(request, body):
            return refusal
        form = {key: str(value) for key, value in (await request.post()).items()}
        trouble = self.troubles.popleft() if self.troubles else None
        if trouble is Trouble.THROTTLED:
            return error_answer(429, 20429, "Too Many Requests", {"Retry-After": "7"})
        if trouble is Trouble.UNAVAILABLE_BEFORE:
            return error_answer(503, 20503, "Service Unavailable")
        if trouble is Trouble.HANG_BEFORE:
            await self._let_go.wait()
        if refusal := self._refuse(form):
            return refusal
        stored = Stored(new_sid(), form["To"], form["Body"], form, self.now())
        self.messages.append(stored)
        if trouble is Trouble.UNAVAILABLE_AFTER:
            return error_answer(503, 20503, "Service Unavailable")
        if trouble is Trouble.GARBAGE_AFTER:
            return web.Response(status=201, text="<html>proxy</html>")
        if trouble is Trouble.HANG_AFTER:
            await self._let_go.wait()
        if trouble is Trouble.DROP_AFTER and request.transport:
            request.transport.abort()
        return self._answer(request, body, stored.resource(self.account_sid), 201)

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
        trouble = self.list_troubles.popleft() if self.list_troubles else None
        if trouble is Trouble.THROTTLED:
            return error_answer(429, 20429, "Too Many Requests")
        if trouble not in (None, Trouble.NONE):
            return error_answer(503, 20503, "Service Unavailable")
        query = request.query
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        size = min(size, self.page_size)
        found = [m for m in reversed(self.messages) if query.get("To", m.to) == m.to]
        shown, rest = found[page * size : (page + 1) * size], found[(page + 1) * size :]
        at = {"PageSize": str(size), "To": query.get("To", "")}
        here, following = (str(request.rel_url.with_query({**at, "Page": str(n)})) for n in (page, page + 1))
        pages = {"page": page, "page_size": size, "start": page * size, "end": page * size + len(shown)}
        links = {"uri": here, "first_page_uri": here, "next_page_uri": following if rest else None}
        listed = [message.resource(self.account_sid) for message in shown]
        payload = {"messages": listed, "previous_page_uri": None, **pages, **links}
        return self._answer(request, b"", payload, 200)

    def _check(self, request: web.Request, body: bytes) -> web.Response | None:
        if request.headers.get("Authorization") != aiohttp.encode_basic_auth(
            self.account_sid, self.auth_token
        ):
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
