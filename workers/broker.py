"""The queue of a process: dramatiq in memory, on Redis, or on RabbitMQ; messages carry row ids only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import dramatiq
from dramatiq.broker import Broker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import AgeLimit, Callbacks, Pipelines, ShutdownNotifications

from config.settings import Settings
from workers.actors import ACTORS, run_actor
from workers.context import WorkerContext

# The row falls due again by itself; an old hint is worth nothing.
HINT_AGE_MS = 10 * 60 * 1000
# Redis hands a dead worker's messages on only within "maintenance", which by default hardly ever runs.
REDIS_HEARTBEAT_MS = 5_000
ALWAYS = 1_000_000

Send = Callable[[str, list[UUID]], None]


def create_broker(settings: Settings) -> Broker:
    """A broker without retries: attempts and delays live in the rows."""
    middleware = [AgeLimit(max_age=HINT_AGE_MS), ShutdownNotifications(), Callbacks(), Pipelines()]
    url = settings.broker_url
    if settings.is_embedded:
        return StubBroker(middleware=middleware)
    if url.startswith("redis"):
        from dramatiq.brokers.redis import RedisBroker  # only where Redis is used

        return RedisBroker(  # type: ignore[no-untyped-call]  # dramatiq leaves this one untyped
            url=url,
            middleware=middleware,
            heartbeat_timeout=REDIS_HEARTBEAT_MS,
            maintenance_chance=ALWAYS,
        )
    from dramatiq.brokers.rabbitmq import RabbitmqBroker  # only where RabbitMQ is used

    return RabbitmqBroker(url=url, middleware=middleware, confirm_delivery=True)


def declare_actors(
    broker: Broker, loop: asyncio.AbstractEventLoop | None, context: WorkerContext | None
) -> None:
    """Register every actor. A process that only sends needs neither loop nor context.

    Actors run their coroutine on the process's own loop: one loop, one database engine.
    """
    for name, spec in ACTORS.items():
        declare = dramatiq.actor(
            broker=broker, actor_name=name, queue_name=spec.queue, priority=spec.priority
        )
        declare(_runner(name, spec.seconds, loop, context))


def _runner(
    name: str, seconds: int, loop: asyncio.AbstractEventLoop | None, context: WorkerContext | None
) -> Callable[[list[str]], None]:
    def run(ids: list[str]) -> None:
        if loop is None or context is None:
            raise RuntimeError("this process only sends; it has no workers")
        work = asyncio.wait_for(run_actor(context, name, [UUID(i) for i in ids]), seconds)
        asyncio.run_coroutine_threadsafe(work, loop).result()

    return run


def create_send(broker: Broker) -> Send:
    """How scheduler and services hand ids to an actor by its name."""

    def send(actor_name: str, ids: list[UUID]) -> None:
        actor: dramatiq.Actor[Any, Any] = broker.get_actor(actor_name)
        actor.send([str(i) for i in ids])

    return send
