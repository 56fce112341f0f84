"""Nasty cases 60 to 70: alarms, nonsense, machines, and what must go on by itself."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from functools import partial
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
from models.desk import DeskItem
from models.messages import Inbound, Message
from models.staff import Role
from models.visits import Offer, TimelineEntry
from notifications.gateways.protocol import Inbound as Received
from services import call_list, inbound
from services.sign_in import create_staff
from services.steps import Steps
from services.visit_page import load_visit_page
from tests.nasty.scenes import (
    HOUR,
    MINUTE,
    SECOND,
    asked,
    asked_twice,
    holders,
    offer_of,
    officer,
    on_desks,
    on_phone,
    promised,
    reads_whole,
)
from tests.services.play import Play
from tests.services.scenes import agreed as agreed_pair
from tests.services.scenes import crew, open_matters, row, rows

ALARMS = ("王奶奶摔倒了，快来", "没人开门", "救命", "1 救命", "2 老人晕倒了", "退订 救命", "完成 着火了")


@pytest.mark.parametrize("text", ALARMS)
async def test_60_an_alarm_reaches_the_coordinator_at_once_and_is_no_answer(play: Play, text: str) -> None:
    duty = await officer(play)
    found = await asked(play, volunteers=3)
    await play.say(found.phone, text)
    (item,) = await on_desks(play, "alarm")
    assert item.responsible == "staff:officer"
    assert item.due_at <= play.clock.now() + 30 * MINUTE
    assert await reads_whole(play, item, text)
    (alarm,) = on_phone(play, duty.phone)
    assert "求助" in alarm
    async with play.steps.look() as step:
        first = (await call_list.load_calls(step))[0]
    assert (first.about, first.item.id, first.said) == ("alarm", item.id, text), "and stands on the call list"
    answered = await offer_of(play, found)
    assert answered.status is (OfferStatus.DECLINED if "退订" in text else OfferStatus.OFFERED)
    assert await holders(play, found) == [None]


async def test_60_an_alarm_does_not_wait_for_the_morning(play: Play) -> None:
    duty = await officer(play)
    found = await promised(play, volunteers=2)
    assert found.visit.starts_at is not None
    play.clock.set(found.visit.starts_at.replace(hour=15))  # 23:00 in Changsha
    await play.say(found.phone, "救命")
    assert len(await on_desks(play, "alarm")) == 1
    assert len(on_phone(play, duty.phone)) == 1


async def test_60_an_alarm_from_a_stranger_is_an_alarm(play: Play) -> None:
    await play.steps.run("system", lambda step: _city(step))
    await play.say("+8613700000000", "有人倒在地上，救命")
    (item,) = await on_desks(play, "alarm")
    assert item.responsible == "staff:city"
    (text,) = await play.texts("C3")
    assert text.text in on_phone(play, text.phone)


async def _city(step: object) -> None:
    await create_staff(
        step,  # type: ignore[arg-type]  # a Step; only handed through
        username="city",
        display_name="city",
        password="correct horse battery",
        role=Role.CITY_ADMIN,
        area="4301",
        phone="+8613600000001",
    )


MMS = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4).decode()
NO_WORDS = ("", ".", "[微笑]", "👍", MMS)


@pytest.mark.parametrize("text", NO_WORDS, ids=["empty", "dot", "sticker", "thumb", "mms"])
async def test_61_what_has_no_words_is_for_a_person_and_no_answer(play: Play, text: str) -> None:
    found = await asked(play, volunteers=2)
    assert await play.say(found.phone, text) == "to_person"
    assert (await offer_of(play, found)).status is OfferStatus.OFFERED
    assert await reads_whole(play, (await on_desks(play, "reply"))[0], text)


@pytest.mark.parametrize("text", ["要", "妖", "亿"])
async def test_62_what_only_sounds_like_one_is_for_a_person(play: Play, text: str) -> None:
    found = await asked(play, volunteers=2)
    assert await play.say(found.phone, text) == "to_person"
    assert (await offer_of(play, found)).status is OfferStatus.OFFERED
    assert len(await on_desks(play, "reply")) == 1


async def test_63_an_answering_machine_and_our_own_words_are_ignored(play: Play) -> None:
    found = await asked(play, volunteers=2)
    sent = len(on_phone(play, found.phone))
    for text in ("我正在开会，稍后回复", "回复1接受 2拒绝", on_phone(play, found.phone)[0]):
        assert await play.say(found.phone, text) == "ignored"
    assert (await offer_of(play, found)).status is OfferStatus.OFFERED
    assert (len(on_phone(play, found.phone)), await open_matters(play)) == (sent, [])


async def test_63_after_three_in_ten_minutes_a_loop_is_cut(play: Play) -> None:
    """A machine that nobody knows as one: it hears from us once, and a person sees it three times."""
    found = await asked(play, volunteers=2)
    sent, results = len(on_phone(play, found.phone)), []
    for _ in range(6):
        results.append(await play.say(found.phone, "机主在忙"))
        play.clock.advance(MINUTE)
    assert results == ["to_person"] * 3 + ["loop"] * 3
    assert len(on_phone(play, found.phone)) == sent + 1
    assert len(await on_desks(play, "reply")) == 3
    play.clock.advance(HOUR)
    assert await play.say(found.phone, "机主在忙") == "to_person", "an hour later it is a text again"


async def test_64_a_long_hostile_text_is_kept_whole_shown_escaped_and_read_to_160(
    play: Play, steps: Steps, clock: ManualClock, database_url: str, tmp_path: Path
) -> None:
    await play.steps.run("system", lambda step: _city(step))
    found = await asked(play, volunteers=2)
    hostile = "<script>alert(1)</script>'; DROP TABLE visits; --{{7*7}} "
    text = hostile + "好" * (2000 - len(hostile))
    assert await play.say(found.phone, text) == "to_person"
    (stored,) = await rows(play, Inbound)
    assert stored.text == text
    assert (await offer_of(play, found)).status is OfferStatus.OFFERED
    settings = Settings(_env_file=None, database_url=database_url, var_dir=tmp_path)  # type: ignore[call-arg]  # pydantic-settings' own argument
    app = create_app(ApiContext(settings, steps.db, steps, clock, play.gateway))
    async with TestClient(TestServer(app)) as browser:
        login = {"username": "city", "password": "correct horse battery"}
        assert (await browser.post("/api/v1/session", json=login)).status == 204
        page = await (await browser.get("/")).text()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{7*7}}" in page, "shown as it was written, not worked out"
    late_no = "1 " + "好" * 158 + "，不去了"
    assert await play.say(found.phone, late_no) == "accepted", "what follows the 160th character is not read"


@pytest.mark.parametrize(
    ("text", "result"),
    [("å¥½", "accepted"), ("好的".encode().decode("latin-1"), "accepted"), ("å¥", "to_person")],
)
async def test_65_mojibake_is_repaired_where_it_can_be(play: Play, text: str, result: str) -> None:
    found = await asked(play, volunteers=2)
    assert await play.say(found.phone, text) == result
    assert ((await holders(play, found)) == [found.volunteer_id]) == (result == "accepted")
    assert len(await on_desks(play, "reply")) == (result == "to_person")


async def test_66_a_text_from_our_own_number_is_dropped(play: Play) -> None:
    own = "+15005550006"
    for text in ("1", "回复1接受 2拒绝"):
        one = Received(own, own, text, f"SM{text}", play.clock.now())
        await play.steps.run("gateway", partial(inbound.receive_all, gateway="twilio", texts=[one]))
        await play.drain()
    assert await rows(play, Inbound) == []
    assert await rows(play, Message) == []
    assert await open_matters(play) == []


@pytest.mark.parametrize("together", [False, True], ids=["the later one first", "at once"])
async def test_67_two_texts_of_one_person_are_read_in_their_order(play: Play, together: bool) -> None:
    phone, first, second = await asked_twice(play)
    stored = []
    for number, text in enumerate((f"{first.code} 1", f"{first.code} 2", f"{second.code} 1")):
        stored.append(
            await play.steps.run(
                "phone", partial(inbound.receive, gateway="x", phone=phone, text=text, dedupe_key=str(number))
            )
        )
    play.queue.clear()

    async def read(one: Inbound) -> str:
        return await play.steps.run("system", lambda step: inbound.read_inbound(step, one.id))

    if together:
        await asyncio.gather(*(read(one) for one in reversed(stored)))
    else:
        for one in reversed(stored):
            await read(one)
    assert [r.result for r in await rows(play, Inbound)] == ["accepted", "withdrawn", "accepted"]
    now = {o.id: o.status for o in await rows(play, Offer)}
    assert (now[first.id], now[second.id]) == (OfferStatus.WITHDRAWN, OfferStatus.ACCEPTED)


async def test_68_nobody_will_be_at_home_so_visitors_and_coordinator_are_told(play: Play) -> None:
    visit = await agreed_pair(play, retiree={"phone": "+8613500000001"})
    visitors = await crew(play, visit.id)
    await play.say("+8613500000001", "不在家")
    for visitor in visitors:
        assert [t for t in on_phone(play, visitor.phone) if "已取消" in t]
    (item,) = [i for i in await on_desks(play, "reply") if i.visit_id == visit.id]
    assert await reads_whole(play, item, "不在家")
    events = [e.event for e in await rows(play, TimelineEntry, col(TimelineEntry.visit_id) == visit.id)]
    assert "retiree.asks_another_day" in events
    assert (await play.visit(visit.id)).status in (VisitStatus.DUE, VisitStatus.PLANNED)


async def test_69_nobody_answers_in_any_round_so_a_person_gets_it_once_with_all_that_was_tried(
    play: Play,
) -> None:
    await officer(play)
    due = {"due_on": play.clock.now().date() + timedelta(days=2)}
    found = await asked(play, volunteers=3, **due)
    for _ in range(8):
        await play.wait(timedelta(hours=6))
    items = [i for i in await rows(play, DeskItem) if i.visit_id == found.visit.id and i.kind == "unfilled"]
    assert len(items) == 1, "exactly once"
    assert (await play.visit(found.visit.id)).status is VisitStatus.UNFILLED
    assert len(await play.texts("C4")) == 1
    offers = await play.offers(found.visit.id)
    assert {o.status for o in offers} == {OfferStatus.EXPIRED}
    assert len({o.volunteer_id for o in offers}) == 3, "everybody was asked"
    async with play.steps.look() as step:
        page = await load_visit_page(step, await play.visit(found.visit.id))
    to_ring = {page.names[o.volunteer_id] for o in page.open_offers if o.answered_at is not None}
    assert (len(page.open_offers), "" in to_ring) == (3, False), "whom to ring, and what became of the asking"


async def test_70_a_restart_between_a_no_and_the_next_offer_loses_nothing(
    play: Play, clock: ManualClock
) -> None:
    found = await asked(play, volunteers=4)
    stored = await play.steps.run(
        "phone", lambda step: inbound.receive(step, "simulator", found.phone, "2", "no")
    )
    await play.steps.run("system", lambda step: inbound.read_inbound(step, stored.id))
    play.queue.clear()  # the process died: what it had in memory is gone
    asked_before = len(await play.offers(found.visit.id))
    again = Play(Steps(play.steps.db, clock, play.steps.zone), clock)
    clock.advance(5 * SECOND)
    await again.tick()
    offers = await again.offers(found.visit.id)
    assert len(offers) > asked_before
    newest: Offer = await row(again, Offer, offers[-1].id)
    assert newest.offered_at == clock.now()
    (text,) = [m for m in await again.texts("V1") if m.offer_id == newest.id]
    assert text.text in [r.text for r in again.gateway.truth.texts[text.phone]]
