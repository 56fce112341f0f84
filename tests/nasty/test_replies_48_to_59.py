"""Nasty cases 48 to 59: at once, twice, changed minds, strangers, opt-outs, and how a visit is completed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import col

from api.app import create_app
from api.context import ApiContext
from config.clock import ManualClock
from config.settings import Settings
from domain.offers import OfferStatus
from domain.visits import VisitStatus
from models.messages import Inbound, Message
from models.retirees import Retiree
from models.visits import Offer, VisitReport
from models.volunteers import Volunteer
from notifications.gateways.protocol import Inbound as Received
from services import inbound, visiting
from services.steps import Step, Steps
from tests.factories import add_volunteer
from tests.nasty.scenes import (
    HOUR,
    MINUTE,
    SECOND,
    Asked,
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
from tests.services.scenes import open_matters, retiree_of, row, rows


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
    assert sorted(results) == ["accepted", "filled"]
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
        await play.steps.run("gateway", lambda step, one=one: inbound.receive_all(step, "tencent", [one]))
        play.clock.advance(MINUTE)
    await play.drain()
    assert [r.result for r in await rows(play, Inbound)] == ["accepted"]


async def test_52_without_an_id_a_second_later_is_the_same_and_five_minutes_later_another(play: Play) -> None:
    found = await asked(play, volunteers=2)
    counts = []
    for wait in (timedelta(), SECOND, 5 * MINUTE):
        play.clock.advance(wait)
        one = received(found.phone, "1", play.clock.now())
        await play.steps.run("gateway", lambda step, one=one: inbound.receive_all(step, "tencent", [one]))
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


OPT_OUT = ("TD", "ＴＤ", "T", "R", "退订", "STOP", "不要再发短信了")


@pytest.mark.parametrize("text", OPT_OUT)
async def test_55_whoever_opts_out_is_confirmed_once_and_offers_move_on(play: Play, text: str) -> None:
    found = await asked(play, volunteers=4)
    for _ in range(2):
        assert await play.say(found.phone, text) == "opted_out"
    volunteer: Volunteer = await row(play, Volunteer, found.volunteer_id)
    assert volunteer.opted_out_at == play.clock.now()
    assert (await offer_of(play, found)).status is OfferStatus.DECLINED
    assert await is_given_to_others(play, found)
    assert len([t for t in on_phone(play, found.phone) if "停止短信" in t]) == 1


async def test_55_a_promised_visit_stays_and_goes_to_the_coordinator(play: Play) -> None:
    found = await promised(play, volunteers=3)
    assert await play.say(found.phone, "退订") == "opted_out"
    assert await holders(play, found) == [found.volunteer_id]
    assert (await play.visit(found.visit.id)).status is VisitStatus.ACCEPTED
    (item,) = await on_desks(play, "call")
    assert (item.visit_id, item.volunteer_id) == (found.visit.id, found.volunteer_id)


@pytest.mark.parametrize(("gateway", "text"), [("aliyun", "TD"), ("aliyun", "R"), ("twilio", "STOP")])
async def test_55_no_confirmation_of_ours_where_the_carrier_confirms(
    play: Play, gateway: str, text: str
) -> None:
    found = await asked(play, volunteers=2)
    one = received(found.phone, text, play.clock.now(), "SM1")
    await play.steps.run("gateway", lambda step: inbound.receive_all(step, gateway, [one]))
    await play.drain()
    assert (await row(play, Volunteer, found.volunteer_id)).opted_out_at is not None
    assert await texts_to(play, found.phone, "V14") == []


async def test_56_a_yes_after_the_opt_out_subscribes_nobody(play: Play) -> None:
    found = await asked(play, volunteers=3)
    await play.say(found.phone, "退订")
    play.clock.advance(MINUTE)
    sent = len(on_phone(play, found.phone))
    assert await play.say(found.phone, "1") == "to_person"
    (item,) = await on_desks(play, "reply")
    assert await reads_whole(play, item, "1")
    assert (await row(play, Volunteer, found.volunteer_id)).opted_out_at is not None
    assert len(on_phone(play, found.phone)) == sent
    assert found.volunteer_id not in await holders(play, found)


@pytest.mark.parametrize("text", ["完成", "已完成", "做完了", "3"])
@pytest.mark.parametrize("when", ["during", "after"])
async def test_57_during_and_after_the_visit_it_is_completed(play: Play, text: str, when: str) -> None:
    found = await promised(play, volunteers=2)
    assert found.visit.starts_at is not None
    play.clock.set(found.visit.starts_at)
    if when == "during":
        assert await play.say(found.phone, "到了") == "arrived"
        play.clock.advance(20 * MINUTE)
    else:
        play.clock.advance(timedelta(minutes=found.visit.minutes + 30))
    assert await play.say(found.phone, text) == "reported:done_evidence"
    assert (await play.visit(found.visit.id)).status is VisitStatus.COMPLETED
    assert len(await rows(play, VisitReport)) == 1


@pytest.mark.parametrize("text", ["完成", "已完成", "做完了", "3"])
async def test_57_before_the_start_it_is_asked_about(play: Play, text: str) -> None:
    found = await promised(play, volunteers=2)
    assert await play.say(found.phone, text) == "to_person"
    assert (await play.visit(found.visit.id)).status is VisitStatus.ACCEPTED
    assert "未能确认您的意思" in on_phone(play, found.phone)[-1]
    assert await reads_whole(play, (await on_desks(play, "reply"))[0], text)


async def by_page(play: Play, found: Asked) -> None:
    form = visiting.ReportForm("form-1", "done_evidence")
    await play.steps.run(
        "volunteer", lambda step: visiting.report(step, found.visit.id, found.volunteer_id, form)
    )


@pytest.mark.parametrize("first", ["page", "sms"])
async def test_58_by_text_and_by_page_is_one_completion_with_the_first_time(play: Play, first: str) -> None:
    found = await promised(play, volunteers=2)
    assert found.visit.starts_at is not None
    play.clock.set(found.visit.starts_at + 30 * MINUTE)
    at = play.clock.now()
    if first == "page":
        await by_page(play, found)
        play.clock.advance(MINUTE)
        assert not (await play.say(found.phone, "完成")).startswith("reported")
    else:
        assert await play.say(found.phone, "完成") == "reported:done_evidence"
        play.clock.advance(MINUTE)
        with pytest.raises(visiting.WrongMoment):
            await by_page(play, found)
    (report,) = await rows(play, VisitReport)
    assert report.reported_at == at
    assert (await play.visit(found.visit.id)).reported_at == at


async def test_59_after_five_wrong_codes_the_page_is_locked_and_shows_nothing(
    play: Play, steps: Steps, clock: ManualClock, database_url: str, tmp_path: Path
) -> None:
    found = await promised(play, volunteers=2)
    settings = Settings(_env_file=None, database_url=database_url, var_dir=tmp_path)  # type: ignore[call-arg]  # pydantic-settings' own argument
    app = create_app(ApiContext(settings, steps.db, steps, clock, play.gateway))
    person = await retiree_of(play, found.visit)
    async with TestClient(TestServer(app)) as browser:
        for guess in range(5):
            answer = await browser.post("/t", data={"code": f"T9000-000{guess}"})
            assert answer.status == 404
        for _ in range(2):
            locked = await browser.post("/t", data={"code": found.offer.code}, allow_redirects=False)
            page = await locked.text()
            assert locked.status in (403, 429), "the right code does not open it either"
            assert not [w for w in (person.name, person.address, person.phone) if w and w in page]
            assert "tanfang_t" not in {cookie.key for cookie in browser.session.cookie_jar}
        clock.advance(timedelta(minutes=16))
        again = await browser.post("/t", data={"code": found.offer.code}, allow_redirects=False)
        assert again.status == 303
    assert await open_matters(play) == []
    assert not [m for m in await rows(play, Message) if person.phone in m.text]


async def test_59_after_five_wrong_digits_the_address_stays_hidden(
    play: Play, steps: Steps, clock: ManualClock, database_url: str, tmp_path: Path
) -> None:
    found = await promised(play, volunteers=2)
    assert found.visit.starts_at is not None
    clock.set(found.visit.starts_at)
    settings = Settings(_env_file=None, database_url=database_url, var_dir=tmp_path)  # type: ignore[call-arg]  # pydantic-settings' own argument
    app = create_app(ApiContext(settings, steps.db, steps, clock, play.gateway))
    person = await retiree_of(play, found.visit)
    async with TestClient(TestServer(app)) as browser:
        await browser.post("/t", data={"code": found.offer.code})
        own = found.phone[-4:]
        wrong = [f"{n:04d}" for n in range(9) if f"{n:04d}" != own][:5]
        for digits in [*wrong, own]:
            answer = await browser.post("/t/know", data={"digits": digits}, allow_redirects=False)
            assert answer.status in (403, 429), "also the right ones, once it is locked"
        page = await (await browser.get("/t")).text()
        assert person.address is not None
        assert person.address not in page
        assert person.name not in page


async def test_44_and_54_a_code_of_somebody_else_opens_nothing(play: Play) -> None:
    """A code is personal: another volunteer's phone cannot answer with it."""
    phone, first, _ = await asked_twice(play)
    other = await play.steps.run("system", add_volunteer)
    assert await play.say(other.phone, f"{first.code} 1") == "to_person"
    assert {o.status for o in await rows(play, Offer)} == {OfferStatus.OFFERED}
    assert phone != other.phone
