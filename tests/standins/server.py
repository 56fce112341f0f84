"""What all stand-ins share: a server on loopback, calls to the product, calls that hang or break off."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

FORM = "application/x-www-form-urlencoded"


class LocalServer:
    """A server on a free port of loopback (or `port`); `base` is its address while it runs."""

    base: str = ""
    port: int = 0

    def routes(self, app: web.Application) -> None:
        """What it answers."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        app = web.Application()
        self.routes(app)
        self._let_go = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        # Fifteen seconds for an answer; waiting for its turn costs a call nothing.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=300),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=15),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._let_go.set()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
        await self._runner.cleanup()

    async def hang(self) -> None:
        """Answer nothing until the stand-in ends: callers have to give up by themselves."""
        await self._let_go.wait()

    async def post(self, url: str, **what: Any) -> int:
        """Call the product; returns the HTTP status of its answer."""
        if isinstance(what.get("data"), dict):  # as a form; aiohttp would prepare a multipart body first
            what["data"] = urlencode(what["data"]).encode()
            what["headers"] = {**what.get("headers", {}), "Content-Type": FORM}
        async with self._session.post(url, **what) as answer:
            await answer.read()
            return answer.status

    async def post_for_answer(self, url: str, **what: Any) -> tuple[int, str]:
        """Call the product; returns status and body of its answer."""
        async with self._session.post(url, **what) as answer:
            return answer.status, await answer.text()

    async def reported(self) -> None:
        """Wait until all reports of its own have been made."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it beside the call that is being answered; a product that is down is not an error of ours."""

        async def run() -> None:
            try:
                await work
            except (aiohttp.ClientError, TimeoutError):
                return

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def abort(request: web.Request) -> None:
    """Break the connection off without an answer."""
    if request.transport:
        request.transport.abort()
