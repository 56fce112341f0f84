"""R to a greeting ends greetings; to a notice it ends all texts (MIIT order 31; §5.3)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from domain.consents import Way
from domain.flags import Flag
from models.audit import AuditEntry
from models.consents import Consent
from models.desk import DeskItem
from models.messages import Inbound, Message
from models.retirees import Contact, Retiree
from models.scope import SYSTEM
from models.volunteers import Volunteer
from notifications.gateways.protocol import Inbound as Received
from services import call_list, inbound
from services.consents import ConsentForm, give_consent, holders
from services.messages import Recipient, queue_message
from services.steps import Step
from tests.factories import add_contact, add_volunteer
from tests.services.play import Play
from tests.services.scenes import open_matters, row, rows
from tests.services.test_greetings import WANTS, campaign_of, person, send

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def greeted(play: Play, **values: object) -> Retiree:
    """Somebody on whose phone a greeting has just arrived."""
    someone = await person(play, flags=WANTS, **values)
    assert await send(play, await campaign_of(play)) == 1
    await play.tick()
    play.clock.advance(HOUR)
    return someone


async def notice(play: Play, someone: Retiree) -> None:
    """An ordinary text arrives there."""

    async def work(step: Step) -> None:
        to = Recipient("retiree", someone.id, someone.phone, someone)
        await queue_message(step, "R1", to, str(someone.id), {"due": "3月31日"}, moment=step.now + DAY)

    await play.steps.run("system", work)
    await play.tick()
    play.clock.advance(HOUR)


async def wants(play: Play, someone: Retiree) -> bool:
    async with play.steps.db.read(SYSTEM) as session:
        return someone.id in set(await session.scalars(holders(Flag.WANTS_GREETINGS)))


async def opted_out(play: Play, someone: Retiree) -> bool:
    found: Retiree = await row(play, Retiree, someone.id)
    return found.opted_out_at is not None


def on_phone(play: Play, someone: Retiree) -> list[str]:
    return [text.text for text in play.gateway.truth.texts.get(someone.phone, [])]


@pytest.mark.parametrize(
    "text", ["R", "ｒ", "回复R", "TD", "T", "退订", "请退订，谢谢", "拒收", "不要再发祝福短信了"]
)
async def test_an_opt_out_that_answers_a_greeting_ends_greetings_only(play: Play, text: str) -> None:
    someone = await greeted(play)
    assert await play.say(someone.phone, text) == "greetings_ended"
    assert not await opted_out(play, someone)
    assert not await wants(play, someone)
    assert len([t for t in on_phone(play, someone) if "停止节日问候" in t]) == 1
    (proof,) = await rows(play, Consent)
    (said,) = await rows(play, Inbound)
    assert (proof.withdrawn_at, proof.withdrawn_way) == (play.clock.now(), Way.TEXT)
    assert (proof.withdrawn_inbound_id, said.retiree_id) == (said.id, someone.id)
    (line,) = await rows_of_audit(play, "consent.take_back")
    assert (line.row_id, line.fields, line.why) == (str(someone.id), [Flag.WANTS_GREETINGS], Way.TEXT)
    await notice(play, someone)
    assert "资格认证" in on_phone(play, someone)[-1], "notices go on"
    assert await open_matters(play) == [], "nobody need ring"


async def rows_of_audit(play: Play, action: str) -> list[AuditEntry]:
    async with play.steps.db.read(SYSTEM) as session:
        return list(await session.scalars(select(AuditEntry).where(col(AuditEntry.action) == action)))


@pytest.mark.parametrize("text", ["STOP", "不要再发短信了", "别再发了"])
async def test_what_means_every_text_means_it_after_a_greeting_too(play: Play, text: str) -> None:
    someone = await greeted(play)
    assert await play.say(someone.phone, text) == "opted_out"
    assert await opted_out(play, someone)
    assert not await wants(play, someone), "greetings do not come back with notices"


@pytest.mark.parametrize("text", ["R", "TD", "退订", "拒收"])
async def test_to_a_notice_it_is_the_full_opt_out_and_somebody_rings(play: Play, text: str) -> None:
    someone = await person(play, flags=WANTS)
    await notice(play, someone)
    assert await play.say(someone.phone, text) == "opted_out"
    assert await opted_out(play, someone)
    (proof,) = await rows(play, Consent)
    assert proof.withdrawn_way == Way.TEXT
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "call")
    async with play.steps.look() as step:
        (call,) = await call_list.load_calls(step)
    assert (item.retiree_id, call.about) == (someone.id, "opted_out"), "whom to ring is on the list"


@pytest.mark.parametrize(("text", "only"), [("R", True), ("退订", False)])
async def test_a_notice_after_the_greeting(play: Play, text: str, only: bool) -> None:
    """Only a greeting asks for a letter; a word belongs to what was read last."""
    someone = await greeted(play)
    await notice(play, someone)
    assert await play.say(someone.phone, text) == ("greetings_ended" if only else "opted_out")
    assert await opted_out(play, someone) is not only


async def test_a_letter_long_after_the_greeting_belongs_to_the_notice(play: Play) -> None:
    someone = await greeted(play)
    await play.wait(2 * DAY)
    await notice(play, someone)
    assert await play.say(someone.phone, "R") == "opted_out"


async def test_a_letter_long_after_the_greeting_with_nothing_between_is_the_greetings(play: Play) -> None:
    someone = await greeted(play)
    play.clock.advance(10 * DAY)
    assert await play.say(someone.phone, "R") == "greetings_ended"


async def test_the_letter_once_more_is_the_same_and_the_word_to_the_answer_is_all(play: Play) -> None:
    someone = await greeted(play)
    for _ in range(3):
        assert await play.say(someone.phone, "R") == "greetings_ended"
        play.clock.advance(5 * timedelta(minutes=1))
    assert len([t for t in on_phone(play, someone) if "停止节日问候" in t]) == 1
    assert not await opted_out(play, someone)
    assert await play.say(someone.phone, "退订") == "opted_out"
    assert await opted_out(play, someone)


async def test_a_letter_that_nothing_asked_for(play: Play) -> None:
    someone = await person(play, flags=WANTS)
    assert await play.say(someone.phone, "R") == "opted_out"


async def test_greetings_that_are_named_when_there_are_none_go_to_a_person(play: Play) -> None:
    someone = await person(play)
    assert await play.say(someone.phone, "不要再发祝福短信了") == "to_person"
    assert not await opted_out(play, someone)
    assert await open_matters(play) == ["reply"]


async def test_a_shared_number_ends_them_for_both_with_one_answer(play: Play) -> None:
    someone = await greeted(play)
    other = await person(play, flags=WANTS, phone=someone.phone)
    assert await play.say(someone.phone, "R") == "greetings_ended"
    assert not await wants(play, someone)
    assert not await wants(play, other)
    assert len([t for t in on_phone(play, someone) if "停止节日问候" in t]) == 1


async def test_a_retiree_who_is_a_volunteer_goes_on_being_asked(play: Play) -> None:
    someone = await greeted(play)
    volunteer = await play.steps.run("system", lambda step: add_volunteer(step, phone=someone.phone))
    assert await play.say(someone.phone, "R") == "greetings_ended"
    assert (await row(play, Volunteer, volunteer.id)).opted_out_at is None
    assert await play.say(someone.phone, "STOP") == "opted_out"
    assert (await row(play, Volunteer, volunteer.id)).opted_out_at is not None


async def test_an_undelivered_notice_was_not_read(play: Play) -> None:
    someone = await greeted(play)
    await notice(play, someone)
    (text,) = await play.texts("R1")

    async def bounce(step: Step) -> None:
        found = await step.session.get(Message, text.id)
        assert found is not None
        found.status = type(found.status)("undelivered")

    await play.steps.run("system", bounce)
    assert await play.say(someone.phone, "退订") == "greetings_ended"


async def test_no_answer_of_ours_where_the_carrier_answers(play: Play) -> None:
    someone = await greeted(play)
    said = Received(someone.phone, "1069", "R", "UP1", play.clock.now())
    await play.steps.run("gateway", lambda step: inbound.receive_all(step, "aliyun", [said]))
    await play.drain()
    assert not await wants(play, someone)
    assert await play.texts("R9") == []


async def test_an_alarm_beside_it_is_heard(play: Play) -> None:
    someone = await greeted(play)
    assert await play.say(someone.phone, "退订 救命") == "opted_out"
    assert "alarm" in await open_matters(play)


async def test_contradicting_facts_do_not_stand_in_the_way(play: Play) -> None:
    someone = await person(play, flags=("childless", "empty_nest", *WANTS))
    await send(play, await campaign_of(play))
    await play.tick()
    assert await play.say(someone.phone, "R") == "greetings_ended"


async def test_the_way_back_is_a_new_consent(play: Play) -> None:
    someone = await greeted(play)
    await play.say(someone.phone, "R")
    assert not await wants(play, someone)

    async def again(step: Step, id_: UUID = someone.id) -> None:
        found = await step.session.get(Retiree, id_)
        assert found is not None
        await give_consent(step, found, ConsentForm(Way.PHONE))

    await play.steps.run("staff:city", again)
    assert await wants(play, someone)
    old, new = await rows(play, Consent)
    assert (old.withdrawn_at is None, new.withdrawn_at) == (False, None)


async def test_a_stranger_is_nobodys_consent(play: Play) -> None:
    assert await play.say("+8613900009999", "R") == "stranger"


async def test_a_full_opt_out_is_of_the_number_whoever_has_it(play: Play) -> None:
    """A retiree who is a volunteer and a neighbour's contact: three rows, one telephone, one call."""
    someone = await person(play, flags=WANTS)
    neighbour = await person(play)

    async def link(step: Step) -> UUID:
        found = await step.session.get(Retiree, neighbour.id)
        assert found is not None
        await add_volunteer(step, phone=someone.phone)
        return (await add_contact(step, found, phone=someone.phone)).id

    contact_id = await play.steps.run("system", link)
    for _ in range(2):
        assert await play.say(someone.phone, "STOP") == "opted_out"
    (volunteer,) = await rows(play, Volunteer)
    assert volunteer.opted_out_at is not None
    assert await opted_out(play, someone)
    assert (await row(play, Contact, contact_id)).opted_out_at is not None
    assert not await opted_out(play, neighbour), "the neighbour's own number is another"
    assert not await wants(play, someone)
    assert await open_matters(play) == ["call"]


async def test_a_second_opt_out_opens_no_second_call(play: Play) -> None:
    someone = await person(play)
    for _ in range(2):
        assert await play.say(someone.phone, "退订") == "opted_out"
        play.clock.advance(HOUR)
    assert await open_matters(play) == ["call"]
