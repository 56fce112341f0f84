"""A text is sent once in effect, whatever the gateway says or does not say."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from config.clock import ManualClock
from domain.messages import MessageStatus
from models.desk import DeskItem
from models.messages import Attempt, Message, PhoneState
from models.staff import Role
from models.volunteers import Volunteer
from notifications.gateways.outcomes import Fault
from notifications.gateways.protocol import Accepted, InDoubt, NotProcessed, Rejected, Scope
from services.messages import queue_message
from services.people import volunteer_recipient
from services.sending import claim, record_outcome, send_message, send_messages
from services.settling import settle_message
from services.steps import Step, Steps
from simulation.gateway import SimulatedCrash
from tests.factories import add_staff, add_volunteer
from tests.services.play import Play
from tests.services.scenes import Line, ScriptedGateway, open_matters, row, rows, scripted

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
def play(steps: Steps, clock: ManualClock, gateway: ScriptedGateway) -> Play:
    return scripted(steps, clock, gateway)


async def intend(play: Play, number: int = 1) -> list[UUID]:
    """Texts of their own to so many volunteers, fresh for three days, not yet sent."""

    async def work(step: Step) -> list[UUID]:
        ids = []
        for i in range(number):
            to = volunteer_recipient(await add_volunteer(step))
            message = await queue_message(
                step, "V11", to, f"test/{i}", {}, moment=step.now + timedelta(days=3)
            )
            assert message is not None
            ids.append(message.id)
        return ids

    ids = await play.steps.run("system", work)
    play.queue.clear()
    return ids


async def status(play: Play, message_id: UUID) -> MessageStatus:
    found: Message = await row(play, Message, message_id)
    return found.status


def times_sent(gateway: ScriptedGateway, message_id: UUID) -> int:
    return gateway.truth.by_message[str(message_id)]


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (Accepted("r1"), MessageStatus.ACCEPTED),
        (Accepted("r1", MessageStatus.DELIVERED), MessageStatus.DELIVERED),
        (Rejected("30007", Scope.MESSAGE, Fault.CONTENT), MessageStatus.FAILED),
        (Rejected("21211", Scope.NUMBER, Fault.BAD_NUMBER), MessageStatus.FAILED),
        (Rejected("20003", Scope.CHANNEL, Fault.CONFIGURATION), MessageStatus.QUEUED),
        (NotProcessed(HOUR, "429"), MessageStatus.QUEUED),
        (InDoubt("timeout"), MessageStatus.UNKNOWN),
    ],
)
async def test_each_answer_of_a_gateway_leads_to_its_status(
    play: Play, gateway: ScriptedGateway, answer: Accepted | InDoubt, after: MessageStatus
) -> None:
    (message_id,) = await intend(play)
    gateway.script.append(Line(answer))
    assert await send_message(play.steps, gateway, message_id) == type(answer).__name__.lower()
    message: Message = await row(play, Message, message_id)
    assert message.status is after
    assert (message.closed_at is not None) == (after in (MessageStatus.DELIVERED, MessageStatus.FAILED))
    (attempt,) = await rows(play, Attempt)
    assert (attempt.message_id, attempt.finished_at) == (message_id, play.clock.now())


async def test_a_number_that_takes_no_texts_is_looked_at_by_a_person(
    play: Play, gateway: ScriptedGateway
) -> None:
    dead, refused = await intend(play, 2)
    gateway.script.append(Line(Rejected("21211", Scope.NUMBER, Fault.BAD_NUMBER)))
    gateway.script.append(Line(Rejected("21610", Scope.NUMBER, Fault.OPTED_OUT)))
    for message_id in (dead, refused):
        await send_message(play.steps, gateway, message_id)
    volunteers = {v.id: v for v in await rows(play, Volunteer)}
    first, second = [volunteers[(await row(play, Message, i)).person_id] for i in (dead, refused)]
    assert (first.opted_out_at, second.opted_out_at) == (None, play.clock.now())
    states = {s.phone_index: s for s in await rows(play, PhoneState)}
    assert states[first.phone_index].hard_failures == 1
    assert states[second.phone_index].opted_out_at == play.clock.now()
    assert await open_matters(play) == ["verify_phone", "verify_phone"]


async def test_not_taken_is_tried_later_and_later_until_it_is_stale(
    play: Play, gateway: ScriptedGateway
) -> None:
    (message_id,) = await intend(play)
    gateway.script.extend(Line(NotProcessed(SECOND, "429")) for _ in range(1000))
    waits = []
    for _ in range(4):
        await send_message(play.steps, gateway, message_id)
        message: Message = await row(play, Message, message_id)
        assert (message.status, message.attempt_id) == (MessageStatus.QUEUED, None)
        waits.append(message.send_at - play.clock.now())
        play.clock.set(message.send_at)
    assert waits == sorted(set(waits)), "each time longer"
    for _ in range(8):
        await send_message(play.steps, gateway, message_id)
        message = await row(play, Message, message_id)
        assert message.status is MessageStatus.QUEUED, "no try has been made, so none is used up"
        assert message.send_at - play.clock.now() <= HOUR / 4
        play.clock.set(message.send_at)
    play.clock.advance(timedelta(days=4))
    await send_message(play.steps, gateway, message_id)
    message = await row(play, Message, message_id)
    assert (message.status, message.failure) == (MessageStatus.EXPIRED, "stale")


async def test_a_gateway_s_own_waiting_time_is_kept(play: Play, gateway: ScriptedGateway) -> None:
    (message_id,) = await intend(play)
    gateway.script.append(Line(NotProcessed(HOUR, "429")))
    await send_message(play.steps, gateway, message_id)
    assert (await row(play, Message, message_id)).send_at == play.clock.now() + HOUR


@pytest.mark.parametrize("taken", [False, True], ids=["before the call", "after the call"])
async def test_a_crash_is_settled_once_and_nothing_is_sent_twice(
    play: Play, gateway: ScriptedGateway, taken: bool
) -> None:
    (message_id,) = await intend(play)
    gateway.script.append(Line(SimulatedCrash("died"), taken))
    with pytest.raises(SimulatedCrash):
        await send_message(play.steps, gateway, message_id)
    assert await status(play, message_id) is MessageStatus.SENDING
    play.clock.advance(MINUTE)
    await play.tick()
    assert await status(play, message_id) is MessageStatus.SENDING, "the lease still runs"
    await play.wait(HOUR)
    assert await status(play, message_id) is MessageStatus.DELIVERED
    assert times_sent(gateway, message_id) == 1
    assert len(await rows(play, Attempt)) == (1 if taken else 2)


async def test_a_crash_amid_several_texts_sends_each_once(play: Play, gateway: ScriptedGateway) -> None:
    ids = await intend(play, 3)
    gateway.script.extend(
        [Line(Accepted("a", MessageStatus.DELIVERED), taken=True), Line(SimulatedCrash("died"), taken=True)]
    )
    with pytest.raises(SimulatedCrash):
        await send_messages(play.steps, gateway, ids)
    assert {await status(play, i) for i in ids} == {MessageStatus.SENDING}
    await play.wait(HOUR)
    assert [await status(play, i) for i in ids] == [MessageStatus.DELIVERED] * 3
    assert [times_sent(gateway, i) for i in ids] == [1, 1, 1]


async def test_doubt_stays_while_the_gateway_cannot_be_asked(play: Play, gateway: ScriptedGateway) -> None:
    (message_id,) = await intend(play)
    gateway.script.append(Line(InDoubt("reset"), taken=True))
    gateway.listing_works = False
    await send_message(play.steps, gateway, message_id)
    await play.wait(3 * HOUR)
    assert await status(play, message_id) is MessageStatus.UNKNOWN
    assert times_sent(gateway, message_id) == 1
    gateway.listing_works = True
    await play.wait(HOUR)
    assert await status(play, message_id) is MessageStatus.DELIVERED
    assert times_sent(gateway, message_id) == 1


async def test_the_late_outcome_of_an_old_attempt_is_refused(play: Play, gateway: ScriptedGateway) -> None:
    (message_id,) = await intend(play)
    old = await play.steps.run("system", lambda step: claim(step, gateway, message_id))
    assert old is not None
    play.clock.advance(5 * MINUTE)
    assert await settle_message(play.steps, gateway, message_id) == "not_found"
    new = await play.steps.run("system", lambda step: claim(step, gateway, message_id))
    assert new is not None
    assert new.attempt_id != old.attempt_id
    late = Rejected("x", Scope.MESSAGE)
    assert await play.steps.run("system", lambda step: record_outcome(step, old, late)) == "superseded"
    message: Message = await row(play, Message, message_id)
    assert (message.status, message.attempt_id) == (MessageStatus.SENDING, new.attempt_id)


async def test_the_same_hint_again_sends_nothing(play: Play, gateway: ScriptedGateway) -> None:
    (message_id,) = await intend(play)
    results = [await send_message(play.steps, gateway, message_id) for _ in range(3)]
    assert results == ["accepted", "nothing_to_send", "nothing_to_send"]
    assert await send_messages(play.steps, gateway, [message_id, message_id]) == 0
    assert times_sent(gateway, message_id) == 1


async def test_a_paused_channel_keeps_texts_and_opens_one_matter(
    play: Play, gateway: ScriptedGateway
) -> None:
    ids = await intend(play, 3)
    await play.steps.run("system", lambda step: add_staff(step, "city", Role.CITY_ADMIN, "4301"))
    gateway.script.extend(Line(Rejected("20003", Scope.CHANNEL, Fault.CONFIGURATION)) for _ in range(2))
    for message_id in ids[:2]:
        await send_message(play.steps, gateway, message_id)
    assert [await status(play, i) for i in ids] == [MessageStatus.QUEUED] * 3
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "channel")
    assert item.responsible == "staff:city"
    play.clock.advance(MINUTE)
    assert await send_message(play.steps, gateway, ids[2]) == "nothing_to_send", "the channel is closed"
    await play.wait(HOUR)
    assert [await status(play, i) for i in ids] == [MessageStatus.DELIVERED] * 3
    assert [times_sent(gateway, i) for i in ids] == [1, 1, 1]


def no_money(count: int) -> list[Line]:
    return [Line(Rejected("63038", Scope.CHANNEL, Fault.CONFIGURATION)) for _ in range(count)]


async def test_after_a_pause_one_text_tries_and_the_rest_follow_when_it_is_taken(
    play: Play, gateway: ScriptedGateway
) -> None:
    ids = await intend(play, 6)
    gateway.script.extend(no_money(2))
    await send_messages(play.steps, gateway, ids[:1])
    play.clock.advance(MINUTE)
    assert await send_messages(play.steps, gateway, ids) == 0
    play.clock.advance(10 * MINUTE)
    assert await send_messages(play.steps, gateway, ids) == 1, "the second refusal is one text's"
    play.clock.advance(10 * MINUTE)
    assert await send_messages(play.steps, gateway, ids) == 1
    assert sum(times_sent(gateway, i) for i in ids) == 1
    await play.tick()
    assert [times_sent(gateway, i) for i in ids] == [1] * 6, "at once, without a further pause"


async def test_a_probe_whose_fate_is_unknown_is_followed_by_another(
    play: Play, gateway: ScriptedGateway
) -> None:
    ids = await intend(play, 3)
    gateway.script.extend([*no_money(1), Line(InDoubt("timeout")), Line(NotProcessed(SECOND, "refused"))])
    await send_messages(play.steps, gateway, ids[:1])
    play.clock.advance(11 * MINUTE)
    for sent in (1, 0):
        assert await send_messages(play.steps, gateway, ids) == sent
    play.clock.advance(3 * MINUTE)
    assert await send_messages(play.steps, gateway, ids[1:]) == 1
    assert sum(times_sent(gateway, i) for i in ids) == 0
    await play.wait(HOUR)
    assert [times_sent(gateway, i) for i in ids] == [1] * 3


async def test_a_text_that_is_refused_for_itself_shows_that_the_channel_works(
    play: Play, gateway: ScriptedGateway
) -> None:
    ids = await intend(play, 3)
    gateway.script.extend([*no_money(1), Line(Rejected("21211", Scope.NUMBER, Fault.BAD_NUMBER))])
    await send_messages(play.steps, gateway, ids[:1])
    play.clock.advance(11 * MINUTE)
    assert await send_messages(play.steps, gateway, ids) == 1
    await play.tick()
    assert sorted(times_sent(gateway, i) for i in ids) == [0, 1, 1]
