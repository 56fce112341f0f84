"""Our application on a port of its own and a local Twilio that calls it: nothing between them is faked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from aiohttp.test_utils import TestServer, unused_port
from pydantic import SecretStr

from api.app import create_app
from api.context import ApiContext
from config.clock import ManualClock
from config.settings import Settings
from domain.messages import MessageStatus
from models.messages import Message
from notifications.factory import create_gateway
from notifications.gateways.twilio import TwilioGateway
from services.messages import queue_message
from services.people import volunteer_recipient
from services.phones import DatabasePhones
from services.sending import send_messages
from services.steps import Step, Steps
from tests.factories import add_volunteer
from tests.services.play import Play
from tests.services.scenes import row
from tests.standins.twilio import TwilioStandin
from tests.standins.twilio_answers import IN, Stored
from workers.context import WorkerContext

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "0123456789abcdef0123456789abcdef", "+15005550006"


@dataclass
class Wired:
    """A product that sends through the stand-in, and what the stand-in took."""

    play: Play
    twilio: TwilioStandin
    gateway: TwilioGateway
    base: str
    context: ApiContext

    @property
    def taken(self) -> list[Stored]:
        return [m for m in self.twilio.messages if m.direction != IN]

    def taken_for(self, message: Message) -> list[Stored]:
        return [m for m in self.taken if m.to == message.phone and m.body == message.text]

    async def intend(self, count: int = 1, *, fresh: timedelta = timedelta(hours=8)) -> list[UUID]:
        """Texts to so many volunteers, due now."""

        async def work(step: Step) -> list[UUID]:
            ids = []
            for number in range(count):
                to = volunteer_recipient(await add_volunteer(step))
                message = await queue_message(
                    step,
                    "V5",
                    to,
                    f"nasty/{number}/{step.now}",
                    {"code": "T4829-1742"},
                    moment=step.now + fresh,
                )
                assert message is not None
                ids.append(message.id)
            return ids

        ids = await self.play.steps.run("system", work)
        self.play.queue.clear()
        return ids

    async def send(self, *ids: UUID) -> int:
        return await send_messages(self.play.steps, self.gateway, ids)

    async def message(self, message_id: UUID) -> Message:
        found: Message = await row(self.play, Message, message_id)
        return found

    async def status(self, message_id: UUID) -> MessageStatus:
        return (await self.message(message_id)).status


def make_settings(database_url: str, port: int, api_base: str) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own argument
        database_url=database_url,
        sms_gateway="twilio",
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_from=NUMBER,
        twilio_api_base=api_base,
        public_base_url=f"http://127.0.0.1:{port}",
    )


@asynccontextmanager
async def wire(steps: Steps, clock: ManualClock, database_url: str) -> AsyncIterator[Wired]:
    """Both sides while the test runs; the stand-in's clock is the test's."""
    port = unused_port()
    async with TwilioStandin(account_sid=ACCOUNT, auth_token=TOKEN, number=NUMBER, now=clock.now) as twilio:
        settings = make_settings(database_url, port, twilio.base)
        gateway = create_gateway(settings, DatabasePhones(steps.db))
        assert isinstance(gateway, TwilioGateway)
        play = Play(steps, clock)
        play.context = WorkerContext(steps, gateway)
        context = ApiContext(settings=settings, db=steps.db, steps=steps, clock=clock, gateway=gateway)
        server = TestServer(create_app(context, with_pages=False), port=port)
        await server.start_server()
        try:
            yield Wired(play, twilio, gateway, f"http://127.0.0.1:{port}", context)
        finally:
            await server.close()
            await gateway.close()
