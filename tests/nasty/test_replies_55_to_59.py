"""Nasty cases 55 to 59: opt-outs, and how a visit is completed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_app
from api.context import ApiContext
from config.clock import ManualClock
from config.settings import Settings
from domain.offers import OfferStatus
from domain.visits import VisitStatus
from models.messages import Message
from models.visits import Offer, VisitReport
from models.volunteers import Volunteer
from notifications.gateways.protocol import Inbound as Received
from services import inbound, visiting
from services.errors import WrongMoment
from services.steps import Steps
from tests.factories import add_volunteer
from tests.nasty.scenes import (
    MINUTE,
    Asked,
    asked,
    asked_twice,
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


def received(phone: str, text: str, at: datetime, ref: str = "") -> Received:
    return Received(phone, "1069", text, ref, at)


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
        with pytest.raises(WrongMoment):
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
