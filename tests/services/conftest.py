"""A database with one community, and steps under a clock that the test holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.clock import ManualClock
from models.seal import KeyRing, use_keys
from services.steps import Steps
from tests.databases import database_at
from tests.factories import add_divisions
from tests.services.play import Play

ZONE = ZoneInfo("Asia/Shanghai")
# A Monday, nine o'clock in Changsha.
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MONDAY)


@pytest.fixture
async def steps(database_url: str, clock: ManualClock) -> AsyncIterator[Steps]:
    """Runs on SQLite and on PostgreSQL; see `database_url`."""
    use_keys(KeyRing(b"tests need a key of thirty-two bytes"))
    db = database_at(database_url)
    made = Steps(db, clock, ZONE)
    await made.run("system", add_divisions)
    yield made
    await db.close()


@pytest.fixture
def play(steps: Steps, clock: ManualClock) -> Play:
    return Play(steps, clock)
