"""Taking a text back while somebody claims it for sending: one of the two wins, never both (PostgreSQL)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from config.clock import ManualClock
from domain.messages import MessageStatus
from models.messages import Message
from models.seal import KeyRing, use_keys
from services.messages import cancel_messages, queue_message
from services.people import volunteer_recipient
from services.sending import claim
from services.steps import Step, Steps
from tests.databases import database_at
from tests.factories import add_divisions, add_volunteer
from tests.services.conftest import MONDAY, ZONE
from tests.services.play import Play
from tests.services.scenes import row

pytestmark = pytest.mark.postgres


@pytest.fixture
async def play(fresh_postgres_url: str) -> AsyncIterator[Play]:
    use_keys(KeyRing(b"tests need a key of thirty-two bytes"))
    db, clock = database_at(fresh_postgres_url), ManualClock(MONDAY)
    steps = Steps(db, clock, ZONE)
    await steps.run("system", add_divisions)
    yield Play(steps, clock)
    await db.close()


async def queued(play: Play) -> Message:
    async def work(step: Step) -> Message:
        to = volunteer_recipient(await add_volunteer(step))
        message = await queue_message(step, "V11", to, "x", {}, moment=step.now + timedelta(days=1))
        assert message is not None
        return message

    return await play.steps.run("system", work)


async def test_who_claims_first_sends_and_the_cancelling_waits_for_it(play: Play) -> None:
    message = await queued(play)
    claimed, go_on = asyncio.Event(), asyncio.Event()

    async def claiming() -> bool:
        async with play.steps.open() as step:
            outgoing = await claim(step, play.gateway, message.id)
            claimed.set()
            await go_on.wait()
        return outgoing is not None

    async def cancelling() -> int:
        await claimed.wait()
        async with play.steps.open() as step:
            seen = await step.session.get(Message, message.id)
            assert seen is not None
            assert seen.status is MessageStatus.QUEUED, "read before the claim was committed"
            waiting = asyncio.ensure_future(cancel_messages(step, person_id=message.person_id, why="test"))
            await asyncio.sleep(0)
            go_on.set()
            return await waiting

    sent, taken_back = await asyncio.gather(claiming(), cancelling())
    assert (sent, taken_back) == (True, 0)
    assert (await row(play, Message, message.id)).status is MessageStatus.SENDING


async def test_who_takes_back_first_keeps_it_from_being_sent(play: Play) -> None:
    message = await queued(play)
    cancelled, go_on = asyncio.Event(), asyncio.Event()

    async def cancelling() -> int:
        async with play.steps.open() as step:
            count = await cancel_messages(step, person_id=message.person_id, why="test")
            await step.session.flush()
            cancelled.set()
            await go_on.wait()
        return count

    async def claiming() -> bool:
        await cancelled.wait()
        async with play.steps.open() as step:
            waiting = asyncio.ensure_future(claim(step, play.gateway, message.id))
            await asyncio.sleep(0)
            go_on.set()
            return await waiting is not None

    taken_back, sent = await asyncio.gather(cancelling(), claiming())
    assert (taken_back, sent) == (1, False)
    assert (await row(play, Message, message.id)).status is MessageStatus.CANCELLED
