"""Live pages: one look at the database twice a second for all open pages of this process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from aiohttp import web
from aiohttp_sse import sse_response

from api.context import CONTEXT
from api.rules import embedded_only, signed_in
from services.live import change_mark
from services.steps import Steps

log = structlog.get_logger()
EVERY = 0.5  # seconds
LONGEST = 3600.0  # seconds a stream lives; the browser opens a new one


class Watcher:
    """Counts changes while somebody looks; asks nothing when nobody does."""

    def __init__(self, steps: Steps) -> None:
        self._steps, self._mark, self._listeners = steps, "", 0
        self.count = 0
        self.is_stopped = False
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        self._listeners += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            self._listeners -= 1

    async def next_change(self, seen: int) -> int:
        """Waits until the count differs from `seen`, or the server stops."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.count != seen or self.is_stopped)
        return self.count

    async def _watch(self) -> None:
        while self._listeners and not self.is_stopped:
            try:
                mark = await change_mark(self._steps)
            except Exception as error:  # the database may be away for a moment: pages stay as they are
                log.warning("live.unread", error=type(error).__name__)
                mark = self._mark
            if mark != self._mark:
                self._mark = mark
                async with self._changed:
                    self.count += 1
                    self._changed.notify_all()
            await asyncio.sleep(EVERY)

    async def stop(self) -> None:
        self.is_stopped = True
        async with self._changed:
            self._changed.notify_all()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


WATCHER: web.AppKey[Watcher] = web.AppKey("watcher", Watcher)


def setup_watcher(app: web.Application) -> None:
    """Streams end when the server stops, so that stopping waits for nobody."""

    async def start(app: web.Application) -> None:
        app[WATCHER] = Watcher(app[CONTEXT].steps)

    async def stop(app: web.Application) -> None:
        await app[WATCHER].stop()

    app.on_startup.append(start)
    app.on_shutdown.append(stop)


async def _stream(request: web.Request) -> web.StreamResponse:
    watcher = request.config_dict[WATCHER]
    async with sse_response(request) as response, watcher.listening():
        seen = watcher.count
        with contextlib.suppress(ConnectionResetError, TimeoutError):
            async with asyncio.timeout(LONGEST):
                while not watcher.is_stopped and response.is_connected():
                    seen = await watcher.next_change(seen)
                    await response.send(str(seen), event="changed")
    return response


@signed_in()
async def follow(request: web.Request) -> web.StreamResponse:
    return await _stream(request)


@embedded_only
async def follow_phones(request: web.Request) -> web.StreamResponse:
    return await _stream(request)


ROUTES = [web.get("/live", follow), web.get("/phones/live", follow_phones)]
