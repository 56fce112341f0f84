"""Twilio's SDK with what it lacks: a time limit that holds, and a client for each event loop."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import aiohttp
from twilio.http.async_http_client import (  # type: ignore[import-untyped]  # the SDK ships no types
    AsyncTwilioHttpClient,
)
from twilio.http.response import Response  # type: ignore[import-untyped]  # the SDK ships no types
from twilio.rest import Client  # type: ignore[import-untyped]  # the SDK ships no types


class Throttled(Exception):  # noqa: N818  # named for what happened
    """HTTP 429, with its Retry-After header, which the SDK's own error leaves out."""

    def __init__(self, code: str, retry_after: str) -> None:
        super().__init__("http 429")
        self.code, self.retry_after = code, retry_after


class LimitedHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # the SDK ships no types
    """The SDK ignores the `timeout` of its asynchronous client, and its `max_retries` sends texts twice.

    So the limit is ours, round each request, and nothing is retried here.
    """

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(pool_connections=False)
        # One session for all calls; Twilio sets no cookies that a call would need.
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._limit = limit_seconds

    async def request(self, *args: Any, **kwargs: Any) -> Response:
        """As the SDK's.

        Raises:
            TimeoutError: no answer within the limit.
            Throttled: HTTP 429.
        """
        if auth := kwargs.pop("auth", None):  # aiohttp has deprecated the way in which the SDK passes it
            credentials = {"Authorization": aiohttp.encode_basic_auth(*auth)}
            kwargs["headers"] = {**(kwargs.get("headers") or {}), **credentials}
        if kwargs.get("data"):
            # The same bytes as the SDK's own way, which prepares a multipart body first and drops it again.
            kwargs["data"] = urlencode(kwargs["data"], doseq=True).encode()
        async with asyncio.timeout(self._limit):
            response = await super().request(*args, **kwargs)
        if response.status_code == 429:
            raise Throttled(_code(response.text), response.headers.get("Retry-After", ""))
        return response

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Nothing: the SDK would word a dozen lines for each text, numbers among them, whoever reads them."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing, as above."""


class ClientPool:
    """The SDK's client belongs to the loop in which it was made: one is made for each loop that asks."""

    def __init__(self, account_sid: str, auth_token: str, api_base: str, limit_seconds: float) -> None:
        self._credentials = (account_sid, auth_token)
        self._api_base, self._limit = api_base.rstrip("/"), limit_seconds
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Client] = WeakKeyDictionary()

    def get(self) -> Client:
        """The running loop's client."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            client = Client(*self._credentials, http_client=LimitedHttpClient(self._limit))
            if self._api_base:
                client.api.base_url = self._api_base
            self._clients[loop] = client
        return self._clients[loop]

    async def close(self) -> None:
        """Close the running loop's client."""
        if client := self._clients.pop(asyncio.get_running_loop(), None):
            await client.http_client.close()


def _code(body: str) -> str:
    try:
        return str(json.loads(body)["code"])
    except (ValueError, KeyError, TypeError):
        return ""
