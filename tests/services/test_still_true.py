"""Between writing a text and sending it the world goes on: what is no longer true does not leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from domain.messages import MessageStatus
from models.messages import Attempt, Message
from models.retirees import Contact, LifeStatus, Retiree
from models.volunteers import Volunteer
from services import changing, retirees
from services.answers import decline_offer
from services.ladder import retiree_side
from services.messages import queue_message
from services.people import volunteer_recipient
from services.sending import claim
from services.steps import Step
from tests.factories import add_contact, add_retiree, add_volunteer
from tests.services.play import Play
from tests.services.scenes import agreed, crew, offered, row, rows

AFTERNOON = [["14:30", "17:00"]]
NINE_IN_THE_EVENING = datetime(2026, 3, 2, 13, 5, tzinfo=UTC)


async def text_to_volunteer(play: Play, template: str = "V11") -> Message:
    async def work(step: Step) -> Message:
        to = volunteer_recipient(await add_volunteer(step))
        message = await queue_message(step, template, to, "test", {}, moment=step.now + timedelta(days=3))
        assert message is not None
        return message

    message: Message = await play.steps.run("system", work)
    play.queue.clear()
    return message


async def text_to_retiree(play: Play, *, contact: bool = False) -> Message:
    """R7, to the person or (without a mobile number of one's own) to a relative."""

    async def work(step: Step) -> Message:
        person = await add_retiree(step, phone_kind="landline" if contact else "mobile")
        if contact:
            await add_contact(step, person)
        to = await retiree_side(step, person)
        assert to.audience == ("contact" if contact else "retiree")
        message = await queue_message(step, "R7", to, "test", {}, moment=step.now + timedelta(days=3))
        assert message is not None
        return message

    message: Message = await play.steps.run("system", work)
    play.queue.clear()
    return message


async def try_to_send(play: Play, message: Message) -> Message:
    taken = await play.steps.run("system", lambda step: claim(step, play.gateway, message.id))
    assert taken is None
    assert await rows(play, Attempt, col(Attempt.message_id) == message.id) == []
    found: Message = await row(play, Message, message.id)
    return found


async def test_at_night_a_text_waits_for_the_morning(play: Play) -> None:
    message = await text_to_volunteer(play)
    play.clock.set(NINE_IN_THE_EVENING)
    held = await try_to_send(play, message)
    assert held.status is MessageStatus.QUEUED
    assert held.send_at == datetime(2026, 3, 3, 0, 0, tzinfo=UTC), "eight in the morning in Changsha"
    play.clock.set(held.send_at)
    await play.tick()
    assert (await row(play, Message, message.id)).status is MessageStatus.DELIVERED


async def test_retirees_are_not_disturbed_at_noon(play: Play) -> None:
    message = await text_to_retiree(play)
    play.clock.set(datetime(2026, 3, 2, 4, 30, tzinfo=UTC))
    held = await try_to_send(play, message)
    assert held.send_at == datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


async def test_a_text_whose_moment_has_passed_expires(play: Play) -> None:
    message = await text_to_volunteer(play)
    play.clock.set(message.expires_at)
    gone = await try_to_send(play, message)
    assert (gone.status, gone.failure, gone.closed_at) == (
        MessageStatus.EXPIRED, "stale", play.clock.now()
    )  # fmt: skip


async def test_a_text_that_could_only_leave_stale_is_never_queued(play: Play) -> None:
    play.clock.set(NINE_IN_THE_EVENING)

    async def work(step: Step) -> Message | None:
        to = volunteer_recipient(await add_volunteer(step))
        return await queue_message(step, "V11", to, "test", {}, moment=step.now)

    message = await play.steps.run("system", work)
    assert message is not None
    assert (message.status, message.failure) == (MessageStatus.EXPIRED, "stale_before_hours")
    assert play.queue == type(play.queue)()


async def test_the_dead_are_not_written_to_even_when_nobody_took_the_text_back(play: Play) -> None:
    message = await text_to_retiree(play)
    async with play.steps.open() as step:
        person = await step.session.get(Retiree, message.person_id)
        assert person is not None
        person.life_status = LifeStatus.DECEASED
    gone = await try_to_send(play, message)
    assert (gone.status, gone.failure) == (MessageStatus.SUPPRESSED, "deceased")


@pytest.mark.parametrize("who", ["volunteer", "retiree", "contact"])
async def test_who_opted_out_between_gets_nothing(play: Play, who: str) -> None:
    message = await (
        text_to_volunteer(play) if who == "volunteer" else text_to_retiree(play, contact=who == "contact")
    )
    async with play.steps.open() as step:
        if who == "contact":
            person: Any = await step.session.scalar(select(Contact))
        else:
            table: type[Any] = Volunteer if who == "volunteer" else Retiree
            person = await step.session.get(table, message.person_id)
        assert person is not None
        person.opted_out_at = step.now
    gone = await try_to_send(play, message)
    assert (gone.status, gone.failure) == (MessageStatus.SUPPRESSED, "opted_out")


async def test_the_last_text_confirms_the_opt_out_itself(play: Play) -> None:
    message = await text_to_volunteer(play, "V14")
    async with play.steps.open() as step:
        person = await step.session.get(Volunteer, message.person_id)
        assert person is not None
        person.opted_out_at = step.now
    assert await play.steps.run("system", lambda step: claim(step, play.gateway, message.id)) is not None


async def test_an_offer_answered_before_its_text_left_is_not_texted(play: Play) -> None:
    play.gateway.send = None  # type: ignore[assignment]  # nothing may be sent here
    play.clock.set(datetime(2026, 3, 1, 20, 0, tzinfo=UTC))  # four in the morning
    visit = await offered(play, crew_size=1, volunteers=3)
    offer = (await play.offers(visit.id))[0]
    (message,) = await rows(play, Message, col(Message.offer_id) == offer.id)
    assert message.status is MessageStatus.QUEUED
    await play.steps.run("system", lambda step: decline_offer(step, offer.id, "phone"))
    play.clock.set(message.send_at)
    gone = await try_to_send(play, message)
    assert (gone.status, gone.failure) == (MessageStatus.CANCELLED, "offer_ended")


async def test_reminders_of_a_cancelled_visit_are_not_sent(play: Play) -> None:
    visit = await agreed(play)
    reminders = [m for key in ("V3", "V4", "V15", "R6") for m in await play.texts(key)]
    assert len(reminders) >= 4
    waiting = [m for m in reminders if m.status is MessageStatus.QUEUED]
    assert waiting
    await play.steps.run("staff:a", lambda step: changing.cancel(step, visit.id, "搬家"))
    play.queue.clear()
    for message in waiting:
        play.clock.set(message.send_at)
        gone = await try_to_send(play, message)
        assert gone.status is MessageStatus.CANCELLED


async def test_reminders_of_the_old_time_are_not_sent_after_a_move(play: Play) -> None:
    visit = await agreed(play, windows=AFTERNOON)
    assert visit.starts_at is not None
    later = visit.starts_at + timedelta(days=1)
    old = (await play.texts("V4"))[0]
    await play.steps.run("staff:a", lambda step: changing.reschedule(step, visit.id, later, "下雨"))
    play.queue.clear()
    play.clock.set(old.send_at)
    assert (await try_to_send(play, old)).status is MessageStatus.CANCELLED
    new = [m for m in await play.texts("V4") if m.starts_at == later]
    assert [m.status for m in new] == [MessageStatus.QUEUED] * 2


async def test_whoever_left_the_crew_is_not_reminded(play: Play) -> None:
    visit = await agreed(play, volunteers=6, windows=AFTERNOON)
    lead = (await crew(play, visit.id))[0]
    (message,) = [m for m in await play.texts("V4") if m.person_id == lead.id]
    async with play.steps.open() as step:  # the seat alone: nobody took the text back
        seat = next(s for s in await play.seats(visit.id) if s.volunteer_id == lead.id)
        found = await step.session.get(type(seat), seat.id)
        assert found is not None
        in_crew = {s.volunteer_id for s in await play.seats(visit.id)}
        found.volunteer_id = next(v.id for v in await rows(play, Volunteer) if v.id not in in_crew)
    play.clock.set(message.send_at)
    gone = await try_to_send(play, message)
    assert (gone.status, gone.failure) == (MessageStatus.CANCELLED, "not_in_crew")


async def test_a_death_takes_back_all_that_waits_in_one_transaction(play: Play) -> None:
    visit = await agreed(play)

    async def die(step: Step) -> None:
        person = await step.session.get(Retiree, visit.retiree_id)
        assert person is not None
        to = await retiree_side(step, person)
        later = step.now + timedelta(hours=1)
        await queue_message(step, "R7", to, "later", {}, moment=later, send_at=later)
        await retirees.record_death(step, person, step.today)

    await play.steps.run("staff:a", die)
    waiting = await rows(play, Message, col(Message.status) == MessageStatus.QUEUED)
    assert {m.template for m in waiting} <= {"V5"}, "only the visitors are still told"
    assert len(await play.texts("V5")) == 2
    assert await play.texts("R4") == []
    (own,) = await play.texts("R7")
    assert (own.status, own.failure) == (MessageStatus.CANCELLED, "deceased")
