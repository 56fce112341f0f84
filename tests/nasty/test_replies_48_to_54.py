"""Nasty cases 48 to 54: at once, twice, changed minds, and strangers."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlmodel import col

from domain.offers import OfferStatus
from models.messages import Inbound
from models.retirees import Retiree
from models.visits import Offer
from models.volunteers import Volunteer
from notifications.gateways.protocol import Inbound as Received
from services import inbound
from services.steps import Step
from tests.factories import add_volunteer
from tests.nasty.scenes import (
    HOUR,
    MINUTE,
    SECOND,
    asked,
    first_asked,
    holders,
    is_given_to_others,
    offer_of,
    on_desks,
    on_phone,
    promised,
    reads_whole,
    texts_to,
)
from tests.services.play import Play
from tests.services.scenes import rows


async def store(play: Play, phone: str, text: str, key: str) -> Inbound:
    """A text comes in; nobody has read it yet."""
    stored = await play.steps.run("phone", lambda step: inbound.receive(step, "simulator", phone, text, key))
    play.queue.clear()
    return stored


async def read(play: Play, stored: Inbound) -> str:
    return await play.steps.run("system", lambda step: inbound.read_inbound(step, stored.id))


async def test_48_two_yes_in_the_same_second_one_gets_it_the_other_is_told(play: Play) -> None:
    first = await asked(play, volunteers=2)
    second = await first_asked(play, first.visit, 1)
    stored = [await store(play, a.phone, "1", a.phone) for a in (first, second)]
    results = await asyncio.gather(*(read(play, s) for s in stored))
    assert sorted(results) == ["accepted", "standby"]
    winner, other = (first, second) if results[0] == "accepted" else (second, first)
    assert await holders(play, first) == [winner.volunteer_id]
    await play.drain()
    await play.tick()
    assert "已确认" in on_phone(play, winner.phone)[-1]
    assert [t for t in on_phone(play, other.phone) if "已有人接单" in t]
    assert not [t for t in on_phone(play, other.phone) if "已确认" in t]


async def test_49_an_anxious_second_yes_changes_and_confirms_nothing(play: Play) -> None:
    found = await asked(play, volunteers=2)
    assert await play.say(found.phone, "1") == "accepted"
    play.clock.advance(5 * SECOND)
    assert await play.say(found.phone, "1") == "ignored"
    assert len(await texts_to(play, found.phone, "V2")) == 1
    accepted = await rows(play, Offer, col(Offer.status) == OfferStatus.ACCEPTED)
    assert [o.volunteer_id for o in accepted] == [found.volunteer_id]


@pytest.mark.parametrize(("before", "alerted"), [(5 * HOUR, False), (110 * MINUTE, True)])
async def test_50_yes_then_no_is_offered_again_and_close_to_the_visit_alerts(
    play: Play, before: timedelta, alerted: bool
) -> None:
    found = await promised(play, volunteers=5)
    assert found.visit.starts_at is not None
    play.clock.set(found.visit.starts_at - before)
    assert await play.say(found.phone, "2") == "withdrawn"
    assert (await offer_of(play, found)).status is OfferStatus.WITHDRAWN
    assert found.volunteer_id not in await holders(play, found)
    assert await is_given_to_others(play, found)
    items = await on_desks(play, "unfilled")
    assert [item.detail["code"] for item in items] == (["late_withdrawal"] if alerted else [])
    if alerted:
        assert items[0].due_at <= play.clock.now() + 30 * MINUTE


async def test_51_no_then_yes_within_a_minute_before_anybody_else_is_asked_is_a_yes(play: Play) -> None:
    found = await asked(play, volunteers=4)
    play.clock.advance(MINUTE)
    no = await store(play, found.phone, "2", "no")
    assert await read(play, no) == "declined"
    play.queue.clear()  # the step that asks the next has not come yet
    play.clock.advance(40 * SECOND)
    assert await read(play, await store(play, found.phone, "1", "yes")) == "accepted"
    assert await holders(play, found) == [found.volunteer_id]


async def test_51_no_then_yes_after_others_were_asked_is_for_a_person(play: Play) -> None:
    found = await asked(play, volunteers=4)
    assert await play.say(found.phone, "2") == "declined"
    assert await is_given_to_others(play, found)
    play.clock.advance(40 * SECOND)
    assert await play.say(found.phone, "1") == "to_person"
    (item,) = await on_desks(play, "reply")
    assert await reads_whole(play, item, "1")
    assert item.detail["refused"] == "offered_to_others"
    assert await holders(play, found) == [None]


def received(phone: str, text: str, at: datetime, ref: str = "") -> Received:
    return Received(phone, "1069", text, ref, at)


async def test_52_the_same_text_with_its_id_counts_once(play: Play) -> None:
    found = await asked(play, volunteers=2)
    for _ in range(2):
        one = received(found.phone, "1", play.clock.now(), "SM1")
        await play.steps.run("gateway", partial(inbound.receive_all, gateway="tencent", texts=[one]))
        play.clock.advance(MINUTE)
    await play.drain()
    assert [r.result for r in await rows(play, Inbound)] == ["accepted"]


async def test_52_without_an_id_a_second_later_is_the_same_and_five_minutes_later_another(play: Play) -> None:
    found = await asked(play, volunteers=2)
    counts = []
    for wait in (timedelta(), SECOND, 5 * MINUTE):
        play.clock.advance(wait)
        one = received(found.phone, "1", play.clock.now())
        await play.steps.run("gateway", partial(inbound.receive_all, gateway="tencent", texts=[one]))
        await play.drain()
        counts.append(len(await rows(play, Inbound)))
    assert counts == [1, 1, 2]
    assert [r.result for r in await rows(play, Inbound)] == ["accepted", "ignored"]


async def test_53_a_stranger_is_answered_neutrally_once_a_day_and_listed(play: Play) -> None:
    await asked(play, volunteers=2)
    stranger, text = "+8613700000000", "王奶奶住几号？"
    for _ in range(2):
        assert await play.say(stranger, text) == "stranger"
        play.clock.advance(MINUTE)
    stored = await rows(play, Inbound)
    assert [r.text for r in stored] == [text, text]
    assert len(await on_desks(play, "reply")) == 2
    (answer,) = on_phone(play, stranger)
    people = [*(await rows(play, Retiree)), *(await rows(play, Volunteer))]
    assert not [p for p in people if p.name in answer or p.phone in answer]
    play.clock.advance(timedelta(days=1))
    await play.say(stranger, "有人吗，找社区")
    assert len(on_phone(play, stranger)) == 2


async def test_54_of_two_volunteers_with_one_number_only_the_code_decides(play: Play) -> None:
    async def fill(step: Step) -> str:
        one = await add_volunteer(step)
        await add_volunteer(step, phone=one.phone)
        return one.phone

    phone = await play.steps.run("system", fill)
    first = await asked(play, volunteers=0)
    second = await first_asked(play, first.visit, 1)
    assert {first.phone, second.phone} == {phone}
    assert await play.say(phone, "1") == "shared_number"
    assert len(await on_desks(play, "reply")) == 1
    assert await holders(play, first) == [None]
    assert await play.say(phone, f"{second.offer.code} 1") == "accepted"
    assert await holders(play, first) == [second.volunteer_id]
