"""Texts from retirees and relatives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.visits import SeatStatus, VisitStatus
from models.retirees import Contact, Retiree
from services.steps import Step
from tests.factories import add_contact, add_retiree
from tests.services.play import Play
from tests.services.scenes import agreed, open_matters, retiree_of, row


async def test_a_yes_is_noted_on_the_visit(play: Play) -> None:
    visit = await agreed(play)
    assert await play.say((await retiree_of(play, visit)).phone, "1") == "confirmed"
    assert (await play.visit(visit.id)).confirmed_by_retiree_at == play.clock.now()
    assert await open_matters(play) == []


@pytest.mark.parametrize("text", ["2", "那天不在家，改期吧", "我在住院"])
async def test_who_asks_for_another_day_gets_one(play: Play, text: str) -> None:
    visit = await agreed(play)
    assert await play.say((await retiree_of(play, visit)).phone, text) == "another_day"
    after = await play.visit(visit.id)
    assert (after.status, after.starts_at) == (VisitStatus.DUE, None)
    assert (after.opens_on - play.clock.now().date()).days >= 2
    assert after.due_on >= after.opens_on
    assert after.wake_at is not None
    assert all(s.status is SeatStatus.OPEN for s in await play.seats(visit.id))


async def test_a_relative_answers_for_the_retiree(play: Play) -> None:
    visit = await agreed(play, retiree={"phone_kind": "landline"})
    person = await retiree_of(play, visit)
    contact: Contact = await play.steps.run("system", lambda step: add_contact(step, person))
    assert await play.say(contact.phone, "好的") == "confirmed"
    assert await play.say(contact.phone, "改天") == "another_day"


async def test_a_wrong_number_is_looked_into(play: Play) -> None:
    person: Retiree = await play.steps.run("system", add_retiree)
    assert await play.say(person.phone, "打错了") == "wrong_number"
    assert await open_matters(play) == ["verify_phone"]


async def test_an_opt_out_holds_for_that_number_alone(play: Play) -> None:
    async def fill(step: Step) -> tuple[Retiree, Contact]:
        person = await add_retiree(step)
        return person, await add_contact(step, person)

    person, contact = await play.steps.run("system", fill)
    assert await play.say(contact.phone, "退订") == "opted_out"
    assert (await row(play, Contact, contact.id)).opted_out_at == play.clock.now()
    assert (await row(play, Retiree, person.id)).opted_out_at is None
    assert await open_matters(play) == ["call"], "a person telephones instead"


async def test_other_words_go_to_a_person_and_are_acknowledged_once_a_day(play: Play) -> None:
    visit = await agreed(play)
    phone = (await retiree_of(play, visit)).phone
    for _ in range(2):
        assert await play.say(phone, "请带老花镜来") == "to_person"
        play.clock.advance(timedelta(minutes=1))
    assert len(await play.texts("R7")) == 1
    assert await open_matters(play) == ["reply", "reply"]


async def test_an_alarm_of_a_retiree_is_an_alarm(play: Play) -> None:
    person: Retiree = await play.steps.run("system", add_retiree)
    await play.say(person.phone, "救命")
    assert await open_matters(play) == ["alarm"]


async def test_thanks_trouble_nobody(play: Play) -> None:
    person: Retiree = await play.steps.run("system", add_retiree)
    await play.say(person.phone, "谢谢")
    assert await open_matters(play) == []
