"""A text goes out, its reports and an answer come back, over real connections."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from domain.messages import MessageStatus
from notifications.gateways.protocol import Receipt
from notifications.gateways.twilio import TwilioGateway
from notifications.gateways.webhooks import WebhookRequest
from tests.notifications.samples import NOW, PHONE, MakeGateway, outgoing
from tests.standins.twilio import TwilioStandin


class Receiver:
    """Our side of the webhooks on loopback, believing only what the gateway verifies."""

    def __init__(self) -> None:
        self.gateway: TwilioGateway | None = None
        self.receipts: list[Receipt] = []
        self.texts: list[str] = []
        self.address = ""

    async def handle(self, request: web.Request) -> web.Response:
        assert self.gateway
        got = WebhookRequest(request.method, request.raw_path, request.headers, await request.read())
        if not self.gateway.verify(got):
            return web.Response(status=403)
        if request.path.endswith("/inbound"):
            inbound, reply = self.gateway.parse_inbound(got)
            self.texts += [text.text for text in inbound]
        else:
            receipts, reply = self.gateway.parse_receipts(got)
            self.receipts += receipts
        return web.Response(status=reply.status, text=reply.body, content_type=reply.content_type)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    ours, app = Receiver(), web.Application()
    app.router.add_post("/webhooks/twilio/{tail:.*}", ours.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ours.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield ours
    await runner.cleanup()


async def test_the_way_there_and_back(
    twilio: TwilioStandin, make_gateway: MakeGateway, receiver: Receiver
) -> None:
    receiver.gateway = make_gateway(public_base_url=receiver.address)
    await receiver.gateway.send(outgoing(), NOW)
    (stored,) = twilio.messages
    assert await twilio.report(stored, "delivered") == 204
    assert await twilio.report(stored, "sent") == 204
    assert [receipt.status for receipt in receiver.receipts] == [MessageStatus.DELIVERED, MessageStatus.SENT]
    assert {(receipt.ref, receipt.attempt_id) for receipt in receiver.receipts} == {
        (stored.sid, outgoing().attempt_id)
    }
    inbound = receiver.address + "/webhooks/twilio/inbound"
    assert await twilio.say(inbound, PHONE, "T4829-1742 1，我准时到") == 200
    twilio.auth_token = "another"
    assert await twilio.say(inbound, PHONE, "2") == 403
    assert receiver.texts == ["T4829-1742 1，我准时到"]
