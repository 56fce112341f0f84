"""Nasty cases 1 to 8: workers that die, gateways that fail, hints that come twice or never."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.messages import MessageStatus
from models.messages import Attempt, Message
from models.visits import Visit
from models.volunteers import Volunteer
from notifications.gateways.protocol import Outgoing
from notifications.gateways.twilio import LIMIT_SECONDS, TwilioGateway
from scheduler.ticks import tick
from services.messages import queue_message
from services.people import volunteer_recipient
from services.sending import claim
from services.steps import Step
from tests.nasty.scenes import (
    HOUR,
    MINUTE,
    SECOND,
    promised,
)
from tests.nasty.wires import ACCOUNT, NUMBER, TOKEN, Wired
from tests.services.play import Play
from tests.services.scenes import row, rows
from tests.standins.faults import Trouble
from workers.context import WorkerContext


async def claimed(wired: Wired) -> Outgoing:
    """A worker has written its intent and not yet called."""
    (message_id,) = await wired.intend()
    outgoing = await wired.play.steps.run("system", lambda step: claim(step, wired.gateway, message_id))
    assert outgoing is not None
    return outgoing


async def test_01_worker_killed_after_post_the_report_binds_the_row(wired: Wired) -> None:
    outgoing = await claimed(wired)
    await wired.gateway.send(outgoing, wired.play.clock.now())  # and dies here: nothing is written
    assert await wired.twilio.report(wired.taken[0], "delivered") == 204
    await wired.play.wait(2 * HOUR)
    message = await wired.message(outgoing.id)
    assert (message.status, message.gateway_ref) == (MessageStatus.DELIVERED, wired.taken[0].sid)
    assert (len(wired.taken), wired.twilio.creates) == (1, 1)


async def test_01_worker_killed_after_post_the_list_binds_the_row(wired: Wired) -> None:
    outgoing = await claimed(wired)
    await wired.gateway.send(outgoing, wired.play.clock.now())
    await wired.play.wait(HOUR)
    message = await wired.message(outgoing.id)
    assert (message.status, message.gateway_ref) == (MessageStatus.ACCEPTED, wired.taken[0].sid)
    assert (len(wired.taken), wired.twilio.creates) == (1, 1), "no second call"


async def test_02_worker_killed_before_post_is_sent_once_after_lease_and_empty_list(wired: Wired) -> None:
    outgoing = await claimed(wired)
    await wired.play.wait(MINUTE)
    assert wired.twilio.creates == 0, "the lease still runs"
    await wired.play.wait(HOUR)
    assert await wired.status(outgoing.id) is MessageStatus.ACCEPTED
    assert (len(wired.taken), wired.twilio.creates) == (1, 1)
    assert len(await rows(wired.play, Attempt)) == 2


async def test_03_stored_and_then_503_is_reconciled_without_a_second(wired: Wired) -> None:
    (message_id,) = await wired.intend()
    wired.twilio.troubles.append(Trouble.UNAVAILABLE_AFTER)
    await wired.send(message_id)
    assert await wired.status(message_id) is MessageStatus.UNKNOWN
    await wired.play.wait(HOUR)
    assert await wired.status(message_id) is MessageStatus.ACCEPTED
    assert (len(wired.taken), wired.twilio.creates) == (1, 1)


@pytest.fixture
async def impatient(wired: Wired) -> AsyncIterator[TwilioGateway]:
    """Gives up after a fraction of a second instead of ten, so that the test need not wait."""
    made = TwilioGateway(ACCOUNT, TOKEN, NUMBER, wired.base, api_base=wired.twilio.base, limit_seconds=0.4)
    wired.play.context = WorkerContext(wired.play.steps, made)
    yield made
    await made.close()


async def test_04_a_gateway_that_never_answers_is_given_up_and_the_worker_is_free(
    wired: Wired, impatient: TwilioGateway
) -> None:
    assert LIMIT_SECONDS == 10
    hanging, other = await wired.intend(2)
    wired.twilio.troubles.append(Trouble.HANG_AFTER)
    loop = asyncio.get_running_loop()
    began = loop.time()
    wired.gateway = impatient
    assert await wired.send(hanging) == 1
    assert loop.time() - began < 5
    assert await wired.status(hanging) is MessageStatus.UNKNOWN
    assert await wired.send(other) == 1
    assert await wired.status(other) is MessageStatus.ACCEPTED
    await wired.play.wait(HOUR)
    assert await wired.status(hanging) is MessageStatus.ACCEPTED
    assert len(wired.taken) == 2, "what hung had been taken: no second one"


async def test_05_429_three_times_is_three_back_offs_and_one_text(wired: Wired) -> None:
    (message_id,) = await wired.intend()
    wired.twilio.troubles.extend([Trouble.THROTTLED] * 3)
    waits = []
    for _ in range(3):
        await wired.send(message_id)
        message = await wired.message(message_id)
        assert message.status is MessageStatus.QUEUED
        waits.append(message.send_at - wired.play.clock.now())
        wired.play.clock.set(message.send_at)
    assert waits == sorted(set(waits)), "each time longer"
    assert min(waits) >= 7 * SECOND, "Retry-After is kept"
    await wired.send(message_id)
    assert await wired.status(message_id) is MessageStatus.ACCEPTED
    assert (len(wired.taken), wired.twilio.creates) == (1, 4)


async def test_05_being_throttled_uses_up_no_tries(wired: Wired) -> None:
    """Twelve times too many at once, then a real failure and a late success: nothing was given up."""
    (message_id,) = await wired.intend(fresh=timedelta(hours=10))
    wired.twilio.troubles.extend([Trouble.THROTTLED] * 12)
    for _ in range(12):
        await wired.send(message_id)
        message = await wired.message(message_id)
        assert message.status is MessageStatus.QUEUED
        wired.play.clock.set(message.send_at)
    wired.twilio.troubles.append(Trouble.UNAVAILABLE_BEFORE)
    await wired.send(message_id)
    await wired.play.wait(HOUR)
    assert await wired.status(message_id) is MessageStatus.ACCEPTED
    assert len(wired.taken) == 1


async def test_06_the_same_hint_twice_at_once_is_one_post(wired: Wired) -> None:
    (message_id,) = await wired.intend()
    sent = await asyncio.gather(*(wired.send(message_id) for _ in range(4)))
    assert sorted(sent) == [0, 0, 0, 1]
    assert (len(wired.taken), wired.twilio.creates) == (1, 1)
    assert len(await rows(wired.play, Attempt)) == 1


async def test_07_two_schedulers_and_a_misfire_write_one_row(play: Play) -> None:
    found = await promised(play, volunteers=2)
    volunteer: Volunteer = await row(play, Volunteer, found.volunteer_id)

    async def remind(step: Step) -> Message | None:
        visit = await step.session.get(Visit, found.visit.id)
        assert visit is not None
        return await queue_message(
            step,
            "V6",
            volunteer_recipient(volunteer),
            f"{found.offer.code}/20260302",
            {"code": found.offer.code, "deadline": "今日20点"},
            moment=step.now + 3 * HOUR,
            visit=visit,
        )

    made = await asyncio.gather(*(play.steps.run("system", remind) for _ in range(3)))
    assert len([m for m in made if m is not None]) == 1
    assert len(await play.texts("V6")) == 1
    ticked = await asyncio.gather(*(tick(play.steps, lambda *_: None) for _ in range(2)))
    claimed_times = [counts.get("messages.send", 0) + counts.get("messages.answer", 0) for counts in ticked]
    assert sum(claimed_times) <= 1, "one scheduler has the row, not both"


async def test_08_with_the_broker_down_a_tick_sends_it_within_minutes(wired: Wired) -> None:
    def down(*_: object) -> None:
        raise ConnectionError("no broker")

    wired.play.steps.send = down
    (message_id,) = await wired.intend()
    assert await wired.status(message_id) is MessageStatus.QUEUED
    wired.play.clock.advance(2 * SECOND)
    await wired.play.tick()
    assert await wired.status(message_id) is MessageStatus.ACCEPTED
    assert len(wired.taken) == 1
