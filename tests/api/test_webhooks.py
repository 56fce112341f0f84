"""Twilio's calls: signed ones are stored once, everything else is refused and never an error of ours."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # the SDK ships no types

from config.settings import Settings
from models.audit import AuditEntry
from models.messages import Inbound, Receipt
from models.scope import SYSTEM
from notifications.factory import create_gateway
from notifications.gateways.protocol import Gateway
from services.phones import DatabasePhones
from services.steps import Steps
from tests.api.conftest import Client

BASE, TOKEN = "https://visits.example.org", "0123456789abcdef0123456789abcdef"
SID = "SM" + "0" * 32
ATTEMPT = "01900000-0000-7000-8000-000000000001"
STATUS, INBOUND = f"/webhooks/twilio/status/{ATTEMPT}", "/webhooks/twilio/inbound"
TEXT = {"MessageSid": SID, "From": "+8613912345678", "To": "+15005550006", "Body": "1 T4829-1742"}


def make_settings(database_url: str) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own argument
        database_url=database_url,
        sms_gateway="twilio",
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_from="+15005550006",
        public_base_url=BASE,
    )


@pytest.fixture
def settings(database_url: str) -> Settings:
    return make_settings(database_url)


@pytest.fixture
def gateway(settings: Settings, steps: Steps) -> Gateway:
    return create_gateway(settings, DatabasePhones(steps.db))


async def call(client: Client, path: str, form: dict[str, str], *, signature: str | None = None) -> Any:
    signed = RequestValidator(TOKEN).compute_signature(BASE + path, form)
    headers = {"X-Twilio-Signature": signed if signature is None else signature, "Host": "visits.example.org"}
    return await client.post(path, data=form, headers=headers)


async def rows(steps: Steps, table: Any) -> list[Any]:
    async with steps.db.read(SYSTEM) as session:
        return list(await session.scalars(select(table)))


async def test_a_text_is_stored_raw_and_once(client: Client, steps: Steps) -> None:
    for _ in range(2):
        answer = await call(client, INBOUND, TEXT)
        assert (answer.status, answer.content_type) == (200, "text/xml")
        assert "<Response/>" in await answer.text()
    (row,) = await rows(steps, Inbound)
    assert (row.phone, row.text, row.read_at) == (TEXT["From"], TEXT["Body"], None)
    assert row.wake_at is not None, "a worker understands it"


async def test_a_report_is_stored_once(client: Client, steps: Steps) -> None:
    for _ in range(2):
        assert (await call(client, STATUS, {"MessageSid": SID, "MessageStatus": "delivered"})).status == 204
    (row,) = await rows(steps, Receipt)
    assert (row.gateway_ref, row.status, str(row.attempt_id)) == (SID, "delivered", ATTEMPT)


@pytest.mark.parametrize("signature", ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "é", "=" * 5000])
async def test_forged_calls_are_refused_and_written_down(
    client: Client, steps: Steps, signature: str
) -> None:
    for path in (INBOUND, STATUS):
        assert (await call(client, path, TEXT, signature=signature)).status == 403
    assert await rows(steps, Inbound) == []
    found = [e for e in await rows(steps, AuditEntry) if e.action == "webhook.refused"]
    assert len(found) == 2
    assert found[0].who == "gateway:twilio"


async def test_a_call_signed_for_another_address_is_refused(client: Client) -> None:
    signed = RequestValidator(TOKEN).compute_signature(BASE + STATUS, TEXT)
    assert (await call(client, INBOUND, TEXT, signature=signed)).status == 403


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (INBOUND, {}),
        (INBOUND, {"Body": "1"}),
        (INBOUND, {"MessageSid": "nonsense", "From": "+8613912345678"}),
        (STATUS, {"MessageSid": SID}),
        (STATUS, {"MessageStatus": "delivered"}),
    ],
)
async def test_signed_nonsense_is_malformed(
    client: Client, steps: Steps, path: str, form: dict[str, str]
) -> None:
    assert (await call(client, path, form)).status == 400
    assert [e.why for e in await refusals(steps)] == ["malformed"]
    assert await rows(steps, Receipt) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"a=" + b"&a=" * 5000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"", ""),
        (b"From=%00&MessageSid=%ff", "application/x-www-form-urlencoded; charset=nonsense"),
    ],
)
async def test_raw_nonsense_is_never_our_error(client: Client, body: bytes, kind: str) -> None:
    for path in (INBOUND, STATUS, "/webhooks/twilio/status/nonsense"):
        headers = {"Content-Type": kind, "X-Twilio-Signature": "x"}
        answer = await client.post(path, data=body, headers=headers)
        assert 400 <= answer.status < 500, path


async def test_strange_texts_are_kept(client: Client, steps: Steps) -> None:
    for number, body in enumerate(("", "👍" * 400, "\u200b", "x" * 10_000)):
        form = {**TEXT, "Body": body, "MessageSid": f"SM{number:032d}"}
        assert (await call(client, INBOUND, form)).status == 200
    assert len(await rows(steps, Inbound)) == 4


@pytest.mark.parametrize("is_told", [True, False], ids=["with its length", "without"])
async def test_oversized_calls_are_refused_and_written_down(
    client: Client, steps: Steps, is_told: bool
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b"Body=" + b"x" * 1000

    data: Any = io.BytesIO(b"Body=" + b"x" * 70_000) if is_told else endless()
    answer = await client.post(INBOUND, data=data)
    assert answer.status == 413
    assert [e.why for e in await refusals(steps)] == ["too_large"]
    assert await rows(steps, Inbound) == []


async def refusals(steps: Steps) -> list[AuditEntry]:
    return [e for e in await rows(steps, AuditEntry) if e.action == "webhook.refused"]


async def test_origin_rules_do_not_stop_the_gateway(client: Client) -> None:
    signed = RequestValidator(TOKEN).compute_signature(BASE + INBOUND, TEXT)
    headers = {"X-Twilio-Signature": signed, "Origin": "https://elsewhere.example"}
    assert (await client.post(INBOUND, data=TEXT, headers=headers)).status == 200


async def test_other_gateways_are_not_there(client: Client) -> None:
    for method in ("GET", "POST"):
        answer = await client.request(method, "/webhooks/aliyun/receipts")
        assert answer.status == 404
        assert (await answer.json())["error"]["code"] == "gateway_not_configured"
