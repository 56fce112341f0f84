"""When we cannot store a call the gateway has to call again; when it does, there is one effect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from api import webhooks
from config.settings import Settings
from domain.messages import MessageStatus
from models.ids import new_id
from models.messages import Attempt, Inbound, Message, Receipt
from notifications.factory import create_gateway
from notifications.gateways.protocol import Gateway
from services.messages import queue_message
from services.people import volunteer_recipient
from services.phones import DatabasePhones
from services.steps import Step, Steps
from tests.api import test_aliyun_calls, test_webhooks
from tests.api.conftest import Client
from tests.factories import add_volunteer

SID = "SM" + "7" * 32


@pytest.fixture(params=["twilio", "aliyun"])
def settings(database_url: str, request: pytest.FixtureRequest) -> Settings:
    make = {"aliyun": test_aliyun_calls.make_settings, "twilio": test_webhooks.make_settings}
    return make[request.param](database_url)


@pytest.fixture
def gateway(settings: Settings, steps: Steps) -> Gateway:
    return create_gateway(settings, DatabasePhones(steps.db))


async def report(
    client: Client, gateway: Gateway, attempt: UUID, delivered: bool = True, ref: str = SID
) -> Any:
    """A report of the gateway at hand about an attempt."""
    if gateway.name == "aliyun":
        entry = {**test_aliyun_calls.RECEIPT, "biz_id": ref, "out_id": str(attempt), "success": delivered}
        return await client.post(test_aliyun_calls.RECEIPTS, json=[entry])
    form = {"MessageSid": ref, "MessageStatus": "delivered" if delivered else "undelivered"}
    return await test_webhooks.call(client, f"/webhooks/twilio/status/{attempt}", form)


async def reply(client: Client, gateway: Gateway) -> Any:
    if gateway.name == "aliyun":
        return await client.post(test_aliyun_calls.REPLIES, json=[test_aliyun_calls.REPLY])
    return await test_webhooks.call(client, test_webhooks.INBOUND, test_webhooks.TEXT)


def fail_with(monkeypatch: pytest.MonkeyPatch, steps: Steps, error: BaseException) -> None:
    @asynccontextmanager
    async def write(*_: object) -> AsyncIterator[AsyncSession]:
        raise error
        yield  # pragma: no cover  # makes it a generator

    monkeypatch.setattr(steps.db, "write", write)


DOWN = [
    OperationalError("BEGIN", {}, Exception("down")),
    ConnectionRefusedError("down"),
    PoolTimeout("full"),
    TimeoutError("slow"),
]


@pytest.mark.parametrize("error", DOWN, ids=lambda error: type(error).__name__)
async def test_a_database_that_is_down_makes_the_gateway_call_again(
    client: Client, steps: Steps, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    with monkeypatch.context() as trouble:
        fail_with(trouble, steps, error)
        with capture_logs() as logs:
            for answer in (await reply(client, gateway), await report(client, gateway, new_id())):
                assert answer.status == 503
                assert (await answer.json())["error"]["code"] == "service_unavailable"
        assert [line["event"] for line in logs].count("webhook.not_stored") == 2
    assert (await reply(client, gateway)).status == 200
    assert (await report(client, gateway, new_id())).status in (200, 204)
    assert len(await test_webhooks.rows(steps, Inbound)) == 1, "the second call has stored it"
    assert len(await test_webhooks.rows(steps, Receipt)) == 1


async def test_a_database_that_hangs_does_not_keep_the_gateway_waiting(
    client: Client, steps: Steps, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def write(*_: object) -> AsyncIterator[AsyncSession]:
        await asyncio.Event().wait()
        yield  # type: ignore[misc]  # never reached

    monkeypatch.setattr(webhooks, "SECONDS_TO_STORE", 0.05)
    monkeypatch.setattr(steps.db, "write", write)
    assert (await reply(client, gateway)).status == 503


async def test_forged_calls_are_refused_also_while_the_database_is_down(
    client: Client, steps: Steps, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, steps, DOWN[0])
    path = "/webhooks/aliyun/guess/replies" if gateway.name == "aliyun" else test_webhooks.INBOUND
    assert (await client.post(path, data={"Body": "1"})).status == 403


async def sending(steps: Steps, gateway: Gateway) -> tuple[UUID, UUID]:
    """A text whose attempt is written and not yet answered; returns both ids."""

    async def work(step: Step) -> tuple[UUID, UUID]:
        to = volunteer_recipient(await add_volunteer(step))
        message = await queue_message(step, "V11", to, "test", {}, moment=step.now)
        assert message is not None
        await step.session.flush()  # the attempt names the message's row
        attempt = Attempt(
            id=new_id(),
            message_id=message.id,
            gateway=gateway.name,
            started_at=step.now,
            lease_until=step.now,
        )
        step.session.add(attempt)
        message.status, message.attempt_id, message.gateway = MessageStatus.SENDING, attempt.id, gateway.name
        return message.id, attempt.id

    return await steps.run("system", work)


async def message_of(steps: Steps, message_id: UUID) -> Message:
    (found,) = [m for m in await test_webhooks.rows(steps, Message) if m.id == message_id]
    message: Message = found
    return message


async def test_a_report_before_the_answer_binds_the_gateways_name(
    client: Client, steps: Steps, gateway: Gateway
) -> None:
    message_id, attempt_id = await sending(steps, gateway)
    assert (await report(client, gateway, attempt_id)).status in (200, 204)
    message = await message_of(steps, message_id)
    assert (message.status, message.gateway_ref) == (MessageStatus.DELIVERED, SID)


async def test_reports_in_the_wrong_order_and_again_change_nothing_more(
    client: Client, steps: Steps, gateway: Gateway
) -> None:
    message_id, attempt_id = await sending(steps, gateway)
    for delivered in (False, True, False, True):
        assert (await report(client, gateway, attempt_id, delivered)).status in (200, 204)
    assert (await message_of(steps, message_id)).status is MessageStatus.DELIVERED
    assert len(await test_webhooks.rows(steps, Receipt)) == 2


async def test_a_report_of_an_attempt_nobody_made_is_kept_without_effect(
    client: Client, steps: Steps, gateway: Gateway
) -> None:
    message_id, _ = await sending(steps, gateway)
    assert (await report(client, gateway, new_id())).status in (200, 204)
    (receipt,) = await test_webhooks.rows(steps, Receipt)
    assert receipt.applied_at is None
    assert (await message_of(steps, message_id)).status is MessageStatus.SENDING


async def test_the_same_call_ten_times_at_once_is_one(client: Client, steps: Steps, gateway: Gateway) -> None:
    _, attempt_id = await sending(steps, gateway)
    answers = await asyncio.gather(*(report(client, gateway, attempt_id) for _ in range(10)))
    answers += await asyncio.gather(*(reply(client, gateway) for _ in range(10)))
    assert {answer.status for answer in answers} <= {200, 204}
    assert len(await test_webhooks.rows(steps, Receipt)) == 1
    assert len(await test_webhooks.rows(steps, Inbound)) == 1
