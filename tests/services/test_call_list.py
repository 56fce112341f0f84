"""The call list: what comes of a call is what a text with that meaning would have done."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import col, select

from domain.visits import VisitStatus
from models.audit import AuditEntry
from models.desk import DeskItem
from models.messages import Message, PhoneState
from models.retirees import Contact, Retiree
from models.staff import Role, Staff
from models.visits import Visit
from services import call_list
from services.call_list import Call
from services.errors import BadInput, WrongMoment
from services.failures import in_its_place
from services.ladder import retiree_side
from services.messages import queue_message
from services.people import volunteer_recipient
from services.steps import Step
from tests.factories import add_contact, add_retiree, add_staff, add_volunteer
from tests.services.play import Play
from tests.services.scenes import agreed, calls, crew, retiree_of, row, rows

WHY = "call list"
LANDLINE = "+8673188880001"


async def landline_visit(play: Play) -> tuple[Visit, Call]:
    """An agreed visit to somebody with a landline only: the announcement is a call."""
    visit = await agreed(play, retiree={"phone_kind": "landline", "phone": LANDLINE})
    (call,) = await calls(play)
    return visit, call


async def record(play: Play, call: Call, outcome: str, **values: object) -> str:
    work = partial(call_list.record_call, item_id=call.item.id, outcome=outcome, **values)  # type: ignore[arg-type]  # person_id
    result = await play.steps.run("staff:test", work)
    await play.drain()
    return result


async def test_a_landline_is_on_the_list_with_words_to_say_and_no_number(play: Play) -> None:
    visit, call = await landline_visit(play)
    assert (call.about, call.side, call.who) == ("R2", "retiree", "样*甲")
    assert any(visit.visit_code in line for line in call.script)
    assert all("8888" not in line and "样本甲" not in line for line in call.script)


async def test_they_expect_the_visitors_as_if_they_had_written_1(play: Play) -> None:
    visit, call = await landline_visit(play)
    person = await retiree_of(play, visit)
    assert await record(play, call, "told", person_id=person.id) == "told"
    assert (await play.visit(visit.id)).confirmed_by_retiree_at == play.clock.now()
    assert await calls(play) == []
    assert (await retiree_of(play, visit)).answered_index == person.phone_index


async def test_another_day_as_if_they_had_written_it(play: Play) -> None:
    visit, call = await landline_visit(play)
    await record(play, call, "other_day")
    after = await play.visit(visit.id)
    assert (after.status, after.starts_at) == (VisitStatus.DUE, None)
    assert [m.code for m in await play.texts("V5")] != [], "the crew is told"
    with pytest.raises(WrongMoment):
        await record(play, call, "told")


async def test_nobody_answers_again_later_then_the_next_desk(play: Play) -> None:
    _, call = await landline_visit(play)
    for tries in range(1, 4):
        result = await record(play, call, "in_vain")
        (call,) = await calls(play)
        assert call.in_vain == tries
        assert result == ("passed_on" if tries == 3 else "again_later")
        if tries < 3:
            assert call.item.due_at > play.clock.now()
            play.clock.set(call.item.due_at)
    await play.tick()
    assert (await row(play, DeskItem, call.item.id)).rung == 1


async def test_a_wrong_number_is_void_and_the_call_stays(play: Play) -> None:
    visit, call = await landline_visit(play)
    person = await retiree_of(play, visit)
    with pytest.raises(BadInput):
        await record(play, call, "wrong_number")
    await record(play, call, "wrong_number", person_id=person.id)
    (state,) = await rows(play, PhoneState)
    assert (state.phone_index, state.void_at) == (person.phone_index, play.clock.now())
    assert len(await calls(play)) == 1
    kinds = [i.kind for i in await rows(play, DeskItem, col(DeskItem.closed_at).is_(None))]
    assert sorted(kinds) == ["call", "verify_phone"]


async def test_numbers_are_shown_after_a_row_in_the_trail_for_each_person(play: Play) -> None:
    visit, call = await landline_visit(play)
    assert visit.retiree_id is not None

    async def prepare(step: Step) -> Staff:
        person = await step.session.get(Retiree, visit.retiree_id)
        assert person is not None
        await add_contact(step, person, relation="邻居", phone_kind="landline", phone="+8673188880003")
        await add_contact(step, person, relation="老伴", phone_kind="landline", phone="+8673188880002")
        return await add_staff(step, "officer", Role.COMMUNITY_OFFICER, "430111001001")

    staff = await play.steps.run("system", prepare)
    show = partial(call_list.show_numbers, item_id=call.item.id, staff=staff, why=WHY)
    found = await play.steps.run("staff:officer", show)
    assert [(n.kind, n.relation) for n in found] == [
        ("retiree", ""),
        ("contact", "老伴"),
        ("contact", "邻居"),
    ]
    assert [n.numbers for n in found] == [[LANDLINE], ["+8673188880002"], ["+8673188880003"]]
    async with play.steps.look() as step:
        looks = await step.session.scalars(select(AuditEntry).where(col(AuditEntry.action) == "look"))
        assert len(list(looks)) == 3


async def test_who_answered_is_rung_and_texted_first_the_next_time(play: Play) -> None:
    async def prepare(step: Step) -> tuple[Retiree, Contact]:
        person = await add_retiree(step)
        await add_contact(step, person, relation="邻居")
        return person, await add_contact(step, person, relation="女儿", rank=2)

    person, daughter = await play.steps.run("system", prepare)
    assert await play.say(daughter.phone, "收到") == "noted"
    async with play.steps.look() as step:
        again = await step.session.get(Retiree, person.id)
        assert again is not None
        to = await retiree_side(step, again)
        assert (to.audience, to.phone) == ("contact", daughter.phone)


async def test_a_volunteer_whom_no_text_reaches_says_on_the_telephone_that_she_cannot_come(
    play: Play,
) -> None:
    visit = await agreed(play)
    lead = (await crew(play, visit.id))[0]

    async def void(step: Step) -> None:
        confirmation = await step.session.scalar(
            select(Message).where(col(Message.person_id) == lead.id, col(Message.template) == "V2")
        )
        assert confirmation is not None
        await in_its_place(step, confirmation)

    await play.steps.run("system", void)
    (call,) = await calls(play)
    assert (call.about, call.side) == ("V2", "volunteer")
    await record(play, call, "cannot_come", person_id=lead.id)
    assert (await play.visit(visit.id)).status is VisitStatus.OFFERED
    assert await calls(play) == []


async def test_an_outcome_that_the_call_cannot_have_is_refused(play: Play) -> None:
    _, call = await landline_visit(play)
    with pytest.raises(BadInput):
        await record(play, call, "cannot_come")
    assert len(await calls(play)) == 1


async def test_a_stranger_to_the_matter_cannot_be_named(play: Play) -> None:
    _, call = await landline_visit(play)

    async def other(step: Step) -> Contact:
        return await add_contact(step, await add_retiree(step))

    contact = await play.steps.run("system", other)
    with pytest.raises(BadInput):
        await record(play, call, "wrong_number", person_id=contact.id)
    assert timedelta(0) < call.item.due_at - play.clock.now()


async def test_a_volunteer_without_a_mobile_number_is_not_texted(play: Play) -> None:
    async def work(step: Step) -> str:
        volunteer = await add_volunteer(step, phone_kind="void")
        message = await queue_message(step, "V11", volunteer_recipient(volunteer), "x", {}, moment=step.now)
        assert message is not None
        return message.failure

    assert await play.steps.run("system", work) == "no_mobile"
