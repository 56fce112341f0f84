"""A worker that has sent a full handful goes on with what else is due, and stops where nothing may leave."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from config.clock import ManualClock
from domain.messages import MessageStatus
from models.messages import Message
from notifications.gateways.outcomes import Fault
from notifications.gateways.protocol import Rejected, Scope
from services import draining
from services.draining import AT_WORK, BATCH, FULL
from services.messages import queue_message
from services.people import volunteer_recipient
from services.steps import Step, Steps
from tests.factories import add_volunteer
from tests.services.play import Play
from tests.services.scenes import Line, ScriptedGateway, rows, scripted
from workers.actors import run_actor

DAY = timedelta(days=1)


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
def play(steps: Steps, clock: ManualClock, gateway: ScriptedGateway) -> Play:
    return scripted(steps, clock, gateway)


async def intend(play: Play, number: int, template: str = "V5", begin: int = 0) -> list[UUID]:
    """Texts to so many volunteers, due now."""

    async def work(step: Step) -> list[UUID]:
        ids = []
        for i in range(begin, begin + number):
            to, code = volunteer_recipient(await add_volunteer(step)), f"T2611-{i:04d}"
            params = {"code": code} if template == "V5" else {}
            message = await queue_message(
                step, template, to, f"test/{i}", params, moment=step.now + DAY, code=code
            )
            assert message is not None
            ids.append(message.id)
        return ids

    ids = await play.steps.run("system", work)
    play.queue.clear()
    return ids


async def statuses(play: Play) -> dict[UUID, MessageStatus]:
    return {message.id: message.status for message in await rows(play, Message)}


async def test_a_full_handful_is_followed_by_all_that_waits(play: Play, gateway: ScriptedGateway) -> None:
    ids = await intend(play, FULL + BATCH + 7)
    answer = (await intend(play, 1, "V11", begin=5000))[0]
    await run_actor(play.context, "messages.send", ids[:FULL])
    found = await statuses(play)
    assert {found[i] for i in ids} == {MessageStatus.DELIVERED}
    assert found[answer] is MessageStatus.QUEUED, "answers have a queue of their own"
    assert all(gateway.truth.by_message[str(i)] == 1 for i in ids)


async def test_a_smaller_handful_looks_for_nothing(play: Play) -> None:
    ids = await intend(play, FULL + 5)
    await run_actor(play.context, "messages.send", ids[: FULL - 1])
    found = await statuses(play)
    assert [found[i] is MessageStatus.DELIVERED for i in ids].count(True) == FULL - 1


async def test_what_is_in_other_hands_or_not_due_is_left(play: Play, gateway: ScriptedGateway) -> None:
    ids = await intend(play, 4)

    async def move(step: Step) -> None:
        for id_, status, send_at in (
            (ids[1], MessageStatus.SENDING, step.now),
            (ids[2], MessageStatus.QUEUED, step.now + timedelta(minutes=1)),
        ):
            message = await step.session.get(Message, id_)
            assert message is not None
            message.status, message.send_at = status, send_at

    await play.steps.run("system", move)
    assert await play.context.drain.run(play.steps, gateway) == 2
    assert [gateway.truth.by_message[str(i)] for i in ids] == [1, 0, 0, 1]


async def test_several_at_once_send_each_text_once(play: Play, gateway: ScriptedGateway) -> None:
    ids = await intend(play, 60)
    drain = play.context.drain
    called = await asyncio.gather(*(drain.run(play.steps, gateway) for _ in range(AT_WORK + 2)))
    assert sum(called) == 60
    assert called[AT_WORK:] == [0, 0], "a process has only so many under way"
    assert drain.at_work == 0
    assert all(gateway.truth.by_message[str(i)] == 1 for i in ids)


async def test_a_paused_channel_ends_it_and_nothing_is_burnt(
    play: Play, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "BATCH", 5)
    ids = await intend(play, 20)
    gateway.script.extend(Line(Rejected("20003", Scope.CHANNEL, Fault.CONFIGURATION)) for _ in range(100))
    assert await play.context.drain.run(play.steps, gateway) == 5
    assert set((await statuses(play)).values()) == {MessageStatus.QUEUED}
    gateway.script.clear()
    await play.wait(timedelta(hours=1))
    assert [gateway.truth.by_message[str(i)] for i in ids] == [1] * 20


async def test_a_process_that_stops_takes_no_more(play: Play, gateway: ScriptedGateway) -> None:
    await intend(play, 3)
    play.context.drain.stop()
    assert await play.context.drain.run(play.steps, gateway) == 0
    assert set((await statuses(play)).values()) == {MessageStatus.QUEUED}


async def test_a_failure_is_survived_and_leaves_the_texts_due(
    play: Play, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    await intend(play, 3)

    async def broken(*_: object) -> list[object]:
        raise RuntimeError("a bad row")

    monkeypatch.setattr("services.sending.claim_locked", broken)
    assert await play.context.drain.run(play.steps, gateway) == 0
    assert play.context.drain.at_work == 0
    monkeypatch.undo()
    await play.tick()
    assert set((await statuses(play)).values()) == {MessageStatus.DELIVERED}
