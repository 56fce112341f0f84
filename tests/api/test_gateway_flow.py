"""The whole way over real connections: text out, report and reply in, with both gateways' real SDKs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from aiohttp.test_utils import TestServer, unused_port

from api.app import create_app
from api.context import ApiContext
from config.clock import ManualClock
from config.settings import Settings
from domain.messages import MessageStatus
from models.messages import Inbound, Message
from notifications.factory import create_gateway, webhook_addresses
from notifications.gateways.protocol import Gateway
from services.messages import queue_message
from services.people import volunteer_recipient
from services.phones import DatabasePhones
from services.polling import poll_inbound
from services.sending import send_message
from services.settling import settle_message
from services.steps import Step, Steps
from tests.api import test_aliyun_calls, test_webhooks
from tests.factories import add_volunteer
from tests.standins.aliyun import AliyunStandin
from tests.standins.faults import Trouble
from tests.standins.twilio import TwilioStandin
from tests.standins.twilio_contract import load_contract

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Standin = TwilioStandin | AliyunStandin
PHONE = "+8613912345678"


@pytest.fixture(params=["twilio", "aliyun"])
async def standin(request: pytest.FixtureRequest, clock: ManualClock) -> AsyncIterator[Standin]:
    made: Standin
    if request.param == "twilio":
        made = TwilioStandin(auth_token=test_webhooks.TOKEN, now=clock.now, contract=load_contract())
        made.account_sid = "AC" + "0" * 32
    else:
        made = AliyunStandin(key_id="key", key_secret="secret", now=clock.now)
    async with made as running:
        yield running
    if isinstance(made, TwilioStandin):
        assert made.violations == []


@pytest.fixture
def port() -> int:
    return unused_port()


@pytest.fixture
def settings(database_url: str, standin: Standin, port: int) -> Settings:
    ours = {"public_base_url": f"http://127.0.0.1:{port}"}
    if isinstance(standin, TwilioStandin):
        ours |= {"twilio_api_base": standin.base}
        return test_webhooks.make_settings(database_url).model_copy(update=ours)
    ours |= {"aliyun_endpoint": standin.base}
    return test_aliyun_calls.make_settings(database_url).model_copy(update=ours)


@pytest.fixture
async def gateway(settings: Settings, steps: Steps) -> AsyncIterator[Gateway]:
    made = create_gateway(settings, DatabasePhones(steps.db))
    yield made
    await made.close()


@pytest.fixture(autouse=True)
async def server(app_context: ApiContext, port: int) -> AsyncIterator[None]:
    """Our web server at the address that the gateway calls."""
    running = TestServer(create_app(app_context, with_pages=False), port=port)
    await running.start_server()
    yield
    await running.close()


@pytest.fixture
async def message_id(steps: Steps) -> UUID:
    """A text that is due."""

    async def work(step: Step) -> UUID:
        to = volunteer_recipient(await add_volunteer(step, phone=PHONE))
        message = await queue_message(
            step, "V5", to, "test", {"code": "T4829-1742"}, moment=step.now + timedelta(hours=3)
        )
        assert message is not None
        return message.id

    return await steps.run("system", work)


async def status_of(steps: Steps, message_id: UUID) -> tuple[MessageStatus, bool]:
    (message,) = [m for m in await test_webhooks.rows(steps, Message) if m.id == message_id]
    return message.status, bool(message.closed_at)


async def report(standin: Standin, settings: Settings) -> int:
    if isinstance(standin, TwilioStandin):
        return await standin.report(standin.messages[0], "delivered")
    status, _ = await standin.report(webhook_addresses(settings)["receipts"], standin.kept[0])
    return status


async def test_out_reported_and_answered(
    steps: Steps, settings: Settings, gateway: Gateway, standin: Standin, message_id: UUID
) -> None:
    assert await send_message(steps, gateway, message_id) == "accepted"
    assert await status_of(steps, message_id) == (MessageStatus.ACCEPTED, False)
    assert await report(standin, settings) in (200, 204)
    assert await status_of(steps, message_id) == (MessageStatus.DELIVERED, True)
    address = webhook_addresses(settings)["replies"]
    if isinstance(standin, TwilioStandin):
        assert await standin.say(address, PHONE, "T4829-1742 1") == 200
    else:
        assert await standin.say(address, PHONE.removeprefix("+86"), "T4829-1742 1") == (
            200,
            '{"code":0,"msg":"成功"}',
        )
    (inbound,) = await test_webhooks.rows(steps, Inbound)
    assert (inbound.phone, inbound.text) == (PHONE, "T4829-1742 1")


@pytest.mark.parametrize(
    "trouble", [Trouble.DROP_AFTER, Trouble.UNAVAILABLE_AFTER, Trouble.UNAVAILABLE_BEFORE]
)
async def test_doubt_is_settled_by_asking_and_the_text_is_there_once(
    steps: Steps, gateway: Gateway, standin: Standin, message_id: UUID, clock: ManualClock, trouble: Trouble
) -> None:
    standin.troubles.append(trouble)
    assert await send_message(steps, gateway, message_id) == "indoubt"
    clock.advance(timedelta(minutes=5))
    settled = await settle_message(steps, gateway, message_id)
    assert settled == ("found" if trouble.is_taken else "not_found")
    if not trouble.is_taken:
        assert await send_message(steps, gateway, message_id) == "accepted"
    taken = standin.messages if isinstance(standin, TwilioStandin) else standin.kept
    assert len(taken) == 1


async def test_a_report_settles_doubt_without_asking(
    steps: Steps, settings: Settings, gateway: Gateway, standin: Standin, message_id: UUID
) -> None:
    standin.troubles.append(Trouble.DROP_AFTER)
    await send_message(steps, gateway, message_id)
    assert await report(standin, settings) in (200, 204)
    assert await status_of(steps, message_id) == (MessageStatus.DELIVERED, True)
    assert await settle_message(steps, gateway, message_id) == "settled"


async def test_replies_missed_by_the_webhook_are_fetched_where_the_gateway_lists_them(
    steps: Steps, gateway: Gateway, standin: Standin
) -> None:
    if isinstance(standin, AliyunStandin):
        assert await poll_inbound(steps, gateway) == 0
        return
    standin.receive(PHONE, "1")
    assert await poll_inbound(steps, gateway) == 1
    (inbound,) = await test_webhooks.rows(steps, Inbound)
    assert (inbound.phone, inbound.text) == (PHONE, "1")
