"""Texts from volunteers: acted upon once, never guessed, alarms to a person at once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from domain.messages import MessageStatus
from domain.offers import OfferStatus
from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.messages import Inbound
from models.staff import Role
from models.visits import Offer, Visit
from models.volunteers import Volunteer
from services import inbound
from services.answers import accept_offer
from services.planning.planning import plan_visits
from services.steps import Step
from tests.factories import add_retiree, add_staff, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import agreed, crew, offered, open_matters, row, rows

TO_LEAD = ("V2", "V3", "V4", "V13", "V15")


async def first_offer(play: Play, visit: Visit) -> tuple[Offer, str]:
    offer = (await play.offers(visit.id))[0]
    return offer, (await row(play, Volunteer, offer.volunteer_id)).phone


async def two_offers_to_one(play: Play) -> tuple[str, list[Offer]]:
    """One volunteer, asked for two tasks at once."""

    async def fill(step: Step) -> str:
        volunteer = await add_volunteer(step)
        for _ in range(2):
            person = await add_retiree(step)
            await add_visit(step, VisitKind.TASK, person.id, crew_size=1)
        return volunteer.phone

    phone = await play.steps.run("system", fill)
    await plan_visits(play.steps, "test")
    await play.tick()
    offers = await rows(play, Offer, col(Offer.status) == OfferStatus.OFFERED)
    assert len(offers) == 2
    return phone, offers


async def test_a_text_delivered_twice_counts_once(play: Play) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK)
    offer, phone = await first_offer(play, visit)
    assert await play.say(phone, "1", "key") == "accepted"
    assert await play.say(phone, "1", "key") == "accepted", "the same row, read already"
    (stored,) = await rows(play, Inbound)
    result = await play.steps.run("system", lambda step: inbound.read_inbound(step, stored.id))
    assert result == "nothing_to_read"
    accepted = await rows(play, Offer, col(Offer.status) == OfferStatus.ACCEPTED)
    assert [o.id for o in accepted] == [offer.id]


async def test_a_stranger_s_text_goes_to_a_person_and_is_sealed(play: Play) -> None:
    assert await play.say("+8613700000000", "你们是谁，找谁") == "stranger"
    (stored,) = await rows(play, Inbound)
    assert stored.division_code == "430100000000"
    assert stored.text == "你们是谁，找谁"
    assert "你们" not in str(stored.text_sealed)
    assert await open_matters(play) == ["reply"]


async def test_of_two_people_with_one_number_only_a_code_tells_who(play: Play) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK)
    offer, phone = await first_offer(play, visit)
    await play.steps.run("system", lambda step: add_volunteer(step, phone=phone))
    assert await play.say(phone, "1") == "shared_number"
    assert (await play.offers(visit.id))[0].status is OfferStatus.OFFERED
    assert await play.say(phone, f"{offer.code} 1") == "accepted"
    assert [s.volunteer_id for s in await play.seats(visit.id)] == [offer.volunteer_id]


async def test_an_answer_to_one_of_two_is_asked_about_once_then_read_by_a_person(play: Play) -> None:
    phone, offers = await two_offers_to_one(play)
    assert await play.say(phone, "1") == "asked"
    (question,) = await play.texts("V10")
    assert all(o.code in question.text for o in offers)
    play.clock.advance(timedelta(minutes=5))
    assert await play.say(phone, "好的") == "to_person"
    assert len(await play.texts("V10")) == 1
    assert await open_matters(play) == ["reply"]
    assert {o.status for o in await rows(play, Offer)} == {OfferStatus.OFFERED}, "nothing was guessed"
    assert await play.say(phone, f"{offers[1].code} 1") == "accepted"
    chosen: Visit = await row(play, Visit, offers[1].visit_id)
    assert chosen.status is VisitStatus.ACCEPTED


@pytest.mark.parametrize("text", ["看情况吧", "1人去可以吗", "哈哈"])
async def test_what_is_unclear_is_never_an_answer(play: Play, text: str) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK)
    offer, phone = await first_offer(play, visit)
    assert await play.say(phone, text) == "to_person"
    assert await open_matters(play) == ["reply"]
    assert (await row(play, Offer, offer.id)).status is OfferStatus.OFFERED
    assert len(await play.texts("V11b")) == 1


async def test_an_alarm_reaches_a_person_at_once(play: Play) -> None:
    await play.steps.run("system", lambda step: add_staff(step, "officer", Role.COMMUNITY_OFFICER, "430111"))
    visit = await agreed(play)
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)
    lead = (await crew(play, visit.id))[0]
    await play.say(lead.phone, "老人摔倒了，快来")
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "alarm")
    assert (item.responsible, item.visit_id) == ("staff:officer", visit.id)
    assert item.due_at == play.clock.now() + timedelta(minutes=30)
    (text,) = await play.texts("C3")
    assert visit.number in text.text
    assert "摔" not in text.text


async def test_a_late_yes_to_a_filled_seat_is_told_so(play: Play) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK)
    first, second = await play.offers(visit.id)
    phones = [(await row(play, Volunteer, o.volunteer_id)).phone for o in (first, second)]
    assert await play.say(phones[0], "1") == "accepted"
    assert len(await play.texts("V7")) == 1
    play.clock.advance(timedelta(minutes=30))
    assert await play.say(phones[1], f"{second.code} 1") == "standby"
    assert len(await play.texts("V20")) == 1
    assert [s.volunteer_id for s in await play.seats(visit.id)] == [first.volunteer_id]


async def test_said_yes_twice_it_is_yours_already(play: Play) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK)
    offer, phone = await first_offer(play, visit)
    assert await play.say(phone, f"{offer.code} 1") == "accepted"
    play.clock.advance(timedelta(minutes=1))
    assert await play.say(phone, f"{offer.code} 1") == "already_yours"
    assert len(await play.texts("V2")) == 1


async def test_a_late_yes_counts_while_the_seat_is_free(play: Play) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK, volunteers=6)
    offer, phone = await first_offer(play, visit)

    async def let_pass(step: Step) -> None:
        found = await step.session.get(Offer, offer.id)
        assert found is not None
        found.status, found.answered_at = OfferStatus.EXPIRED, step.now

    await play.steps.run("system", let_pass)
    assert await play.say(phone, f"{offer.code} 1") == "accepted"


async def say_yes_on_page(play: Play, offer: Offer) -> str:
    answer = await play.steps.run("system", lambda step: accept_offer(step, offer.id, "page"))
    await play.drain()
    return answer


async def test_51_no_then_yes_counts_on_the_page_while_the_seat_is_free(play: Play) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK)
    offer, phone = await first_offer(play, visit)
    assert await play.say(phone, "2") == "declined"
    play.clock.advance(timedelta(seconds=40))
    assert await play.say(phone, "2") == "ignored", "said twice"
    assert await say_yes_on_page(play, offer) == "accepted"
    visit = await play.visit(visit.id)
    assert visit.status is VisitStatus.ACCEPTED
    assert [s.volunteer_id for s in await play.seats(visit.id)] == [offer.volunteer_id]
    assert len(await play.texts("V2")) == 1
    others = [o.status for o in await play.offers(visit.id) if o.id != offer.id]
    assert len(others) >= 2, "others were asked meanwhile"
    assert set(others) == {OfferStatus.FILLED}
    play.clock.advance(timedelta(seconds=40))
    assert await play.say(phone, "1") == "ignored", "a second yes changes nothing"


async def test_51_no_then_yes_after_another_has_taken_the_seat_is_told_so(play: Play) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK)
    first, second = (await play.offers(visit.id))[:2]
    phones = [(await row(play, Volunteer, o.volunteer_id)).phone for o in (first, second)]
    assert await play.say(phones[0], "2") == "declined"
    assert await play.say(phones[1], "1") == "accepted"
    play.clock.advance(timedelta(seconds=40))
    assert await play.say(phones[0], "1") == "standby"
    assert [s.volunteer_id for s in await play.seats(visit.id)] == [second.volunteer_id]
    told = [m for m in await play.texts("V20") if m.person_id == first.volunteer_id]
    assert len(told) == 1


async def test_51_no_then_yes_an_hour_later_is_no_answer_any_more(play: Play) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK)
    _, phone = await first_offer(play, visit)
    assert await play.say(phone, "2") == "declined"
    play.clock.advance(timedelta(hours=1))
    assert await play.say(phone, "1") == "nothing_open"


async def test_51_given_back_and_taken_again_the_crew_is_as_before(play: Play) -> None:
    visit = await agreed(play, volunteers=6)
    lead = (await crew(play, visit.id))[0]
    offer = next(o for o in await play.offers(visit.id) if o.volunteer_id == lead.id)
    assert await play.say(lead.phone, "2") == "withdrawn"
    play.clock.advance(timedelta(seconds=40))
    assert await say_yes_on_page(play, offer) == "accepted"
    after = await play.visit(visit.id)
    assert (after.status, (await crew(play, visit.id))[0].id) == (VisitStatus.ACCEPTED, lead.id)
    assert after.starts_at is not None
    await play.wait(after.starts_at - play.clock.now())
    texts = {key: [m.status for m in await play.texts(key) if m.person_id == lead.id] for key in TO_LEAD}
    assert texts["V2"] == texts["V13"] * 2 == ["delivered"] * 2, "agreed, given back, agreed"
    for key in ("V3", "V4", "V15"):
        assert texts[key].count(MessageStatus.DELIVERED) <= 1
    assert len([m for m in await play.texts("R2") if m.status is MessageStatus.DELIVERED]) == 1
    assert await play.texts("R4") == []


async def test_51_the_same_no_twice_gives_up_no_other_visit(play: Play) -> None:
    phone, (first, second) = await two_offers_to_one(play)
    assert await play.say(phone, f"{first.code} 1") == "accepted"
    assert await play.say(phone, "2") == "declined"
    play.clock.advance(timedelta(seconds=40))
    assert await play.say(phone, "2") == "asked"
    found = {o.id: o.status for o in await rows(play, Offer)}
    assert (found[first.id], found[second.id]) == (OfferStatus.ACCEPTED, OfferStatus.DECLINED)


async def test_whoever_opts_out_gets_one_last_text_and_no_more(play: Play) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK, volunteers=3)
    offer, phone = await first_offer(play, visit)
    assert await play.say(phone, "退订") == "opted_out"
    assert (await row(play, Offer, offer.id)).status is OfferStatus.DECLINED
    assert [str(m.status) for m in await play.texts("V14")] == ["delivered"]
    play.clock.advance(timedelta(hours=1))
    assert await play.say(phone, "TD") == "opted_out"
    assert len(await play.texts("V14")) == 1
    await play.wait(timedelta(hours=20))
    sent_later = [m for m in await play.texts("V1") if m.person_id == offer.volunteer_id]
    assert [m.offer_id for m in sent_later] == [offer.id]


async def test_with_nothing_open_one_is_told_once_a_day(play: Play) -> None:
    volunteer = await play.steps.run("system", add_volunteer)
    for _ in range(2):
        assert await play.say(volunteer.phone, "1") == "nothing_open"
        play.clock.advance(timedelta(minutes=1))
    assert len(await play.texts("V11")) == 1


async def test_an_answering_machine_is_not_answered(play: Play) -> None:
    visit = await offered(play, crew_size=1, kind=VisitKind.TASK)
    _, phone = await first_offer(play, visit)
    assert await play.say(phone, "【自动回复】您好，我正在开会，稍后联系") == "ignored"
    assert await open_matters(play) == []


async def test_a_text_that_cannot_be_worked_on_ends_with_a_person(play: Play) -> None:
    volunteer = await play.steps.run("system", add_volunteer)

    async def store(step: Step) -> UUID:
        stored = await inbound.receive(step, "simulator", volunteer.phone, "1", "bad")
        stored.read_attempts = inbound.MAX_ATTEMPTS + 1
        return stored.id

    stored_id = await play.steps.run("phone", store)
    await play.drain()
    stored: Inbound = await row(play, Inbound, stored_id)
    assert (stored.result, stored.wake_at) == ("unreadable", None)
    assert await open_matters(play) == ["reply"]
