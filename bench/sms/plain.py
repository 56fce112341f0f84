"""What most applications would write: one dramatiq actor per text, which sends and then marks it.

`python -m bench.sms.plain worker` (`web` takes the gateway's reports, one transaction each). It loses nothing
while nothing goes wrong, and has no claim, no attempt, no check that the text is still true, no digest, no
limits and no pace: the least that any such design costs.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from threading import Event
from uuid import UUID

import dramatiq
from aiohttp import web
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel import col, select
from twilio.http.async_http_client import (  # type: ignore[import-untyped]  # the SDK ships no types
    AsyncTwilioHttpClient,
)
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # the SDK ships no types
from twilio.rest import Client  # type: ignore[import-untyped]  # the SDK ships no types

from config.settings import Settings, load_settings
from domain.messages import MessageStatus
from models.messages import Message
from models.seal import use_keys
from tanfang.keys import load_keys

THREADS = 8  # dramatiq's own default
PATH = "/status"


def declare(settings: Settings) -> dramatiq.Actor[[str], None]:
    """The actor and its broker."""
    broker = RedisBroker(url=settings.broker_url)  # type: ignore[no-untyped-call]  # dramatiq leaves it untyped
    broker.add_middleware(AsyncIO())
    parts: dict[str, object] = {}

    async def send_text(message_id: str) -> None:
        if not parts:
            engine = create_async_engine(settings.database_url, pool_size=THREADS)
            client = Client(
                settings.twilio_account_sid,
                settings.twilio_auth_token.get_secret_value(),
                http_client=AsyncTwilioHttpClient(),
            )
            client.api.base_url = settings.twilio_api_base
            parts.update(session=async_sessionmaker(engine, expire_on_commit=False), client=client)
        async with parts["session"]() as session:  # type: ignore[operator]  # a session maker
            message = await session.scalar(select(Message).where(col(Message.id) == UUID(message_id)))
            sent = await parts["client"].messages.create_async(  # type: ignore[attr-defined]  # a client
                to=message.phone,
                body=message.text,
                from_=settings.twilio_from,
                status_callback=f"{settings.public_base_url}{PATH}#rc=5&rp=all",
            )
            message.status, message.gateway_ref = MessageStatus.SENT, sent.sid
            await session.commit()

    return dramatiq.actor(broker=broker, actor_name="plain.send", queue_name="plain")(send_text)


async def serve(settings: Settings, ready: str) -> None:
    """Reports by the gateway's name of the text; one that came too early is asked for again."""
    # Without the pool's overflow, whose connections are opened and closed for each call of a burst.
    engine = create_async_engine(settings.database_url, pool_size=20, max_overflow=0)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    validator = RequestValidator(settings.twilio_auth_token.get_secret_value())

    async def take(request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(f"{settings.public_base_url}{PATH}", form, signature):
            raise web.HTTPForbidden
        async with sessions() as session:
            wanted = select(Message).where(col(Message.gateway_ref) == form["MessageSid"])
            message = await session.scalar(wanted)
            if message is None:
                raise web.HTTPServiceUnavailable
            if message.status is not MessageStatus.DELIVERED:
                message.status = MessageStatus(form["MessageStatus"])
            await session.commit()
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post(PATH, take)
    runner = web.AppRunner(app)
    await runner.setup()
    host, _, port = settings.listen.rpartition(":")
    await web.TCPSite(runner, host, int(port)).start()
    Path(ready).touch()  # noqa: ASYNC240  # once, on a temporary folder
    await asyncio.Event().wait()


async def enqueue_all(settings: Settings) -> int:
    """A task for each text."""
    actor = declare(settings)
    engine = create_async_engine(settings.database_url)
    async with engine.connect() as connection:
        ids = [row[0] for row in await connection.execute(select(col(Message.id)))]
    await engine.dispose()
    for message_id in ids:
        actor.send(str(message_id))
    return len(ids)


def main() -> None:
    settings, ready = load_settings(), os.environ["BENCH_READY"]
    use_keys(load_keys(settings))
    if sys.argv[1:] == ["web"]:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        asyncio.run(serve(settings, ready))
    worker = dramatiq.Worker(declare(settings).broker, worker_threads=THREADS)
    worker.broker.emit_after("process_boot")
    worker.start()
    Path(ready).touch()
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stop.wait()
    sys.exit(0)


if __name__ == "__main__":
    main()
