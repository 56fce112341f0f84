"""Brings a database to the newest schema; safe to call from several processes at once."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
MIGRATION_LOCK = 7_301_000


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; no ini file is needed."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def migrate(url: str) -> None:
    """Upgrade to the newest revision under a lock (SQLite: a lock file; PostgreSQL: an advisory lock)."""
    asyncio.run(migrate_async(url))


async def migrate_async(url: str) -> None:
    """As `migrate`, inside a running loop."""
    path = make_url(url).database if url.startswith("sqlite") else None
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        with _file_lock(path):
            if path:
                async with engine.connect() as connection:
                    # Set once, here: switching the journal mode from many connections can fail as "locked".
                    await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            async with engine.begin() as connection:
                if not path:
                    await connection.execute(
                        text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK}
                    )
                    await connection.execute(text("SET LOCAL lock_timeout = '1s'"))
                await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")


@contextmanager
def _file_lock(path: str | None) -> Iterator[None]:
    if path is None:
        yield
        return
    with Path(f"{path}.migrating").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def include_object(obj: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Alembic's autogenerate looks at our tables only."""
    return not (kind == "table" and reflected and compare_to is None)
