"""From nothing to the newest schema: the tables that the code has, once, by whoever comes first."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.util.exc import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

import models  # noqa: F401  # registers every table
from models.migrate import alembic_config, migrate_async

ROOT = Path(__file__).resolve().parents[2]


async def on(url: str, work: object) -> object:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)  # type: ignore[arg-type]  # a function of a connection
    finally:
        await engine.dispose()


def tables(connection: Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names())


def check(connection: Connection) -> None:
    command.check(alembic_config(connection))


async def test_the_migrated_database_is_the_one_that_the_code_describes(database_url: str) -> None:
    await on(database_url, check)
    assert await on(database_url, tables) == {*SQLModel.metadata.tables, "alembic_version"}


async def test_the_newest_step_can_be_taken_back_and_done_again(database_url: str) -> None:
    await on(database_url, lambda c: command.downgrade(alembic_config(c), "-1"))
    with pytest.raises(CommandError):
        await on(database_url, check)
    await migrate_async(database_url)
    await on(database_url, check)


async def test_a_difference_would_be_noticed(database_url: str) -> None:
    await on(database_url, lambda c: c.execute(sa.text("ALTER TABLE visits DROP COLUMN visit_code")))
    with pytest.raises(CommandError, match="New upgrade operations"):
        await on(database_url, check)


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    await on(database_url, lambda c: c.execute(sa.text("INSERT INTO serials VALUES (:i, 'kept', 7)"), ID))
    await migrate_async(database_url)
    kept = await on(database_url, lambda c: c.execute(sa.text("SELECT name, value FROM serials")).all())
    assert kept == [("kept", 7)]


ID = {"i": "0" * 32}


async def test_several_at_once_in_one_process_wait_for_each_other(tmp_path: Path) -> None:
    urls = [f"sqlite+aiosqlite:///{tmp_path / 'new' / 'a.sqlite'}"] * 2
    assert len(await asyncio.gather(*(asyncio.to_thread(_migrate, url) for url in urls))) == 2
    assert "visits" in await on(urls[0], tables)  # type: ignore[operator]  # a set of names


def _migrate(url: str) -> int:
    from models.migrate import migrate

    migrate(url)
    return 0


async def test_two_processes_at_once_make_one_schema(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'shared.sqlite'}"
    code = f"from models.migrate import migrate; migrate({url!r})"
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [(await process.communicate())[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    await on(url, check)
