"""A process that was held up between claim and call, and a channel that rests for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col

from config.clock import ManualClock
from domain.messages import MessageStatus
from models.desk import DeskItem
from models.messages import Message
from models.volunteers import Volunteer
from notifications.gateways.outcomes import Fault
from notifications.gateways.protocol import InDoubt, Rejected, Scope
from services import channels
from services.messages import queue_message
from services.people import volunteer_recipient
from services.sending import send_message, send_messages
from services.steps import Step, Steps
from tests.factories import add_volunteer
from tests.services.play import Play
from tests.services.scenes import Line, ScriptedGateway, row, rows, scripted

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


@pytest.mark.parametrize("many", [False, True])
async def test_whoever_was_held_up_until_the_lease_is_about_to_end_calls_nobody(
    play: Play, gateway: ScriptedGateway, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await intend(play, 2)
    real = play.steps.run

    async def held_up(actor: str, work: Any) -> Any:
        done = await real(actor, work)
        play.clock.advance(2 * MINUTE)
        return done

    with monkeypatch.context() as pause:
        pause.setattr(play.steps, "run", held_up)
        if many:
            assert await send_messages(play.steps, gateway, ids) == 0
        else:
            assert await send_message(play.steps, gateway, ids[0]) == "too_late_to_call"
    assert sum(times_sent(gateway, i) for i in ids) == 0
    await play.wait(HOUR)
    assert [times_sent(gateway, i) for i in ids] == [1, 1]


def no_money(count: int) -> list[Line]:
    return [Line(Rejected("63038", Scope.CHANNEL, Fault.CONFIGURATION)) for _ in range(count)]


async def test_one_matter_for_each_pause_however_long(play: Play, gateway: ScriptedGateway) -> None:
    (first,) = await intend(play)
    gateway.script.extend(no_money(200))
    await send_message(play.steps, gateway, first)
    await play.wait(timedelta(hours=26))
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "channel")
    assert (item.closed_at, item.opened_at.date() < play.clock.now().date()) == (None, True)
    gateway.script.clear()
    await play.wait(HOUR)
    assert await status(play, first) is MessageStatus.DELIVERED
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "channel")
    assert item.resolution == "resumed"

    gateway.script.extend(no_money(1))
    volunteer = (await rows(play, Volunteer))[0]
    await play.steps.run(
        "system",
        lambda step: queue_message(
            step, "V11", volunteer_recipient(volunteer), "again", {}, moment=step.now + timedelta(days=3)
        ),
    )
    await play.drain()
    items = await rows(play, DeskItem, col(DeskItem.kind) == "channel")
    assert [i.closed_at is None for i in items] == [False, True], "another pause, the same day"


async def test_after_the_day_s_cap_everything_waits_for_the_next_local_day_and_resumes_by_itself(
    play: Play, gateway: ScriptedGateway
) -> None:
    (first,) = await intend(play)
    gateway.script.append(Line(Rejected("63038", Scope.CHANNEL, Fault.DAILY_CAP)))
    await send_message(play.steps, gateway, first)
    waiting: Message = await row(play, Message, first)
    midnight = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    assert (waiting.status, waiting.send_at) == (MessageStatus.QUEUED, midnight)
    async with play.steps.look() as step:
        (pause,) = await channels.load_pauses(step)
    assert (pause.reason, pause.until, pause.waiting) == ("daily_cap", midnight, 1)
    await play.wait(timedelta(hours=10))
    assert times_sent(gateway, first) == 0
    await play.wait(timedelta(hours=14))
    assert await status(play, first) is MessageStatus.DELIVERED
    async with play.steps.look() as step:
        assert await channels.load_pauses(step) == []
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "channel")
    assert item.resolution == "resumed"


async def test_an_empty_account_is_tried_again_every_half_hour_with_one_alert(
    play: Play, gateway: ScriptedGateway
) -> None:
    (first,) = await intend(play)
    gateway.script.extend(Line(Rejected("balance", Scope.CHANNEL, Fault.BALANCE)) for _ in range(3))
    await play.tick()
    await play.wait(2 * HOUR)
    assert await status(play, first) is MessageStatus.DELIVERED
    assert gateway.script == type(gateway.script)()
    assert len(await rows(play, DeskItem, col(DeskItem.kind) == "channel")) == 1


async def test_a_text_in_doubt_at_one_gateway_is_not_asked_about_or_sent_by_another(
    play: Play, gateway: ScriptedGateway
) -> None:
    (first,) = await intend(play)
    gateway.script.append(Line(InDoubt("timeout")))
    await send_message(play.steps, gateway, first)
    other = ScriptedGateway()
    other.name = "other"
    play.gateway, play.context = other, type(play.context)(play.steps, other)
    await play.wait(HOUR)
    assert await status(play, first) is MessageStatus.UNKNOWN
    assert times_sent(other, first) == 0
