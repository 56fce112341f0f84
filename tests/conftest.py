"""Servers for the session, a fresh database for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import secrets
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import asyncpg
import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from models.ids import seed_ids, unseed_ids
from models.migrate import migrate_async
from services import passwords
from tests.databases import fresh_copy
from tests.servers import MissingServer, postgres, rabbitmq, valkey
from tests.servers.absent import absent

# Timings never decide a test; the gate tries the same examples every time, so that it is red for a reason.
settings.register_profile("tanfang", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("tanfang")

Start = Callable[[], AbstractContextManager[str]]


LONG = ("machine", "simulation")  # folders of tests that take a minute each


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first: what a worker begins last should be short, so that the other does not wait for it."""
    items.sort(key=lambda item: item.path.parent.name not in LONG)


def _server(start: Start) -> Iterator[str]:
    """A missing server is a skip with its reason; in CI it is a failure."""
    try:
        with start() as url:
            yield url
    except MissingServer as missing:
        absent(str(missing))


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """Staff of tests sign in thousands of times; what a hash costs is tested by itself."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def row_ids(request: pytest.FixtureRequest) -> Iterator[None]:
    """What is random in row ids and codes: in the gate the same every time, elsewhere new in each run.

    A failure names its seed; `TANFANG_TEST_IDS` takes it to try that run again.
    """
    given = os.environ.get("TANFANG_TEST_IDS")
    drawn = zlib.crc32(request.node.nodeid.encode()) if os.environ.get("CI") else secrets.randbits(32)
    seed = drawn if given is None else int(given)
    request.node.add_report_section("setup", "row ids", f"TANFANG_TEST_IDS={seed}")
    seed_ids(seed, lambda: time.time_ns() // 1_000_000)
    yield
    unseed_ids()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One PostgreSQL server for the session (each xdist worker has its own)."""
    yield from _server(postgres)


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    yield from _server(valkey)


@pytest.fixture(scope="session")
def rabbitmq_url() -> Iterator[str]:
    yield from _server(rabbitmq)


@pytest.fixture(scope="session")
async def postgres_template(postgres_url: str) -> str:
    """Name of a migrated database to copy from."""
    await _execute(postgres_url, "CREATE DATABASE migrated")
    await migrate_async(_async(postgres_url, "migrated"))
    return "migrated"


@pytest.fixture
async def fresh_postgres_url(postgres_url: str, postgres_template: str) -> str:
    """A migrated PostgreSQL database of this test's own; each has the same address, see `tests.databases`."""
    name = "fresh"
    await _execute(postgres_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    # Copied as files: without fsync that is the quickest way to a database of one's own.
    await _execute(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY FILE_COPY")
    return _async(postgres_url, name)


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite"
    await migrate_async(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fresh") / "test.sqlite"


@pytest.fixture(
    params=[pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)],
)
def database_url(request: pytest.FixtureRequest, sqlite_place: Path, sqlite_template: Path) -> str:
    """Address of a migrated, empty database: each test that asks runs on both."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("fresh_postgres_url")
        return url
    fresh_copy(sqlite_template, sqlite_place)
    return f"sqlite+aiosqlite:///{sqlite_place}"


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _async(url: str, database: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://").rsplit("/", 1)[0] + f"/{database}"
