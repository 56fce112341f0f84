"""Signing in, staying signed in, and being kept out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from api.app import create_app
from api.context import ApiContext
from config.clock import ManualClock
from models.audit import AuditEntry
from models.scope import SYSTEM
from models.staff import StaffSession
from services.steps import Steps
from services.throttle import network_of
from tests.api.conftest import PASSWORD, Client, SignIn


async def attempt(client: Client, username: str, password: str) -> int:
    answer = await client.post("/api/v1/session", json={"username": username, "password": password})
    return answer.status


async def test_session_begins_and_ends(sign_in: SignIn, steps: Steps) -> None:
    browser = await sign_in("city")
    me = await (await browser.get("/api/v1/session")).json()
    assert (me["username"], me["role"], me["area"]) == ("city", "city_admin", "4301")
    assert len(me["csrf_token"]) == 32
    assert (await browser.delete("/api/v1/session")).status == 403, "no JSON and no token"
    answer = await browser.delete("/api/v1/session", headers={"X-CSRF-Token": me["csrf_token"]})
    assert answer.status == 204
    assert (await browser.get("/api/v1/session")).status == 401
    async with steps.db.read(SYSTEM) as session:
        row = (await session.scalars(select(StaffSession))).one()
        actions = [e.action for e in await session.scalars(select(AuditEntry))]
    assert row.ended_at is not None
    assert {"session.begin", "session.end"} <= set(actions)


async def test_ended_session_is_dead_even_if_the_browser_keeps_its_cookie(sign_in: SignIn) -> None:
    browser = await sign_in("city")
    cookie = next(c for c in browser.session.cookie_jar if c.key == "tanfang")
    token = (await (await browser.get("/api/v1/session")).json())["csrf_token"]
    await browser.delete("/api/v1/session", headers={"X-CSRF-Token": token})
    answer = await browser.get("/api/v1/session", cookies={"tanfang": cookie.value})
    assert answer.status == 401


async def test_only_a_hash_of_the_token_is_kept(sign_in: SignIn, steps: Steps) -> None:
    browser = await sign_in("city")
    token = next(c for c in browser.session.cookie_jar if c.key == "tanfang").value
    async with steps.db.read(SYSTEM) as session:
        row = (await session.scalars(select(StaffSession))).one()
    assert len(token) >= 22
    assert token not in row.model_dump_json()


async def test_cookie_is_kept_from_scripts_and_other_sites(staff: None, client: Client) -> None:
    answer = await client.post("/api/v1/session", json={"username": "city", "password": PASSWORD})
    header = answer.headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header
    assert "Secure" not in header, "plain http on loopback"


async def test_idle_and_absolute_end(sign_in: SignIn, clock: ManualClock) -> None:
    browser = await sign_in("city")
    clock.advance(timedelta(hours=7, minutes=59))
    assert (await browser.get("/api/v1/session")).status == 200
    clock.advance(timedelta(hours=7, minutes=59))
    assert (await browser.get("/api/v1/session")).status == 200, "being seen keeps it alive"
    clock.advance(timedelta(hours=8))
    assert (await browser.get("/api/v1/session")).status == 401
    busy = await sign_in("yuhua")
    for _ in range(24):
        clock.advance(timedelta(hours=7))
        last = (await busy.get("/api/v1/session")).status
    assert last == 401, "seven days are the end"


async def test_wrong_name_and_wrong_password_look_the_same(staff: None, client: Client) -> None:
    one = await client.post("/api/v1/session", json={"username": "city", "password": "not this one"})
    two = await client.post("/api/v1/session", json={"username": "nobody", "password": "not this one"})
    assert one.status == two.status == 401
    assert await one.json() == await two.json()


async def test_account_is_locked_and_opens_again(staff: None, client: Client, clock: ManualClock) -> None:
    for _ in range(5):
        assert await attempt(client, "city", "not this one") == 401
    assert await attempt(client, "city", PASSWORD) == 429, "also the right password, so nothing is learnt"
    assert await attempt(client, "yuhua", PASSWORD) == 204, "others go on"
    clock.advance(timedelta(minutes=1))
    assert await attempt(client, "city", PASSWORD) == 204


async def test_a_lock_does_not_tell_which_names_exist(
    staff: None, client: Client, clock: ManualClock
) -> None:
    answers = {
        name: [await attempt(client, name, "not this one") for _ in range(6)] for name in ("city", "no.one")
    }
    assert answers["city"] == answers["no.one"] == [401] * 5 + [429]
    clock.advance(timedelta(minutes=1))
    assert await attempt(client, "no.one", "not this one") == 401


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_neighbours_of_one_network_count_together(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_forwarded_addresses_count_only_behind_our_own_proxy(
    app_context: ApiContext, staff: None, client: Client
) -> None:
    """Each phone behind the proxy has its own tries; without a proxy nobody can pretend to be another."""
    behind = replace(
        app_context,
        settings=app_context.settings.model_copy(update={"public_base_url": "https://visits.example.org"}),
    )
    async with TestClient(TestServer(create_app(behind, with_pages=False))) as browser:
        for number in range(21):
            login = {"username": f"n{number}", "password": "not this one"}
            headers = {"X-Forwarded-For": "203.0.113.9, 198.51.100.1"}
            last = await browser.post("/api/v1/session", json=login, headers=headers)
        assert last.status == 429
        login = {"username": "city", "password": PASSWORD}
        headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
        assert (await browser.post("/api/v1/session", json=login, headers=headers)).status == 204
    forged = {"X-Forwarded-For": "198.51.100.1"}
    assert (await client.post("/api/v1/session", json=login, headers=forged)).status == 204


async def test_address_is_throttled(staff: None, client: Client, clock: ManualClock) -> None:
    for number in range(20):
        assert await attempt(client, f"nobody{number}", "not this one") == 401
    assert await attempt(client, "city", PASSWORD) == 429
    clock.advance(timedelta(minutes=6))
    assert await attempt(client, "city", PASSWORD) == 204


async def test_signing_in_again_replaces_the_session(sign_in: SignIn, steps: Steps) -> None:
    browser = await sign_in("city")
    before = next(c for c in browser.session.cookie_jar if c.key == "tanfang").value
    assert await attempt(browser, "city", PASSWORD) == 204
    assert next(c for c in browser.session.cookie_jar if c.key == "tanfang").value != before
    async with steps.db.read(SYSTEM) as session:
        rows = list(await session.scalars(select(StaffSession)))
    assert sorted(row.ended_at is None for row in rows) == [False, True]
