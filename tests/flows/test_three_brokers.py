"""The same flow on SQLite with the in-process queue, PostgreSQL with Redis, PostgreSQL with RabbitMQ.

Real broker, real workers in threads, real ticks; only the clock is held by the test.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from config.clock import ManualClock
from config.settings import load_settings
from domain.messages import MessageStatus
from domain.offers import OfferStatus
from domain.visits import VisitKind, VisitStatus
from models.messages import Message, PhoneText
from models.migrate import migrate_async
from models.scope import SYSTEM
from models.visits import Offer, Visit
from models.volunteers import Volunteer
from scheduler.metronome import look
from services import inbound
from services.doctor import examine
from services.steps import Step
from tanfang.runtime import Runtime, create_runtime, run_roles
from tests.factories import add_divisions, add_retiree, add_visit, add_volunteer

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECRET = "tests need a key of thirty-two bytes"
STACKS = [
    pytest.param(("sqlite", "memory"), id="sqlite-memory"),
    pytest.param(
        ("postgres", "valkey"), id="postgres-redis", marks=[pytest.mark.postgres, pytest.mark.redis]
    ),
    pytest.param(
        ("postgres", "rabbitmq"), id="postgres-rabbitmq", marks=[pytest.mark.postgres, pytest.mark.rabbitmq]
    ),
]


@pytest.fixture(params=STACKS)
def addresses(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Addresses of database and broker; the servers start when a test first asks for them."""
    database, broker = request.param
    sqlite = f"sqlite:///{tmp_path / 'flow.sqlite'}"
    url = sqlite if database == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    return url, "memory://" if broker == "memory" else request.getfixturevalue(f"{broker}_url")


@pytest.fixture
async def runtime(addresses: tuple[str, str], tmp_path: Path) -> AsyncIterator[Runtime]:
    settings = load_settings(
        database_url=addresses[0],
        broker_url=addresses[1],
        secret_key=SECRET,
        worker_threads=4,
        var_dir=tmp_path,
    )
    await migrate_async(settings.database_url)
    async with create_runtime(settings, clock=ManualClock(MONDAY)) as made, run_roles(made, ("worker",)):
        yield made


async def eventually(runtime: Runtime, holds: Callable[[], Awaitable[bool]]) -> None:
    """Tick until it holds: workers run beside us, so we look again rather than wait a fixed time.

    A row whose worker was refused by the database falls due again when its lease is over: for that
    the clock goes on, slowly, once the workers have had time.
    """
    assert isinstance(runtime.clock, ManualClock)
    for turn in range(400):
        await look(runtime.steps, runtime.send)
        if await holds():
            return
        await asyncio.sleep(0.05)
        if turn > 150:
            runtime.clock.advance(timedelta(seconds=2))
    raise AssertionError("did not come to pass within the time that workers need")


async def read(runtime: Runtime, query: Any) -> list[Any]:
    async with runtime.db.read(SYSTEM) as session:
        return list(await session.scalars(query))


async def say(runtime: Runtime, phone: str, text: str) -> None:
    key = f"{phone}/{text}/{runtime.clock.now().isoformat()}"
    await runtime.steps.run("phone", lambda step: inbound.receive(step, "simulator", phone, text, key))


async def test_from_due_to_completed(runtime: Runtime) -> None:
    clock = runtime.clock
    assert isinstance(clock, ManualClock)

    async def fill(step: Step) -> tuple[Visit, list[Volunteer]]:
        await add_divisions(step)
        retiree = await add_retiree(step)
        volunteers = [await add_volunteer(step) for _ in range(5)]
        return await add_visit(step, VisitKind.CARE, retiree.id), volunteers

    visit, volunteers = await runtime.steps.run("system", fill)
    phones = {v.id: v.phone for v in volunteers}

    async def status_is(*wanted: VisitStatus) -> bool:
        (row,) = await read(runtime, select(Visit).where(col(Visit.id) == visit.id))
        return row.status in wanted

    async def quiet() -> bool:
        under_way = col(Message.status) == MessageStatus.SENDING
        due = (col(Message.status) == MessageStatus.QUEUED) & (col(Message.send_at) <= clock.now())
        return not await read(runtime, select(Message).where(due | under_way))

    await eventually(runtime, lambda: status_is(VisitStatus.OFFERED))

    async def four_texts() -> bool:
        sent = await read(runtime, select(Message).where(col(Message.template) == "V1"))
        return [m.status for m in sent] == [MessageStatus.DELIVERED] * 4

    await eventually(runtime, four_texts)
    offers = await read(runtime, select(Offer).order_by(col(Offer.position), col(Offer.id)))
    lead, companion = offers[0], offers[2]
    assert (lead.position, companion.position) == (0, 1)
    on_phones = await read(runtime, select(PhoneText))
    assert {t.phone for t in on_phones} == {phones[o.volunteer_id] for o in offers}

    await say(runtime, phones[lead.volunteer_id], "1")
    await say(runtime, phones[companion.volunteer_id], "好的")
    await eventually(runtime, lambda: status_is(VisitStatus.ACCEPTED))
    await eventually(runtime, quiet)  # no call is under way when the clock jumps
    (row,) = await read(runtime, select(Visit).where(col(Visit.id) == visit.id))
    clock.set(row.starts_at)
    await say(runtime, phones[lead.volunteer_id], "3")
    await say(runtime, phones[companion.volunteer_id], f"{companion.code} 到了")
    await eventually(runtime, lambda: status_is(VisitStatus.CHECKED_IN))
    clock.advance(timedelta(minutes=40))
    await say(runtime, phones[lead.volunteer_id], "4")
    await eventually(runtime, lambda: status_is(VisitStatus.COMPLETED))

    clock.advance(timedelta(minutes=5))

    await eventually(runtime, quiet)
    async with runtime.steps.look() as step:
        report = await examine(step)
    assert report.problems == []


async def test_two_yes_at_once_one_wins_the_other_is_told(runtime: Runtime) -> None:
    async def fill(step: Step) -> tuple[Visit, list[Volunteer]]:
        await add_divisions(step)
        retiree = await add_retiree(step)
        volunteers = [await add_volunteer(step) for _ in range(4)]
        return await add_visit(step, VisitKind.TASK, retiree.id), volunteers

    _visit, volunteers = await runtime.steps.run("system", fill)
    phones = {v.id: v.phone for v in volunteers}

    async def two_offers() -> bool:
        return len(await read(runtime, select(Offer).where(col(Offer.status) == OfferStatus.OFFERED))) == 2

    await eventually(runtime, two_offers)
    first, second = await read(runtime, select(Offer).order_by(col(Offer.id)))
    await asyncio.gather(
        say(runtime, phones[first.volunteer_id], "1"), say(runtime, phones[second.volunteer_id], "1")
    )

    async def both_answered() -> bool:
        statuses = {o.status for o in await read(runtime, select(Offer))}
        # Taken before the second yes was read, or in the same breath: then whoever said it stands by.
        told = await read(runtime, select(Message).where(col(Message.template).in_(("V7", "V20"))))
        losers = {
            o.volunteer_id for o in await read(runtime, select(Offer)) if o.status is OfferStatus.FILLED
        }
        return (
            statuses == {OfferStatus.ACCEPTED, OfferStatus.FILLED} and {m.person_id for m in told} == losers
        )

    await eventually(runtime, both_answered)
    async with runtime.steps.look() as step:
        assert (await examine(step)).problems == []
