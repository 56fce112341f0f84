"""Headers, origins, hosts, sizes, languages, and errors that tell nothing."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_app
from api.context import ApiContext
from api.middleware.bodies import body_limit
from api.v1 import visits
from config.settings import Settings
from services.passwords import OWASP
from services.phone_reports import LARGEST
from tests.api.conftest import PASSWORD, Client, SignIn

LOGIN = {"username": "city", "password": PASSWORD}


@pytest.mark.parametrize("path", ["/healthz", "/api/openapi.json", "/api/v1/visits", "/nothing/here"])
async def test_every_answer_has_the_headers(client: Client, path: str) -> None:
    headers = (await client.get(path)).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert len(headers["X-Request-ID"]) == 32
    assert "Server" not in headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_calls_from_other_sites_are_refused(
    staff: None, client: Client, headers: dict[str, str]
) -> None:
    assert (await client.post("/api/v1/session", json=LOGIN, headers=headers)).status == 403


async def test_own_origin_is_accepted(staff: None, client: Client) -> None:
    origin = str(client.make_url("")).rstrip("/")
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    assert (await client.post("/api/v1/session", json=LOGIN, headers=headers)).status == 204


async def test_forms_need_the_token_of_the_session(sign_in: SignIn) -> None:
    browser, other = await sign_in("city"), await sign_in("yuhua")
    token = (await (await browser.get("/api/v1/session")).json())["csrf_token"]
    foreign = (await (await other.get("/api/v1/session")).json())["csrf_token"]
    path = "/api/v1/imports"
    for given in ("", "x", foreign, "é"):
        assert (await browser.post(path, data={"csrf": given})).status == 403
    assert (await browser.post(path, data={"csrf": token})).status == 422, "taken, and then found wanting"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "localhost.evil.example", "", "[", "a@b"]
)
async def test_foreign_hosts_are_refused(client: Client, host: str) -> None:
    assert (await client.get("/healthz", headers={"Host": host})).status == 400


async def test_own_hosts_are_known(client: Client) -> None:
    for host in ("localhost:8080", "127.0.0.1", "[::1]:9"):
        assert (await client.get("/healthz", headers={"Host": host})).status == 200


async def test_bodies_end_at_their_limit(staff: None, client: Client) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b"x" * 65_536

    big = io.BytesIO(b"x" * 2_000_000)
    json_type = {"Content-Type": "application/json"}
    assert (await client.post("/api/v1/session", data=big, headers=json_type)).status == 413
    chunked = await client.post("/api/v1/session", data=endless(), headers=json_type)
    assert chunked.status == 413, "without a Content-Length too"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"null", b'{"username": 1, "password": "x"}', b"\xff", b'{"username": "a"}',
     b'{"username": "a", "password": "b", "role": "city_admin"}', b"[" * 100_000],
)  # fmt: skip
async def test_malformed_bodies_name_no_value(client: Client, body: bytes) -> None:
    answer = await client.post("/api/v1/session", data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 422
    assert set((await answer.json())["error"]) <= {"code", "message", "field"}


async def test_unexpected_errors_tell_nothing(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("secret of 王小英 13912345678")

    monkeypatch.setattr(visits, "_conditions", explode)
    answer = await (await sign_in("city")).get("/api/v1/visits")
    text = await answer.text()
    assert answer.status == 500
    assert "internal" in text
    logged = capsys.readouterr()
    for told in (text, logged.out, logged.err):
        assert "13912345678" not in told
        assert "王小英" not in told


async def test_logs_have_templates_and_neither_ids_nor_queries(
    sign_in: SignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = await sign_in("city")
    await browser.get("/api/v1/visits/01900000-0000-7000-8000-00000000abcd?lang=en&text=canary")
    logged = "".join(capsys.readouterr())
    assert "/api/v1/visits/{visit_id}" in logged
    assert "00000000abcd" not in logged
    assert "canary" not in logged


async def test_language_follows_address_cookie_browser(client: Client) -> None:
    async def message(path: str = "/api/v1/visits", **headers: str) -> str:
        answer = await client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        return str((await answer.json())["error"]["message"])

    assert await message() == "请先登录。"
    assert await message(Accept_Language="en-GB,en;q=0.9") == "Sign in first."
    assert await message("/api/v1/visits?lang=en") == "Sign in first."
    assert (await client.get("/healthz?lang=en")).status == 200
    assert await message() == "Sign in first.", "remembered"
    assert await message("/api/v1/visits?lang=xx") == "Sign in first."


async def test_https_gets_a_host_cookie_and_hsts(
    app_context: ApiContext, staff: None, settings: Settings
) -> None:
    public = settings.model_copy(update={"public_base_url": "https://visits.example.org"})
    app = create_app(
        ApiContext(public, app_context.db, app_context.steps, app_context.clock, app_context.gateway),
        with_pages=False,
    )
    async with TestClient(TestServer(app)) as browser:
        headers = {"Host": "visits.example.org", "Origin": "https://visits.example.org"}
        answer = await browser.post("/api/v1/session", json=LOGIN, headers=headers)
        assert answer.status == 204
        assert answer.headers["Set-Cookie"].startswith("__Host-tanfang=")
        assert "Secure" in answer.headers["Set-Cookie"]
        assert "Domain" not in answer.headers["Set-Cookie"]
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


async def test_no_get_changes_anything(new_client: Callable[[], Awaitable[Client]]) -> None:
    client = await new_client()
    for path in ("/api/v1/session", "/webhooks/twilio/inbound"):
        assert (await client.get(path)).status in (401, 404, 405)


@pytest.mark.parametrize(
    ("path", "mebibytes"),
    [("/webhooks/twilio/inbound", 1 / 16), ("/api/v1/session", 1), ("/t/report", 6), ("/imports", 20)],
)
def test_each_address_takes_only_what_belongs_there(path: str, mebibytes: float) -> None:
    """A photo of 4 MiB, a third larger as text, still fits where photos go."""
    assert body_limit(path) == mebibytes * 1024 * 1024
    assert body_limit("/t/report") > LARGEST * 4 / 3


def test_a_password_costs_whoever_guesses_it() -> None:
    """The product's own cost; the other tests have a cheap one. OWASP password storage cheat sheet."""
    made = OWASP.hash("correct horse battery")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
