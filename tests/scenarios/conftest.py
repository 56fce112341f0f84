"""The stage: a database of two districts, staff of every rung, the web application, a clock in the hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_app
from api.context import ApiContext
from config.clock import ManualClock
from config.settings import load_settings
from models.seal import KeyRing, use_keys
from models.staff import Role, Staff
from notifications.gateways.simulator import SimulatorGateway
from services.passwords import hash_password
from services.phones import DatabasePhones
from services.steps import Step, Steps
from tests.databases import database_at
from tests.factories import COMMUNITY, add_divisions, next_phone
from tests.scenarios.stage import Browser, Stage

PASSWORD = "correct horse battery"
STAFF = {
    "city": (Role.CITY_ADMIN, "4301"),
    "yuhua": (Role.DISTRICT_AGENCY, "430111"),
    "furong": (Role.DISTRICT_AGENCY, "430102"),
    "street": (Role.STREET_COORDINATOR, "430111001"),
    "officer": (Role.COMMUNITY_OFFICER, COMMUNITY),
    "reviewer": (Role.REVIEWER, "430111"),
    "auditor": (Role.AUDITOR, "4301"),
}


@pytest.fixture
def begin() -> datetime:
    """A Monday, nine o'clock in Changsha; scenarios tied to a date have their own."""
    return datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
async def stage(database_url: str, tmp_path: Path, begin: datetime) -> AsyncIterator[Stage]:
    """Runs on SQLite and on PostgreSQL; see `database_url`."""
    use_keys(KeyRing(b"tests need a key of thirty-two bytes"))
    db, clock = database_at(database_url), ManualClock(begin)
    steps = Steps(db, clock, ZoneInfo("Asia/Shanghai"))
    hashed = await hash_password(PASSWORD)

    async def fill(step: Step) -> None:
        await add_divisions(step)
        for username, (role, area) in STAFF.items():
            row = Staff(
                username=username,
                display_name=username,
                role=role,
                area=area,
                password_hash=hashed,
                created_at=step.now,
            )
            row.phone = next_phone()
            step.session.add(row)

    await steps.run("system", fill)
    settings = load_settings(_env_file=None, database_url=database_url, var_dir=tmp_path / "var")
    gateway = SimulatorGateway(DatabasePhones(db))
    app = create_app(ApiContext(settings=settings, db=db, steps=steps, clock=clock, gateway=gateway))
    server = TestServer(app)
    browsers: list[Browser] = []

    async def enter(username: str) -> Browser:
        browser: TestClient[Any, Any] = TestClient(server)
        await browser.start_server()
        browsers.append(browser)
        if username:
            body = {"username": username, "password": PASSWORD}
            answer = await browser.post("/api/v1/session", json=body)
            assert answer.status == 204, await answer.text()
        return browser

    yield Stage(steps, clock, enter)
    for browser in browsers:
        await browser.close()
    await db.close()
