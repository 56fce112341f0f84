"""The database of a process: SQLite with one writer at a time, or PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from models.scope import SYSTEM, AreaSession, Reader

BUSY_TIMEOUT_MS = 15_000


class Database:
    """Sessions for reading and writing; belongs to one event loop.

    On SQLite the write engine has a single connection whose transactions begin IMMEDIATE: with the
    driver's default, read-then-write transactions lose updates silently.
    """

    def __init__(self, url: str, *, durable: bool = True, driver: Any | None = None) -> None:
        """`durable=False`: commits may be lost with the power; `driver`: a DBAPI in place of aiosqlite."""
        self.url, self.is_sqlite = url, url.startswith("sqlite")
        common: dict[str, Any] = {
            "hide_parameters": True,
            "json_serializer": lambda value: orjson.dumps(value).decode(),
            "json_deserializer": orjson.loads,
        }
        if self.is_sqlite:
            if driver is not None:
                common["module"] = driver
            if path := make_url(url).database:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            # Writers queue here in order of arrival; SQLite's own waiting is unfair.
            self._writer = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=60, **common)
            self._reader = create_async_engine(url, pool_size=4, max_overflow=0, pool_timeout=60, **common)
            _prepare_sqlite(self._writer, "BEGIN IMMEDIATE", durable)
            _prepare_sqlite(self._reader, "BEGIN", durable)
        else:
            self._writer = create_async_engine(
                url, pool_size=10, max_overflow=0, pool_timeout=10, pool_pre_ping=True, **common
            )
            self._reader = self._writer
        options: dict[str, Any] = {"expire_on_commit": False, "sync_session_class": AreaSession}
        self._write = async_sessionmaker(self._writer, **options)
        self._read = async_sessionmaker(self._reader, **options)

    @asynccontextmanager
    async def write(self, reader: Reader = SYSTEM) -> AsyncIterator[AsyncSession]:
        """One transaction: commits at the end, rolls back on any exception."""
        async with self._write(info={"reader": reader}) as session, session.begin():
            yield session

    @asynccontextmanager
    async def read(self, reader: Reader) -> AsyncIterator[AsyncSession]:
        """A session limited to the reader's area; nothing is committed."""
        async with self._read(info={"reader": reader}) as session:
            yield session

    async def close(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def _prepare_sqlite(engine: AsyncEngine, begin: str, durable: bool) -> None:
    """Own BEGIN instead of the driver's, foreign keys on, every commit on disk before it is acknowledged."""

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "cache_size=-65536",  # 64 MiB: the indexes of a city fit
            f"synchronous={'FULL' if durable else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)
