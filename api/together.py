"""Calls that come while a transaction is under way share the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

T = TypeVar("T")
MOST = 200  # in one transaction
PAUSE = 0.04  # seconds, between two of them while calls keep coming
# Whatever is tried next would wait for the same database.
DOWN = (OSError, TimeoutError, PoolTimeout, OperationalError, InterfaceError, DisconnectionError)


class Together(Generic[T]):
    """Hands items to `store` in batches; belongs to one event loop.

    Under little load an item is stored at once and alone; under much, many share a commit.
    """

    def __init__(self, store: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._store = store
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._work: asyncio.Task[None] | None = None

    async def put(self, item: T) -> None:
        """Returns when the item is stored; raises what storing it raised.

        A caller that gives up takes its item with it, unless that is being stored just now.
        """
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((item, stored))
        if self._work is None:
            self._work = asyncio.create_task(self._store_all())
        await stored

    async def _store_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._store_batch([one for one in batch if not one[1].done()])
                if self._waiting:
                    await asyncio.sleep(PAUSE)
        finally:
            self._work = None

    async def _store_batch(self, batch: list[tuple[T, asyncio.Future[None]]]) -> None:
        if not batch:
            return
        try:
            await self._store([item for item, _ in batch])
        except Exception as error:  # told to those who wait for it
            if len(batch) > 1 and not isinstance(error, DOWN):
                for one in batch:  # one that cannot be stored must not hold up the others
                    await self._store_batch([one])
                return
            for _, stored in batch:
                if not stored.done():
                    stored.set_exception(error)
        else:
            for _, stored in batch:
                if not stored.done():
                    stored.set_result(None)
