"""Calls that are signed, or come to the secret address, and hold anything at all: never an error of ours."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from config.settings import Settings
from models.messages import Inbound, Receipt
from notifications.factory import create_gateway
from notifications.gateways.protocol import Gateway
from services import inbound
from services.phones import DatabasePhones
from services.steps import Steps
from tests.api import test_aliyun_calls, test_webhooks
from tests.api.conftest import Client

STRANGE = (
    "",
    " ",
    "\x00",
    "1\x00",
    "\u202e1",
    "\ufffd",
    "'; DROP TABLE inbound; --",
    "<script>",
    "0",
    "-1",
    "null",
    "9" * 400,
    "x" * 3_000,
    "𠮷" * 500,
    "+86",
    "+8613912345678",
    "SM" + "0" * 32,
    "delivered",
)


@pytest.fixture(params=["twilio", "aliyun"])
def settings(database_url: str, request: pytest.FixtureRequest) -> Settings:
    make = {"aliyun": test_aliyun_calls.make_settings, "twilio": test_webhooks.make_settings}
    return make[request.param](database_url)


@pytest.fixture
def gateway(settings: Settings, steps: Steps) -> Gateway:
    return create_gateway(settings, DatabasePhones(steps.db))


async def calls(client: Client, gateway: Gateway) -> list[tuple[int, str]]:
    """Every field with everything strange; returns the status of each answer and what it was about."""
    answered = []
    if gateway.name == "twilio":
        report = {"MessageSid": "SM" + "1" * 32, "MessageStatus": "failed", "ErrorCode": "30003"}
        for path, form in ((test_webhooks.INBOUND, test_webhooks.TEXT), (test_webhooks.STATUS, report)):
            for name in form:
                for value in STRANGE:
                    answer = await test_webhooks.call(client, path, {**form, name: value})
                    answered.append((answer.status, f"{path} {name}={value[:20]!r}"))
        for attempt in ("nonsense", "0", "%00", "01900000-0000-7000-8000-00000000000g", "x" * 300):
            path = f"/webhooks/twilio/status/{attempt}"
            answered.append(((await test_webhooks.call(client, path, report)).status, path))
        return answered
    for path, entry in (
        (test_aliyun_calls.RECEIPTS, test_aliyun_calls.RECEIPT),
        (test_aliyun_calls.REPLIES, test_aliyun_calls.REPLY),
    ):
        for name in entry:
            for value in (*STRANGE, None, 1, -1.5, True, [], {}, [1], {"a": 1}, 10**40):
                body = json.dumps([{**entry, name: value}])
                answer = await client.post(path, data=body, headers={"Content-Type": "application/json"})
                answered.append((answer.status, f"{path} {name}={str(value)[:20]!r}"))
    return answered


async def test_anything_in_any_field_is_taken_or_refused(
    client: Client, steps: Steps, gateway: Gateway
) -> None:
    answered = await calls(client, gateway)
    assert [told for told in answered if not 200 <= told[0] < 500] == []
    stored: list[Any] = await test_webhooks.rows(steps, Inbound)
    assert stored, "strange texts are kept"
    for row in stored:
        assert await steps.run("system", partial(inbound.read_inbound, inbound_id=row.id))
    assert all(row.read_at is not None for row in await test_webhooks.rows(steps, Inbound))
    assert await test_webhooks.rows(steps, Receipt)
