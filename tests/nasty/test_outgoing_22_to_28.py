"""Nasty cases 22 to 28: too late, too many, closed channels, and clocks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import col

from domain.messages import MessageStatus
from domain.policy import Policy
from models.messages import Message
from models.visits import Visit
from notifications.gateways.outcomes import Fault
from notifications.gateways.protocol import InDoubt, Rejected, Scope
from services.channels import load_pauses
from services.messages import queue_message
from services.people import volunteer_recipient
from services.sending import send_messages
from services.settling import settle_messages
from services.steps import Step
from services.texts import text_retiree
from tests.factories import add_contact, add_volunteer
from tests.nasty.scenes import (
    HOUR,
    MINUTE,
    on_desks,
    on_phone,
    promised,
    texts_to,
)
from tests.services.play import Play
from tests.services.scenes import Line, ScriptedGateway, agreed, retiree_of, row, rows
from workers.context import WorkerContext


async def say_to_one(play: Play, template: str, values: dict[str, str | int]) -> Message | None:
    """A text to a volunteer of its own, due now."""

    async def work(step: Step) -> Message | None:
        to = volunteer_recipient(await add_volunteer(step))
        made = await queue_message(
            step, template, to, f"nasty/{to.phone}", values, moment=step.now + 20 * HOUR
        )
        await step.session.flush()
        return made

    return await play.steps.run("system", work)


def at(play: Play, hour: int, minute: int, days: int = 0) -> datetime:
    """A local time in Changsha."""
    local = play.clock.now().astimezone(play.steps.zone)
    return local.replace(hour=hour, minute=minute) + timedelta(days=days)


async def test_22_what_was_held_until_it_is_too_late_is_dropped(play: Play) -> None:
    play.clock.set(at(play, 21, 30))

    async def work(step: Step) -> UUID:
        to = volunteer_recipient(await add_volunteer(step))
        made = await queue_message(
            step, "V5", to, "late", {"code": "T4829-1742"}, moment=step.now + 11 * HOUR
        )
        assert made is not None
        assert made.status is MessageStatus.QUEUED, "in the morning there is half an hour left"
        return made.id

    message_id = await play.steps.run("system", work)
    play.clock.set(at(play, 10, 0, 1))  # nothing ran over night, and not in the morning
    await play.tick()
    message: Message = await row(play, Message, message_id)
    assert (message.status, message.failure) == (MessageStatus.EXPIRED, "stale")
    assert on_phone(play, message.phone) == []


async def test_23_twelve_texts_due_at_eight_leave_bundled_and_within_the_limit_of_the_day(play: Play) -> None:
    play.clock.set(at(play, 22, 0))
    policy = await play.steps.run("system", _policy)

    async def work(step: Step) -> str:
        volunteer = await add_volunteer(step)
        for number in range(6):
            for template, values in (
                ("V1", {"when": "明日上午", "place": "雨花区", "party": "1人", "deadline": "今日18点"}),
                ("V3", {"when": "明日9点", "place": "雨花区", "deadline": "今日18点"}),
            ):
                code = f"T4829-{1000 + number * 2 + (template == 'V3'):04d}"
                await queue_message(
                    step,
                    template,
                    volunteer_recipient(volunteer),
                    f"{number}",
                    {**values, "code": code},
                    moment=step.now + 20 * HOUR,
                    code=code,
                )
        return volunteer.phone

    phone = await play.steps.run("system", work)
    assert len(await texts_to(play, phone)) == 12
    play.clock.set(at(play, 8, 0, 1))
    await play.tick()
    arrived = on_phone(play, phone)
    assert 1 <= len(arrived) < 12
    assert len(arrived) <= policy.volunteer_messages_per_day
    told = {m.code for m in await texts_to(play, phone) if m.code and any(m.code in t for t in arrived)}
    assert len(told) == 12, "each is named in what left"
    assert all(t.count("T4829-") <= 3 for t in arrived), "no more codes than a code list holds"


async def _policy(step: Step) -> Policy:
    return step.policy


async def test_24_at_the_gateway_s_limit_of_the_day_the_next_contact_is_reached(play: Play) -> None:
    gateway = ScriptedGateway()
    play.gateway, play.context = gateway, WorkerContext(play.steps, gateway)
    visit = await agreed(play, retiree={"phone": "+8613500000024"})
    person = await retiree_of(play, visit)
    contact = await play.steps.run("system", lambda step: add_contact(step, person))

    async def tell(step: Step) -> UUID:
        found = await step.session.get(Visit, visit.id)
        assert found is not None
        assert found.starts_at is not None
        values: dict[str, str | int] = {"old_day": "3月2日", "when": "3月5日上午", "code": "4821"}
        await text_retiree(step, "R3", found, person, "nasty", values, found.starts_at)
        return found.id

    gateway.script.append(Line(Rejected("isv.BUSINESS_LIMIT_CONTROL", Scope.MESSAGE, Fault.NUMBER_LIMIT)))
    await play.steps.run("system", tell)
    await play.drain()
    await play.tick()
    (first,) = await texts_to(play, person.phone, "R3")
    assert first.status is MessageStatus.FAILED
    assert len([t for t in on_phone(play, contact.phone) if "家人" in t]) == 1, "not silent"
    assert person.phone not in gateway.truth.texts or "3月5日" not in " ".join(on_phone(play, person.phone))


async def test_24_without_another_contact_somebody_rings(play: Play) -> None:
    gateway = ScriptedGateway()
    play.gateway, play.context = gateway, WorkerContext(play.steps, gateway)
    visit = await agreed(play, retiree={"phone": "+8613500000025"})
    person = await retiree_of(play, visit)
    gateway.script.append(Line(Rejected("isv.BUSINESS_LIMIT_CONTROL", Scope.MESSAGE, Fault.NUMBER_LIMIT)))

    async def tell(step: Step) -> None:
        found = await step.session.get(Visit, visit.id)
        assert found is not None
        assert found.starts_at is not None
        values: dict[str, str | int] = {"old_day": "3月2日", "when": "3月5日上午", "code": "4821"}
        await text_retiree(step, "R3", found, person, "nasty", values, found.starts_at)

    await play.steps.run("system", tell)
    await play.drain()
    calls = [i for i in await on_desks(play, "call") if i.visit_id == visit.id]
    assert len(calls) == 1
    assert calls[0].detail["tried"], "what was tried, and why it did not work"


async def test_25_a_number_shared_by_retiree_and_relative_gets_one_text(play: Play) -> None:
    phone = "+8613500000026"
    visit = await agreed(play, retiree={"phone": phone})
    person = await retiree_of(play, visit)
    await play.steps.run("system", lambda step: add_contact(step, person, phone=phone))
    other = await agreed(play, retiree={"phone": "+8613500000027"})
    await play.wait(timedelta(hours=30))
    for about in ("定于", "提醒"):
        assert len([t for t in on_phone(play, phone) if about in t]) <= 1
    assert len([t for t in on_phone(play, phone) if "定于" in t]) == 1
    assert other.id != visit.id


@pytest.fixture
def elsewhere() -> Iterator[None]:
    """The server's own clock stands in another zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/Los_Angeles"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
async def test_26_hours_are_those_of_changsha_wherever_the_server_stands(play: Play) -> None:
    found = await promised(play, volunteers=2)
    await play.wait(timedelta(hours=40))
    for message in await rows(play, Message, col(Message.submitted_at).is_not(None)):
        assert message.submitted_at is not None
        assert message.submitted_at.utcoffset() == timedelta()
        assert 8 <= message.submitted_at.astimezone(play.steps.zone).hour < 21
    assert await texts_to(play, found.phone, "V2")


async def test_26_a_naive_time_is_refused_before_it_is_stored(play: Play) -> None:
    async def work(step: Step) -> None:
        to = volunteer_recipient(await add_volunteer(step))
        naive = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001  # what must not be stored
        message = await queue_message(step, "V11", to, "naive", {}, moment=step.now)
        assert message is not None
        message.send_at = naive
        await step.session.flush()

    with pytest.raises((StatementError, ValueError)):
        await play.steps.run("system", work)
    assert await rows(play, Message) == []


@pytest.mark.parametrize(
    ("code", "fault"), [("63038", Fault.DAILY_CAP), ("isv.AMOUNT_NOT_ENOUGH", Fault.BALANCE)]
)
async def test_27_without_money_or_at_the_cap_the_channel_rests_and_the_coordinator_sees_it(
    play: Play, code: str, fault: Fault
) -> None:
    gateway = ScriptedGateway(Line(Rejected(code, Scope.CHANNEL, fault)))
    play.gateway, play.context = gateway, WorkerContext(play.steps, gateway)
    messages = [await say_to_one(play, "V5", {"code": f"T4829-174{n}"}) for n in range(3)]
    ids = [m.id for m in messages if m is not None]
    play.queue.clear()
    await send_messages(play.steps, gateway, ids[:1])
    await send_messages(play.steps, gateway, ids[1:])
    assert {(await row(play, Message, i)).status for i in ids} == {MessageStatus.QUEUED}
    assert sum(gateway.truth.by_message.values()) == 0
    assert len(await on_desks(play, "channel")) == 1
    async with play.steps.look() as step:
        (banner,) = await load_pauses(step)
    assert (banner.gateway, banner.reason) == (gateway.name, fault)


async def test_28_in_doubt_at_one_gateway_never_goes_to_the_other(play: Play) -> None:
    first, second = ScriptedGateway(Line(InDoubt("timeout"))), ScriptedGateway()
    second.name = "second"
    message = await say_to_one(play, "V5", {"code": "T4829-1742"})
    assert message is not None
    play.queue.clear()
    await send_messages(play.steps, first, [message.id])
    assert (await row(play, Message, message.id)).status is MessageStatus.UNKNOWN
    play.gateway, play.context = second, WorkerContext(play.steps, second)  # the settings have changed
    await play.wait(3 * HOUR)
    assert await send_messages(play.steps, second, [message.id]) == 0
    assert await settle_messages(play.steps, second, [message.id]) == []
    assert (await row(play, Message, message.id)).status is MessageStatus.UNKNOWN
    assert second.truth.by_message[str(message.id)] == 0
    play.clock.advance(7 * MINUTE)
    assert await settle_messages(play.steps, first, [message.id]) == ["not_found"]
    assert await send_messages(play.steps, second, [message.id]) == 1, "proved not taken: now it may"
    assert second.truth.by_message[str(message.id)] == 1
