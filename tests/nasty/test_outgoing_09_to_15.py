"""Nasty cases 9 to 15: what each code of a gateway leads to."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from domain.messages import MessageStatus
from domain.offers import OfferStatus
from models.desk import DeskItem
from models.messages import Message
from models.visits import Offer
from models.volunteers import Volunteer
from services.messages import queue_message
from services.people import volunteer_recipient
from services.steps import Step
from tests.factories import add_contact, add_volunteer
from tests.nasty.scenes import (
    HOUR,
    MINUTE,
    asked,
    on_desks,
    texts_to,
)
from tests.nasty.wires import Wired
from tests.services.scenes import agreed, retiree_of, row, rows


async def test_09_wrong_credentials_pause_the_channel_once_and_burn_nothing(wired: Wired) -> None:
    ids = await wired.intend(3)
    right, wired.twilio.auth_token = wired.twilio.auth_token, "changed at Twilio"
    for message_id in ids:
        await wired.send(message_id)
    assert [await wired.status(i) for i in ids] == [MessageStatus.QUEUED] * 3
    (item,) = await on_desks(wired.play, "channel")
    await wired.play.wait(HOUR)
    assert len(await rows(wired.play, DeskItem, col(DeskItem.kind) == "channel")) == 1, "one alert"
    assert wired.taken == []
    wired.twilio.auth_token = right
    await wired.play.wait(HOUR)
    assert [await wired.status(i) for i in ids] == [MessageStatus.ACCEPTED] * 3
    assert len(wired.taken) == 3
    closed: DeskItem = await row(wired.play, DeskItem, item.id)
    assert closed.closed_at is not None, "it resumed by itself"


async def refused(wired: Wired, phone: str, status: int, code: int) -> None:
    wired.twilio.number_errors[phone] = (status, code)


async def test_10_a_bad_number_moves_the_offer_on_and_the_coordinator_sees_it(wired: Wired) -> None:
    bad_id, phone = await wired.play.steps.run("system", _volunteer)
    await refused(wired, phone, 400, 21211)
    found = await asked(wired.play, volunteers=3)

    async def offers_to_bad() -> list[Offer]:
        return [o for o in await wired.play.offers(found.visit.id) if o.volunteer_id == bad_id]

    while not (offers := await offers_to_bad()):  # until the bad number's turn has come
        wired.play.clock.advance(MINUTE)
        open_one = next(o for o in await wired.play.offers(found.visit.id) if o.status is OfferStatus.OFFERED)
        volunteer: Volunteer = await row(wired.play, Volunteer, open_one.volunteer_id)
        assert await wired.play.say(volunteer.phone, "2") == "declined"
    (offer,) = offers
    assert offer.status is not OfferStatus.OFFERED, "it has moved on at once"
    (text,) = [m for m in await wired.play.texts("V1") if m.offer_id == offer.id]
    assert (text.status, "21211" in text.failure) == (MessageStatus.FAILED, True)
    assert [i for i in await on_desks(wired.play, "verify_phone") if i.volunteer_id == bad_id]
    assert not [m for m in wired.taken if m.to == phone]


async def _volunteer(step: Step) -> tuple[UUID, str]:
    made = await add_volunteer(step)
    return made.id, made.phone


async def test_11_a_landline_goes_to_the_call_list_and_is_not_texted_again(wired: Wired) -> None:
    phone = "+8613500000011"
    await refused(wired, phone, 400, 21614)
    visit = await agreed(wired.play, retiree={"phone": phone})
    calls = [i for i in await on_desks(wired.play, "call") if i.visit_id == visit.id]
    assert len(calls) == 1
    tried = [m.status for m in await texts_to(wired.play, phone) if m.attempts]
    assert tried == [MessageStatus.FAILED]
    creates = wired.twilio.creates
    await wired.play.wait(6 * HOUR)
    later = [m for m in await texts_to(wired.play, phone) if m.attempts]
    assert len(later) == 1, "never by text again"
    assert wired.twilio.creates >= creates


async def test_12_who_opted_out_at_the_gateway_gets_nothing_more_and_the_offer_moves_on(
    wired: Wired,
) -> None:
    found = await asked(wired.play, volunteers=2)
    waiting = await wired.play.steps.run("system", lambda step: _later(step, found.volunteer_id))
    await refused(wired, found.phone, 400, 21610)
    second = await asked(wired.play, volunteers=0)
    text = next(
        m for m in await wired.play.texts("V1") if m.visit_id == second.visit.id and m.phone == found.phone
    )
    assert text.status is MessageStatus.FAILED
    volunteer: Volunteer = await row(wired.play, Volunteer, found.volunteer_id)
    assert volunteer.opted_out_at is not None
    stopped = await wired.message(waiting)
    assert stopped.status in (MessageStatus.SUPPRESSED, MessageStatus.CANCELLED)
    offer = next(o for o in await wired.play.offers(second.visit.id) if o.volunteer_id == found.volunteer_id)
    assert offer.status is not OfferStatus.OFFERED
    sent = len([m for m in wired.taken if m.to == found.phone])
    await wired.play.wait(24 * HOUR)
    assert len([m for m in wired.taken if m.to == found.phone]) == sent


async def _later(step: Step, volunteer_id: UUID) -> UUID:
    volunteer = await step.session.get(Volunteer, volunteer_id)
    assert volunteer is not None
    message = await queue_message(
        step,
        "V5",
        volunteer_recipient(volunteer),
        "later",
        {"code": "T4829-1742"},
        moment=step.now + 9 * HOUR,
        send_at=step.now + 5 * HOUR,
    )
    assert message is not None
    return message.id


@pytest.mark.parametrize(("hours", "again"), [(6.0, True), (1 / 3, False)])
async def test_13_an_absent_phone_is_tried_once_more_only_if_there_is_time(
    wired: Wired, hours: float, again: bool
) -> None:
    """At nine for a visit at three: one more try after half an hour; for one in 20 minutes: none."""
    (message_id,) = await wired.intend(fresh=timedelta(hours=hours))
    await wired.send(message_id)
    message = await wired.message(message_id)
    assert await wired.twilio.report(wired.taken[0], "undelivered", 30003) == 204
    assert await wired.status(message_id) is MessageStatus.UNDELIVERED
    later = [m for m in await texts_to(wired.play, message.phone) if m.id != message_id]
    assert [m.send_at >= wired.play.clock.now() + 30 * MINUTE for m in later] == ([True] if again else [])
    await wired.play.wait(3 * HOUR)
    assert len(wired.taken_for(message)) == (2 if again else 1)
    if again:
        assert await wired.twilio.report(wired.taken[-1], "undelivered", 30003) == 204
        await wired.play.wait(3 * HOUR)
        assert len(wired.taken_for(message)) == 2, "one retry, not more"


async def test_13_when_there_is_no_time_the_next_contact_is_texted(wired: Wired) -> None:
    visit = await agreed(wired.play, retiree={"phone": "+8613500000013"})
    person = await retiree_of(wired.play, visit)
    contact = await wired.play.steps.run("system", lambda step: add_contact(step, person))
    announced = next(m for m in wired.taken if m.to == person.phone)
    assert visit.starts_at is not None
    wired.play.clock.set(visit.starts_at - 20 * MINUTE)
    assert await wired.twilio.report(announced, "undelivered", 30003) == 204
    await wired.play.tick()
    assert len([m for m in wired.taken if m.to == person.phone]) == 1, "no second try"
    assert [m for m in wired.taken if m.to == contact.phone], "the next contact instead"


async def test_14_filtered_words_are_not_repeated_and_the_text_is_looked_at(wired: Wired) -> None:
    message = await _reported(wired, 30007)
    await wired.play.wait(4 * HOUR)
    assert len(wired.taken_for(message)) == 1
    (item,) = await on_desks(wired.play, "template")
    assert item.detail["template"] == "V5"


async def test_15_a_code_without_a_rule_is_final_and_told(wired: Wired) -> None:
    message = await _reported(wired, 39999)
    assert "39999" in message.failure
    await wired.play.wait(4 * HOUR)
    assert len(wired.taken_for(message)) == 1
    assert len(await on_desks(wired.play, "template")) == 1


async def test_15_a_refusal_with_an_unknown_code_raises_nothing(wired: Wired) -> None:
    (message_id,) = await wired.intend()
    wired.twilio.number_errors[(await wired.message(message_id)).phone] = (400, 39999)
    await wired.send(message_id)
    message = await wired.message(message_id)
    assert (message.status, "39999" in message.failure) == (MessageStatus.FAILED, True)
    assert len(await on_desks(wired.play, "template")) == 1


async def _reported(wired: Wired, code: int) -> Message:
    (message_id,) = await wired.intend()
    await wired.send(message_id)
    assert await wired.twilio.report(wired.taken[0], "failed", code) == 204
    message = await wired.message(message_id)
    assert message.status is MessageStatus.FAILED
    return message
