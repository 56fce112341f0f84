"""Aliyun's calls: at the secret address they are stored once, anywhere else they are refused."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import orjson
import pytest
from pydantic import SecretStr
from sqlmodel import select

from config.clock import ManualClock
from config.settings import Settings
from models.audit import AuditEntry
from models.messages import Inbound, Receipt
from models.scope import SYSTEM
from notifications.factory import create_gateway
from notifications.gateways.protocol import Gateway
from services.phones import DatabasePhones
from services.steps import Steps
from tests.api.conftest import Client

SECRET = "secret-of-the-address"
RECEIPTS, REPLIES = f"/webhooks/aliyun/{SECRET}/receipts", f"/webhooks/aliyun/{SECRET}/replies"
RECEIPT = {"phone_number": "13912345678", "success": True, "err_code": "DELIVERED", "biz_id": "9001^0"}
REPLY = {"phone_number": "13912345678", "content": "1", "dest_code": "1234", "sequence_id": "77"}
DONE = {"code": 0, "msg": "成功"}


def make_settings(database_url: str) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own argument
        database_url=database_url,
        sms_gateway="aliyun",
        aliyun_access_key_id="key",
        aliyun_access_key_secret=SecretStr("secret"),
        aliyun_sign_name="长沙退管",
        aliyun_endpoint="http://127.0.0.1:9",
        aliyun_webhook_secret=SecretStr(SECRET),
    )


@pytest.fixture
def settings(database_url: str) -> Settings:
    return make_settings(database_url)


@pytest.fixture
def gateway(settings: Settings, steps: Steps) -> Gateway:
    return create_gateway(settings, DatabasePhones(steps.db))


async def rows(steps: Steps, table: Any) -> list[Any]:
    async with steps.db.read(SYSTEM) as session:
        return list(await session.scalars(select(table)))


async def test_a_batch_of_receipts_is_stored_once(client: Client, steps: Steps) -> None:
    second = {**RECEIPT, "biz_id": "9002^0", "success": False, "err_code": "UNDELIV"}
    for _ in range(2):
        answer = await client.post(RECEIPTS, json=[RECEIPT, "nonsense", second])
        assert (answer.status, answer.content_type) == (200, "application/json")
        assert await answer.json() == DONE
    stored = sorted(await rows(steps, Receipt), key=lambda row: str(row.gateway_ref))
    assert [(row.gateway_ref, row.status, row.code) for row in stored] == [
        ("9001^0", "delivered", ""),
        ("9002^0", "undelivered", "UNDELIV"),
    ]


async def test_replies_are_stored_raw_and_once(client: Client, steps: Steps) -> None:
    for _ in range(2):
        assert await (await client.post(REPLIES, json=[REPLY, {**REPLY, "sequence_id": 78}])).json() == DONE
    stored = await rows(steps, Inbound)
    assert {row.dedupe_key for row in stored} == {"aliyun/77", "aliyun/78"}
    assert {(row.phone, row.text, row.read_at) for row in stored} == {("+8613912345678", "1", None)}


async def test_a_wrong_address_is_refused_and_written_down(
    client: Client, steps: Steps, clock: ManualClock
) -> None:
    for path in ("/webhooks/aliyun/guess/receipts", "/webhooks/aliyun/%00/replies"):
        assert (await client.post(path, json=[RECEIPT])).status == 403
    for method, path in (
        ("POST", "/webhooks/aliyun/receipts"),
        ("GET", RECEIPTS),
        ("POST", "/webhooks/aliyun/"),
    ):
        assert (await client.request(method, path)).status == 404
    assert (await client.post("/webhooks/twilio/inbound", data={"Body": "1"})).status == 404
    assert await rows(steps, Receipt) == []
    found = [entry for entry in await rows(steps, AuditEntry) if entry.action == "webhook.refused"]
    assert [entry.who for entry in found] == ["gateway:aliyun"] * 2


async def test_a_flood_of_forged_calls_does_not_fill_the_audit_trail(
    client: Client, steps: Steps, clock: ManualClock
) -> None:
    for _ in range(70):
        assert (await client.post("/webhooks/aliyun/guess/receipts", json=[])).status == 403
    assert len(await rows(steps, AuditEntry)) == 60
    clock.advance(timedelta(minutes=2))
    await client.post("/webhooks/aliyun/guess/receipts", json=[])
    assert len(await rows(steps, AuditEntry)) == 61


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"{}", "application/json"),
        (b"[" * 30_000, "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[]", "text/plain"),
        (b"a=1", "application/x-www-form-urlencoded"),
        (orjson.dumps([RECEIPT] * 501), "application/json"),
    ],
)
async def test_what_is_no_batch_is_malformed(client: Client, steps: Steps, body: bytes, kind: str) -> None:
    for path in (RECEIPTS, REPLIES):
        answer = await client.post(path, data=body, headers={"Content-Type": kind})
        assert answer.status in (400, 413), path
    assert await rows(steps, Receipt) == []


async def test_oversized_batches_are_refused(client: Client) -> None:
    body = io.BytesIO(b"[" + b" " * 70_000 + b"]")
    assert (
        await client.post(RECEIPTS, data=body, headers={"Content-Type": "application/json"})
    ).status == 413


async def test_hostile_entries_are_left_out_or_stored_as_they_are(client: Client, steps: Steps) -> None:
    injected = "\u0000'; DROP TABLE inbound; --"
    nasty: list[object] = [
        {**REPLY, "sequence_id": "1", "content": injected},
        {**REPLY, "sequence_id": "2", "content": "𠮷👍" * 400},
        {**REPLY, "sequence_id": "3\u0000"},
        {**REPLY, "sequence_id": "4", "phone_number": "0" * 1000},
        {**REPLY, "sequence_id": "5", "content": None, "dest_code": "9" * 200},
        {**REPLY, "sequence_id": "6", "send_time": "yesterday"},
        [],
    ]
    assert (await client.post(REPLIES, json=nasty)).status == 200
    stored = {row.dedupe_key: row.text for row in await rows(steps, Inbound)}
    assert set(stored) == {f"aliyun/{number}" for number in (1, 2, 5, 6)}
    assert stored["aliyun/1"] == injected
    assert stored["aliyun/5"] == ""
    receipts = [{**RECEIPT, "err_code": "\u0000<b>" + "x" * 200, "success": False}]
    assert (await client.post(RECEIPTS, json=receipts)).status == 200
    (receipt,) = await rows(steps, Receipt)
    assert receipt.code == "b" + "x" * 15
