"""The web application over a database with two districts, and people who are signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_app
from api.context import ApiContext
from config.clock import ManualClock
from config.settings import Settings
from models.seal import KeyRing, use_keys
from models.staff import Role
from notifications.gateways.protocol import Gateway
from notifications.gateways.simulator import SimulatorGateway
from services.phones import DatabasePhones
from services.sign_in import create_staff
from services.steps import Step, Steps
from tests.databases import database_at
from tests.factories import add_divisions

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
PEOPLE = {
    "city": (Role.CITY_ADMIN, "4301"),
    "yuhua": (Role.DISTRICT_AGENCY, "430111"),
    "furong": (Role.DISTRICT_AGENCY, "430102"),
    "reviewer": (Role.REVIEWER, "430111"),
    "lead": (Role.ORGANISATION_LEAD, "430111"),
    "auditor": (Role.AUDITOR, "4301"),
}
Client = TestClient[Any, Any]
SignIn = Callable[[str], Awaitable[Client]]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server keeps on disk stays with its test."""
    monkeypatch.setenv("TANFANG_VAR_DIR", str(tmp_path))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MONDAY)


@pytest.fixture
async def steps(database_url: str, clock: ManualClock) -> AsyncIterator[Steps]:
    use_keys(KeyRing(b"tests need a key of thirty-two bytes"))
    db = database_at(database_url)
    made = Steps(db, clock, ZoneInfo("Asia/Shanghai"))
    await made.run("system", add_divisions)
    yield made
    await db.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(_env_file=None, database_url=database_url, var_dir=tmp_path)  # type: ignore[call-arg]  # pydantic-settings' own argument


@pytest.fixture
def gateway(steps: Steps) -> Gateway:
    return SimulatorGateway(DatabasePhones(steps.db))


@pytest.fixture
def app_context(settings: Settings, steps: Steps, clock: ManualClock, gateway: Gateway) -> ApiContext:
    return ApiContext(settings=settings, db=steps.db, steps=steps, clock=clock, gateway=gateway)


@pytest.fixture
async def new_client(app_context: ApiContext) -> AsyncIterator[Callable[[], Awaitable[Client]]]:
    """Browsers of the same application, each with its own cookies."""
    clients: list[Client] = []

    async def make() -> Client:
        client: Client = TestClient(TestServer(create_app(app_context, with_pages=False)))
        await client.start_server()
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.close()


@pytest.fixture
async def client(new_client: Callable[[], Awaitable[Client]]) -> Client:
    """Nobody has signed in."""
    return await new_client()


@pytest.fixture
async def staff(steps: Steps) -> None:
    async def add(step: Step) -> None:
        for username, (role, area) in PEOPLE.items():
            await create_staff(
                step, username=username, display_name=username, password=PASSWORD, role=role, area=area
            )

    await steps.run("system", add)


@pytest.fixture
async def sign_in(staff: None, new_client: Callable[[], Awaitable[Client]]) -> SignIn:
    """A browser of somebody of `PEOPLE`."""

    async def enter(username: str) -> Client:
        browser = await new_client()
        answer = await browser.post("/api/v1/session", json={"username": username, "password": PASSWORD})
        assert answer.status == 204, await answer.text()
        return browser

    return enter
