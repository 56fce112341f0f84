"""Nasty cases 39 to 47: yes, no, and which visit is meant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col

from domain.offers import OfferStatus
from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.visits import Offer, TimelineEntry
from tests.nasty.scenes import (
    HOUR,
    MINUTE,
    asked,
    asked_twice,
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
from tests.services.scenes import offered, open_matters, row, rows

YES = ("1", "１", "１。", " 1 ", "①", "1️⃣", "一", "壹", "回1", "\u200b1")
NO = ("2", "２", "不行", "没空", "不好意思，没空", "来不了")
GOOD = ("好的", "收到", "可以", "没问题", "OK", "ＯＫ")
HEDGED = ("可以吗？", "可以，但是要晚点", "不行，但两小时后可以")


@pytest.mark.parametrize("text", YES)
async def test_39_a_yes_in_many_spellings_is_accepted(play: Play, text: str) -> None:
    found = await asked(play, volunteers=2)
    assert await play.say(found.phone, text) == "accepted"
    assert (await play.visit(found.visit.id)).status is VisitStatus.ACCEPTED
    assert await holders(play, found) == [found.volunteer_id]
    assert len([t for t in on_phone(play, found.phone) if "已确认" in t]) == 1
    assert await open_matters(play) == []


@pytest.mark.parametrize("text", NO)
async def test_40_after_a_no_the_next_volunteer_is_asked_immediately(play: Play, text: str) -> None:
    found = await asked(play, volunteers=4)
    assert await play.say(found.phone, text) == "declined"
    assert (await offer_of(play, found)).status is OfferStatus.DECLINED
    newest = (await play.offers(found.visit.id))[-1]
    assert (newest.offered_at, newest.status) == (play.clock.now(), OfferStatus.OFFERED)
    assert await is_given_to_others(play, found)
    (text_of_offer,) = [m for m in await play.texts("V1") if m.offer_id == newest.id]
    assert text_of_offer.text in on_phone(play, text_of_offer.phone), "asked, not only planned"


@pytest.mark.parametrize("text", GOOD)
async def test_41_ok_is_a_yes_to_exactly_one_open_offer(play: Play, text: str) -> None:
    found = await asked(play, volunteers=2)
    assert await play.say(found.phone, text) == "accepted"
    assert await holders(play, found) == [found.volunteer_id]


@pytest.mark.parametrize("text", GOOD)
async def test_41_ok_with_nothing_open_is_told_so(play: Play, text: str) -> None:
    found = await asked(play, volunteers=2)
    assert await play.say(found.phone, "2") == "declined"
    play.clock.advance(HOUR)
    assert await play.say(found.phone, text) == "nothing_open"
    assert "没有待确认的任务" in on_phone(play, found.phone)[-1]
    assert found.volunteer_id not in await holders(play, found)


@pytest.mark.parametrize("text", ["不是不行", "没问题吗"])
async def test_42_no_problem_is_no_no_and_not_impossible_is_for_a_person(play: Play, text: str) -> None:
    found = await asked(play, volunteers=3)
    assert await play.say(found.phone, text) == "to_person"
    (item,) = await on_desks(play, "reply")
    assert await reads_whole(play, item, text)
    assert (await offer_of(play, found)).status is OfferStatus.OFFERED
    assert await play.say(found.phone, "没问题") == "accepted"


@pytest.mark.parametrize("text", HEDGED)
async def test_43_a_hedged_answer_goes_whole_to_a_person_and_the_clock_runs_on(play: Play, text: str) -> None:
    found = await asked(play, volunteers=3)
    assert await play.say(found.phone, text) == "to_person"
    (item,) = await on_desks(play, "reply")
    assert await reads_whole(play, item, text)
    offer = await offer_of(play, found)
    assert (offer.status, offer.expires_at) == (OfferStatus.OFFERED, found.offer.expires_at)
    await play.wait(found.offer.expires_at - play.clock.now())
    await play.tick()
    assert (await offer_of(play, found)).status is OfferStatus.EXPIRED


async def test_44_a_bare_yes_to_two_offers_is_asked_back_once_with_both_codes(play: Play) -> None:
    phone, first, second = await asked_twice(play)
    for result in ("asked", "to_person"):
        assert await play.say(phone, "1") == result
        play.clock.advance(MINUTE)
    assert {o.status for o in await rows(play, Offer)} == {OfferStatus.OFFERED}, "never a guess"
    (question,) = await texts_to(play, phone, "V10")
    assert first.code in question.text
    assert second.code in question.text
    assert on_phone(play, phone).count(question.text) == 1


async def test_44_codes_that_come_after_all_spare_a_person_the_call(play: Play) -> None:
    phone, first, second = await asked_twice(play)
    for result in ("asked", "to_person"):
        assert await play.say(phone, "1") == result
        play.clock.advance(MINUTE)
    (matter,) = await rows(play, DeskItem)
    assert await play.say(phone, f"{first.code} 1") == "accepted"
    assert (await row(play, DeskItem, matter.id)).closed_at is None, "the other offer still waits"
    await play.say(phone, f"{second.code} 2")
    assert (await row(play, DeskItem, matter.id)).resolution == "answered"


@pytest.mark.parametrize("form", ["{code} 1", "{code}好", "1 {code}", "{wide}１", "{short} 1", "{short}好"])
async def test_44_with_its_code_only_that_visit_is_accepted(play: Play, form: str) -> None:
    phone, first, second = await asked_twice(play)
    digits = first.code.removeprefix("T").replace("-", "")
    wide = "".join(chr(ord(d) - ord("0") + ord("０")) for d in digits)
    text = form.format(code=first.code, wide=wide, short=digits[4:])
    assert await play.say(phone, text) == "accepted"
    now = {o.id: o.status for o in await rows(play, Offer)}
    assert (now[first.id], now[second.id]) == (OfferStatus.ACCEPTED, OfferStatus.OFFERED)


async def test_45_an_open_offer_and_a_visit_to_be_completed_are_told_apart(play: Play) -> None:
    done = await promised(play, volunteers=1)
    assert done.visit.starts_at is not None
    play.clock.set(done.visit.starts_at)
    assert await play.say(done.phone, "到了") == "arrived"
    play.clock.advance(30 * MINUTE)
    other = await offered(play, volunteers=0, kind=VisitKind.TASK, crew_size=1)
    offer = await first_asked(play, other)
    assert offer.volunteer_id == done.volunteer_id
    assert await play.say(done.phone, "1") == "accepted", "a 1 can only mean the offer"
    assert (await play.visit(done.visit.id)).status is VisitStatus.CHECKED_IN
    assert await play.say(done.phone, "完成") == "reported:done_evidence", "done can only mean the visit"
    assert (await play.visit(other.id)).status is VisitStatus.ACCEPTED


async def test_45_two_visits_to_be_completed_are_asked_about(play: Play) -> None:
    done = await promised(play, volunteers=1)
    second = await offered(play, volunteers=0, kind=VisitKind.TASK, crew_size=1)
    assert await play.say(done.phone, "1") == "accepted"
    times = [(await play.visit(i)).starts_at for i in (done.visit.id, second.id)]
    assert times[0] is not None
    assert times[1] is not None
    assert abs(times[1] - times[0]) < timedelta(hours=30)
    play.clock.set(max(times[0], times[1]) + MINUTE)
    assert await play.say(done.phone, "完成") == "asked"
    assert (await play.visit(done.visit.id)).status is VisitStatus.ACCEPTED


async def test_46_ten_minutes_after_another_took_it_the_yes_is_too_late(play: Play) -> None:
    first = await asked(play, volunteers=3)
    second = await first_asked(play, first.visit, 1)
    assert await play.say(first.phone, "1") == "accepted"
    told = len(on_phone(play, second.phone))
    play.clock.advance(10 * MINUTE + timedelta(seconds=1))
    assert await play.say(second.phone, "1") == "standby"
    assert await holders(play, first) == [first.volunteer_id]
    assert "已有人接单" in on_phone(play, second.phone)[-1]
    assert len(on_phone(play, second.phone)) == told + 1
    assert (await play.visit(first.visit.id)).status is VisitStatus.ACCEPTED


async def test_47_after_its_end_an_offer_counts_while_the_seat_is_free_and_that_is_logged(play: Play) -> None:
    found = await asked(play, volunteers=8)
    await play.wait(found.offer.expires_at - play.clock.now())
    await play.tick()
    assert (await offer_of(play, found)).status is OfferStatus.EXPIRED
    visit = await play.visit(found.visit.id)
    assert (visit.status, visit.starts_at) == (VisitStatus.OFFERED, found.offer.starts_at), "the seat is free"
    assert await play.say(found.phone, f"{found.offer.code} 1") == "accepted"
    assert await holders(play, found) == [found.volunteer_id]
    noted = await rows(play, TimelineEntry, col(TimelineEntry.visit_id) == visit.id)
    assert "offer.accepted" in [entry.event for entry in noted]
    others = [o for o in await play.offers(visit.id) if o.volunteer_id != found.volunteer_id]
    assert OfferStatus.OFFERED not in {o.status for o in others}, "those who were asked meanwhile are told"
