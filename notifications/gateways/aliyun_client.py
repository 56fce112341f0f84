"""Aliyun's SDK with its own way of signing and ours of calling: pooled, limited in time, never repeated."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import aiohttp
import orjson
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.utils import Utils, get_canonical_query_string
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.request import DaraRequest
from darabonba.runtime import RuntimeOptions
from yarl import URL

SIGNING = "ACS3-HMAC-SHA256"
DEFAULT_ENDPOINT = "https://dysmsapi.aliyuncs.com"


class Refused(Exception):  # noqa: N818  # named for what happened
    """An answer that is not a success: HTTP status, Aliyun's code and sentence, its Retry-After header."""

    def __init__(self, status: int, code: str, message: str, retry_after: str = "") -> None:
        super().__init__(f"http {status}")
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after


class LimitedClient(Client):  # type: ignore[misc]  # the SDK ships no types
    """The SDK opens a connection and reads the certificates anew for each call, on the loop.

    So models and signature are the SDK's, the call is ours: one session for each loop, one limit in all.
    """

    def __init__(self, key_id: str, key_secret: str, endpoint: str, limit_seconds: float) -> None:
        self._base = endpoint.rstrip("/")
        host = urlsplit(self._base).netloc
        super().__init__(Config(access_key_id=key_id, access_key_secret=key_secret, endpoint=host))
        self._key, self._host = (key_id, key_secret), host
        timeout = aiohttp.ClientTimeout(total=limit_seconds)
        self._session = aiohttp.ClientSession(timeout=timeout)

    async def call_api_async(
        self, params: Params, request: OpenApiRequest, runtime: RuntimeOptions
    ) -> dict[str, Any]:
        """As the SDK's.

        Raises:
            Refused: an answer that is not a success.
            TimeoutError: no answer within the limit.
        """
        headers, query = self._sign(params, request), get_canonical_query_string(request.query)
        url = URL(f"{self._base}/?{query}", encoded=True)
        async with self._session.request(
            params.method, url, headers=headers, allow_redirects=False
        ) as answer:
            body = _read(await answer.read())
            code = str(body.get("Code") or "")
            # A refusal of the SMS service itself comes with HTTP 200; to us it is one like the others.
            if answer.status != 200 or code != "OK":
                status = 400 if answer.status == 200 and code else answer.status
                message = str(body.get("Message") or "")
                raise Refused(status, code, message, answer.headers.get("Retry-After", ""))
            return {"headers": {}, "statusCode": answer.status, "body": body}

    def _sign(self, params: Params, request: OpenApiRequest) -> dict[str, str]:
        payload = Utils.hash(b"", SIGNING).hex()
        headers = {
            "host": self._host,
            "x-acs-version": params.version,
            "x-acs-action": params.action,
            "x-acs-date": Utils.get_timestamp(),
            "x-acs-signature-nonce": Utils.get_nonce(),
            "x-acs-content-sha256": payload,
            "accept": "application/json",
        }
        signed = DaraRequest()
        signed.method, signed.pathname = params.method, params.pathname
        signed.query, signed.headers = request.query, headers
        return headers | {"Authorization": Utils.get_authorization(signed, SIGNING, payload, *self._key)}

    async def close(self) -> None:
        """Give up the connections."""
        await self._session.close()


class ClientPool:
    """A client belongs to the loop in which it was made: one is made for each loop that asks."""

    def __init__(self, key_id: str, key_secret: str, endpoint: str, limit_seconds: float) -> None:
        self._arguments = (key_id, key_secret, endpoint or DEFAULT_ENDPOINT, limit_seconds)
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, LimitedClient] = WeakKeyDictionary()

    def get(self) -> LimitedClient:
        """The running loop's client."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients[loop] = LimitedClient(*self._arguments)
        return self._clients[loop]

    async def close(self) -> None:
        """Close the running loop's client."""
        if client := self._clients.pop(asyncio.get_running_loop(), None):
            await client.close()


def _read(body: bytes) -> dict[str, Any]:
    """The fields of an answer; nothing for one that is not JSON (a proxy's page)."""
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return fields if isinstance(fields, dict) else {}
