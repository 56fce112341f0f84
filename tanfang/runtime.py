"""What starts in which process: the composition root.

The embedded default runs every role in one process; at scale each role is a process of its own.
"""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import structlog
from aiohttp import web
from dramatiq import Worker
from dramatiq.broker import Broker

from config.clock import Clock, SystemClock
from config.settings import Settings
from models.database import Database
from models.seal import use_keys
from notifications.factory import create_gateway
from notifications.gateways.protocol import Gateway
from notifications.preview import check_texts
from scheduler.metronome import create_metronome
from scheduler.ticks import Send
from services.draining import Drain
from services.phones import DatabasePhones
from services.steps import Steps
from tanfang.keys import load_keys
from workers.broker import create_broker, create_send, declare_actors
from workers.context import WorkerContext

log = structlog.get_logger()
Role = Literal["api", "worker", "scheduler"]
ALL_ROLES: tuple[Role, ...] = ("api", "worker", "scheduler")
TICK_SECONDS = 2.0


@dataclass
class Runtime:
    """The parts of a running process."""

    settings: Settings
    clock: Clock
    db: Database
    steps: Steps
    gateway: Gateway
    broker: Broker
    send: Send
    drain: Drain


@asynccontextmanager
async def create_runtime(
    settings: Settings,
    *,
    clock: Clock | None = None,
    wrap_gateway: Callable[[Gateway], Gateway] | None = None,
    durable: bool = True,
) -> AsyncIterator[Runtime]:
    """Keys, database, steps, gateway and broker on the running loop; closed at the end."""
    use_keys(load_keys(settings))
    db = Database(settings.database_url, durable=durable)
    gateway = create_gateway(settings, DatabasePhones(db))
    check_texts(gateway, settings.signature)
    if wrap_gateway is not None:
        gateway = wrap_gateway(gateway)
    broker = create_broker(settings)
    send = create_send(broker)
    chosen = clock or SystemClock()
    steps = Steps(db, chosen, settings.zone, send, settings.signature, gateway.contract)
    context = WorkerContext(steps, gateway)
    declare_actors(broker, asyncio.get_running_loop(), context)
    try:
        yield Runtime(settings, chosen, db, steps, gateway, broker, send, context.drain)
    finally:
        await gateway.close()
        await asyncio.to_thread(broker.close)
        await db.close()


@asynccontextmanager
async def run_roles(
    runtime: Runtime, roles: tuple[Role, ...], *, tick_seconds: float = TICK_SECONDS
) -> AsyncIterator[None]:
    """Start the roles; stop them in the order that loses least: no new work, then work, then answers."""
    async with AsyncExitStack() as stack:
        if "api" in roles:
            await stack.enter_async_context(_serve_api(runtime))
        if "worker" in roles:
            await stack.enter_async_context(_work(runtime))
        if "scheduler" in roles:
            metronome = create_metronome(runtime.steps, runtime.send, tick_seconds)
            metronome.start()
            stack.callback(metronome.shutdown, wait=False)
        log.info("process.started", roles=list(roles))
        yield
    log.info("process.stopped", roles=list(roles))


@asynccontextmanager
async def _work(runtime: Runtime) -> AsyncIterator[None]:
    worker = Worker(runtime.broker, worker_threads=runtime.settings.worker_threads, worker_timeout=200)
    # An embedded worker does not say so by itself; middleware that starts threads waits for it.
    runtime.broker.emit_after("process_boot")
    worker.start()
    try:
        yield
    finally:
        runtime.drain.stop()
        # The threads wait for coroutines of this loop, so the loop must go on while they stop.
        await asyncio.to_thread(worker.stop, 30_000)


@asynccontextmanager
async def _serve_api(runtime: Runtime) -> AsyncIterator[None]:
    from api.app import create_app  # workers need no web server
    from api.context import ApiContext  # as above

    app = create_app(
        ApiContext(
            settings=runtime.settings,
            db=runtime.db,
            steps=runtime.steps,
            clock=runtime.clock,
            gateway=runtime.gateway,
        )
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    site = web.TCPSite(runner, runtime.settings.host, runtime.settings.port)
    await site.start()
    try:
        yield
    finally:
        await runner.cleanup()


async def until_stopped() -> None:
    """Wait for Ctrl-C or a polite signal.

    What was loaded by now lives as long as the process: looking for garbage in it again and again costs a
    tenth of its time under load.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # rows and requests are young and many: most go without being looked at
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()
