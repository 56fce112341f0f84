"""Ticks: each due row goes to one worker, and falls due again when nobody did its work."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from config.clock import ManualClock
from domain.messages import MessageStatus
from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.messages import Message
from models.policies import PolicyValue
from models.visits import Visit
from scheduler import ticks
from scheduler.metronome import ask_gateway, create_metronome, look
from scheduler.ticks import BATCH, CHUNK, LEASE, tick
from services import desk, inbound
from services.messages import Recipient, queue_message
from services.people import volunteer_recipient
from services.polling import EVERY
from services.steps import Step, Steps
from tests.factories import COMMUNITY, add_retiree, add_visit, add_volunteer
from tests.services.scenes import rows_of
from workers.actors import ACTORS

SECOND = timedelta(seconds=1)


class Sent:
    """What was handed to the queue."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, list[UUID]]] = []

    def __call__(self, actor: str, ids: list[UUID]) -> None:
        self.messages.append((actor, ids))

    @property
    def counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for actor, ids in self.messages:
            counts[actor] += len(ids)
        return counts

    def ids(self, actor: str) -> list[UUID]:
        return [i for name, ids in self.messages if name == actor for i in ids]


@pytest.fixture
def sent() -> Sent:
    return Sent()


async def one_of_each(step: Step) -> None:
    """Something due for every actor that ticks feed."""
    to = volunteer_recipient(await add_volunteer(step))
    await queue_message(step, "V11", to, "due", {}, moment=step.now + timedelta(days=1))
    doubtful = await queue_message(step, "V11", to, "doubtful", {}, moment=step.now + timedelta(days=1))
    assert doubtful is not None
    doubtful.status = MessageStatus.UNKNOWN
    later = await queue_message(step, "V11", to, "later", {}, moment=step.now + timedelta(days=1))
    assert later is not None
    later.send_at = step.now + SECOND
    await inbound.receive(step, "simulator", "+8613700000000", "1", "key")
    item = await desk.open_item(step, "reply", "due", COMMUNITY)
    item.wake_at = step.now
    closed = await desk.open_item(step, "reply", "closed", COMMUNITY)
    closed.wake_at, closed.closed_at = step.now, step.now
    for status in (VisitStatus.DUE, VisitStatus.UNFILLED, VisitStatus.ACCEPTED, VisitStatus.COMPLETED):
        visit = await add_visit(step, VisitKind.TASK)
        visit.status = status
        if status is VisitStatus.COMPLETED:
            visit.wake_at = None


EXPECTED = {
    "inbound.read": 1,
    "messages.answer": 1,
    "messages.settle": 1,
    "desk.pass_on": 1,
    "plan.run": 1,
    "visits.step": 1,
}


async def test_what_is_due_is_handed_over_once(steps: Steps, sent: Sent) -> None:
    await steps.run("system", one_of_each)
    assert await tick(steps, sent) == EXPECTED
    assert sent.counts == EXPECTED
    assert await tick(steps, sent) == {}, "claimed: the second tick of the same instant gets nothing"
    assert sent.counts == EXPECTED


async def test_two_schedulers_at_once_share_the_work(steps: Steps) -> None:
    async def many(step: Step) -> None:
        for _ in range(50):
            visit = await add_visit(step, VisitKind.TASK)
            visit.status = VisitStatus.ACCEPTED

    await steps.run("system", many)
    a, b = Sent(), Sent()
    await asyncio.gather(tick(steps, a), tick(steps, b))
    both = a.ids("visits.step") + b.ids("visits.step")
    assert len(both) == 50
    assert len(set(both)) == 50


async def test_what_nobody_did_falls_due_again_when_the_lease_ends(
    steps: Steps, clock: ManualClock, sent: Sent
) -> None:
    await steps.run("system", one_of_each)
    await tick(steps, sent)
    clock.advance(LEASE - SECOND)
    await tick(steps, sent)
    assert sent.counts["messages.answer"] == 2, "only the text that was not due before"
    clock.advance(SECOND)
    sent.messages.clear()
    await tick(steps, sent)
    assert sent.counts == EXPECTED
    (visit,) = [v for v in await rows_of(steps, Visit) if v.status is VisitStatus.ACCEPTED]
    assert visit.step_attempts == 2, "claims that came to nothing are counted"


async def test_a_future_or_finished_row_is_left_alone(steps: Steps, sent: Sent) -> None:
    await steps.run("system", one_of_each)
    await tick(steps, sent)
    asked = set(sent.ids("desk.pass_on")) | set(sent.ids("messages.answer"))
    for item in await rows_of(steps, DeskItem):
        assert (item.id in asked) == (item.closed_at is None)
    by_key = {m.natural_key: m for m in await rows_of(steps, Message)}
    assert by_key["V11/later"].id not in asked


async def test_ids_travel_in_handfuls_and_the_urgent_first(steps: Steps, sent: Sent) -> None:
    async def many(step: Step) -> None:
        to = volunteer_recipient(await add_volunteer(step))
        for number in range(CHUNK + 5):
            await queue_message(step, "V11", to, str(number), {}, moment=step.now + timedelta(days=1))

    await steps.run("system", many)
    await tick(steps, sent)
    assert [len(ids) for _, ids in sent.messages] == [CHUNK, 5]


async def test_more_than_one_batch_waits_for_the_next_tick(
    steps: Steps, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticks, "BATCH", 3)

    async def many(step: Step) -> None:
        to = volunteer_recipient(await add_volunteer(step))
        for number in range(5):
            await queue_message(step, "V11", to, str(number), {}, moment=step.now + timedelta(days=1))

    await steps.run("system", many)
    assert BATCH > 3
    assert [await tick(steps, sent) for _ in range(3)] == [{"messages.answer": 3}, {"messages.answer": 2}, {}]


async def test_a_campaign_is_handed_over_in_slices_and_answers_do_not_wait_behind_it(
    steps: Steps, sent: Sent
) -> None:
    at_once = 40

    async def decide(step: Step) -> None:
        step.session.add(
            PolicyValue(
                key="campaign_slice",
                value={"value": at_once},
                effective_on=step.today,
                set_by="test",
                set_at=step.now,
            )
        )

    async def many(step: Step) -> None:
        person = await add_retiree(step)
        to = Recipient("retiree", person.id, person.phone, person, wants_promotions=True)
        for number in range(100):
            await queue_message(
                step, "R8", to, str(number), {"festival": "春节"}, moment=step.now + timedelta(days=1)
            )

    async def answer(step: Step) -> None:
        to = volunteer_recipient(await add_volunteer(step))
        await queue_message(step, "V11", to, "answer", {}, moment=step.now + timedelta(days=1))

    await steps.run("system", decide)
    steps.cache.clear()
    await steps.run("system", many)
    assert (await tick(steps, sent))["messages.send"] == at_once
    await steps.run("system", answer)
    assert await tick(steps, sent) == {"messages.answer": 1}, "the slice is still under way"
    done = set(sent.ids("messages.send"))
    async with steps.open() as step:
        for message in await step.session.scalars(select(Message).where(col(Message.id).in_(done))):
            message.status = MessageStatus.DELIVERED
    assert (await tick(steps, sent))["messages.send"] == at_once
    assert len(set(sent.ids("messages.send"))) == 2 * at_once


async def test_a_failing_look_is_survived(steps: Steps) -> None:
    await steps.run("system", one_of_each)

    def broken(_actor: str, _ids: list[UUID]) -> None:
        raise ConnectionError("the broker is down")

    assert await look(steps, broken) == {}


async def test_the_metronome_knows_two_jobs(steps: Steps, sent: Sent) -> None:
    metronome = create_metronome(steps, sent, 2.0)
    jobs = {job.id: (job.func, job.trigger.interval) for job in metronome.get_jobs()}
    assert jobs == {
        "look": (look, timedelta(seconds=2)),
        "ask_gateway": (ask_gateway, timedelta(minutes=3)),
    }
    assert timedelta(minutes=3) > EVERY, "no beat is skipped for coming a moment early"


async def test_the_gateway_is_asked_for_what_its_webhook_missed() -> None:
    sent: list[str] = []
    await ask_gateway(lambda actor, _ids: sent.append(actor))
    assert sent == ["inbound.poll"]
    assert sent[0] in ACTORS

    def broken(_actor: str, _ids: list[UUID]) -> None:
        raise ConnectionError("the broker is down")

    await ask_gateway(broken)
