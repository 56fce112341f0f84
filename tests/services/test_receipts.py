"""Gateways' reports come late, twice, out of order, or before their text is known."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from domain.messages import MessageStatus
from models.messages import Message, Receipt
from notifications.gateways.protocol import Accepted, InDoubt, Outgoing
from services.messages import queue_message
from services.people import volunteer_recipient
from services.receipts import record
from services.sending import claim, record_outcome
from services.steps import Step
from tests.factories import add_volunteer
from tests.services.play import Play
from tests.services.scenes import row, rows


@pytest.fixture
async def outgoing(play: Play) -> Outgoing:
    """A text on its way: the gateway has been asked and has not answered yet."""

    async def work(step: Step) -> UUID:
        to = volunteer_recipient(await add_volunteer(step))
        message = await queue_message(step, "V11", to, "test", {}, moment=step.now + timedelta(days=3))
        assert message is not None
        return message.id

    message_id = await play.steps.run("system", work)
    play.queue.clear()
    taken = await play.steps.run("system", lambda step: claim(step, play.gateway, message_id))
    assert taken is not None
    return taken


async def report(
    play: Play, status: str, attempt: UUID | None = None, code: str = "", ref: str = "r1"
) -> str:
    return await play.steps.run("gateway", lambda step: record(step, "simulator", ref, attempt, status, code))


async def accepted(play: Play, outgoing: Outgoing) -> None:
    await play.steps.run("system", lambda step: record_outcome(step, outgoing, Accepted("r1")))


async def message_of(play: Play, outgoing: Outgoing) -> Message:
    found: Message = await row(play, Message, outgoing.id)
    return found


async def test_reports_in_any_order_end_at_the_highest(play: Play, outgoing: Outgoing) -> None:
    await accepted(play, outgoing)
    assert await report(play, "delivered") == "applied"
    closed_at = (await message_of(play, outgoing)).closed_at
    play.clock.advance(timedelta(minutes=1))
    assert await report(play, "sent") == "applied"
    message = await message_of(play, outgoing)
    assert (message.status, message.closed_at) == (MessageStatus.DELIVERED, closed_at)
    assert await report(play, "failed", code="30003") == "applied"
    assert (await message_of(play, outgoing)).status is MessageStatus.DELIVERED


async def test_a_handset_corrects_a_gateway_that_gave_up(play: Play, outgoing: Outgoing) -> None:
    await accepted(play, outgoing)
    await report(play, "undelivered", code="30003")
    assert (await message_of(play, outgoing)).status is MessageStatus.UNDELIVERED
    await report(play, "delivered")
    message = await message_of(play, outgoing)
    assert (message.status, message.failure) == (MessageStatus.DELIVERED, "30003")


async def test_the_same_report_ten_times_is_one(play: Play, outgoing: Outgoing) -> None:
    await accepted(play, outgoing)
    results = [await report(play, "sent") for _ in range(10)]
    assert results == ["applied", *["duplicate"] * 9]
    assert len(await rows(play, Receipt)) == 1


async def test_a_report_of_nobody_s_text_is_kept(play: Play, outgoing: Outgoing) -> None:
    await accepted(play, outgoing)
    assert await report(play, "delivered", ref="someone else's") == "orphan"
    (receipt,) = await rows(play, Receipt)
    assert receipt.applied_at is None
    assert (await message_of(play, outgoing)).status is MessageStatus.ACCEPTED


async def test_a_report_that_outruns_the_answer_proves_the_acceptance(play: Play, outgoing: Outgoing) -> None:
    assert await report(play, "sent", outgoing.attempt_id) == "applied"
    message = await message_of(play, outgoing)
    assert (message.status, message.gateway_ref) == (MessageStatus.SENT, "r1")
    await accepted(play, outgoing)
    assert (await message_of(play, outgoing)).status is MessageStatus.SENT, "the answer does not set it back"


async def test_a_report_settles_a_text_in_doubt(play: Play, outgoing: Outgoing) -> None:
    await play.steps.run("system", lambda step: record_outcome(step, outgoing, InDoubt("timeout")))
    assert (await message_of(play, outgoing)).status is MessageStatus.UNKNOWN
    assert await report(play, "delivered", outgoing.attempt_id) == "applied"
    await play.wait(timedelta(hours=1))
    message = await message_of(play, outgoing)
    assert (message.status, message.attempts) == (MessageStatus.DELIVERED, 1)
    assert play.gateway.truth.by_message[str(message.id)] == 0, "it was not sent a second time"


async def test_a_word_that_is_no_report_changes_nothing(play: Play, outgoing: Outgoing) -> None:
    await accepted(play, outgoing)
    assert await report(play, "queued") == "ignored"
    assert (await message_of(play, outgoing)).status is MessageStatus.ACCEPTED


async def test_a_doubt_noted_after_the_report_is_no_doubt(play: Play, outgoing: Outgoing) -> None:
    await report(play, "delivered", outgoing.attempt_id)
    await play.steps.run("system", lambda step: record_outcome(step, outgoing, InDoubt("timeout")))
    assert (await message_of(play, outgoing)).status is MessageStatus.DELIVERED


async def test_a_lost_attempt_that_reports_after_all_stops_the_second_one(
    play: Play, outgoing: Outgoing
) -> None:
    await play.steps.run("system", lambda step: record_outcome(step, outgoing, InDoubt("timeout")))
    await play.steps.run("system", lambda step: _queue_again(step, outgoing))
    assert await report(play, "sent", outgoing.attempt_id) == "applied"
    message = await message_of(play, outgoing)
    assert (message.status, message.gateway_ref) == (MessageStatus.SENT, "r1")
    await play.wait(timedelta(hours=1))
    assert play.gateway.truth.by_message[str(message.id)] == 0, "it was not sent a second time"


@pytest.mark.parametrize(
    ("status", "after"), [("sent", MessageStatus.QUEUED), ("delivered", MessageStatus.DELIVERED)]
)
async def test_a_text_queued_again_on_purpose_is_stopped_by_its_delivery_only(
    play: Play, outgoing: Outgoing, status: str, after: MessageStatus
) -> None:
    await accepted(play, outgoing)
    await report(play, "undelivered", outgoing.attempt_id, "30003")
    await play.steps.run("system", lambda step: _queue_again(step, outgoing))
    await report(play, status, outgoing.attempt_id)
    assert (await message_of(play, outgoing)).status is after


async def test_a_report_of_another_gateway_does_not_touch_our_attempt(play: Play, outgoing: Outgoing) -> None:
    result = await play.steps.run(
        "gateway", lambda step: record(step, "aliyun", "r9", outgoing.attempt_id, "delivered")
    )
    assert result == "orphan"
    assert (await message_of(play, outgoing)).status is MessageStatus.SENDING


async def test_the_reason_stands_before_the_gateways_code(play: Play, outgoing: Outgoing) -> None:
    await play.steps.run(
        "gateway",
        lambda step: record(
            step, "simulator", "r1", outgoing.attempt_id, "undelivered", "MOBILE_NOT_ON_SERVICE", "bad_number"
        ),
    )
    assert (await message_of(play, outgoing)).failure == "bad_number:MOBILE_NOT_ON_SERVICE"


async def _queue_again(step: Step, outgoing: Outgoing) -> None:
    message = await step.session.get(Message, outgoing.id)
    assert message is not None
    message.status, message.attempt_id = MessageStatus.QUEUED, None
    message.send_at, message.closed_at = step.now + timedelta(minutes=30), None
