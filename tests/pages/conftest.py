"""The whole application on a free port, a city of one community, and Chromium to look at it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, Page, async_playwright

from api.app import create_app
from api.context import ApiContext
from config.clock import ManualClock
from config.settings import load_settings
from models.seal import KeyRing, use_keys
from models.staff import Role
from services.sign_in import create_staff
from services.steps import Step, Steps
from tests.databases import database_at, fresh_copy
from tests.factories import add_divisions
from tests.servers.absent import absent
from tests.services.conftest import MONDAY
from tests.services.play import Play
from tools.screens import ARGS
from tools.system import find_browser

SHOTS = os.environ.get("TANFANG_TEST_SHOTS", "")

PASSWORD = "a long enough password 7"
CHROMIUM = find_browser()


@dataclass
class Site:
    """The served application and the hand on its clock."""

    base: str
    steps: Steps
    clock: ManualClock
    play: Play


async def _add_staff(step: Step) -> None:
    await add_divisions(step)
    for username, role, area in (
        ("city", Role.CITY_ADMIN, "4301"),
        ("street", Role.STREET_COORDINATOR, "430111001"),
        ("furong", Role.DISTRICT_AGENCY, "430102"),
        ("reviewer", Role.REVIEWER, "4301"),
    ):
        await create_staff(
            step, username=username, display_name=username, password=PASSWORD, role=role, area=area
        )


@pytest.fixture
async def site(tmp_path: Path, sqlite_place: Path, sqlite_template: Path) -> AsyncIterator[Site]:
    port = unused_port()
    fresh_copy(sqlite_template, sqlite_place)
    url = f"sqlite+aiosqlite:///{sqlite_place}"
    settings = load_settings(
        _env_file=None, database_url=url, var_dir=tmp_path / "var", listen=f"127.0.0.1:{port}"
    )
    use_keys(KeyRing(b"tests need a key of thirty-two bytes"))
    db, clock = database_at(url), ManualClock(MONDAY)
    steps = Steps(db, clock, ZoneInfo("Asia/Shanghai"))
    await steps.run("system", _add_staff)
    play = Play(steps, clock)
    runner = web.AppRunner(
        create_app(ApiContext(settings, db, steps, clock, play.gateway)), access_log=None, shutdown_timeout=1
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield Site(f"http://127.0.0.1:{port}", steps, clock, play)
    await runner.cleanup()
    await db.close()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        absent("Chromium is missing: make test installs it where root allows")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A desktop window; any error of a script fails the test."""
    async for opened in _open(chromium, 1280, 900):
        yield opened


@pytest.fixture
async def phone(chromium: Browser) -> AsyncIterator[Page]:
    """A small phone."""
    async for opened in _open(chromium, 360, 740):
        yield opened


async def _open(chromium: Browser, width: int, height: int) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    opened = await context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.set_default_timeout(10_000)
    yield opened
    await context.close()
    assert faults == []


async def shot(page: Page, name: str) -> None:
    """A picture to look at, where TANFANG_TEST_SHOTS names a folder."""
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


async def sign_in(page: Page, site: Site, username: str = "city") -> None:
    await page.goto(f"{site.base}/sign-in")
    await page.fill("input[name=username]", username)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button.primary")
    await page.wait_for_url(f"{site.base}/")
