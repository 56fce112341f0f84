"""Who cries for help, or writes without being known, can be rung: names and numbers are on the call list."""

from __future__ import annotations

from functools import partial

import pytest
from sqlmodel import col, select

from models.audit import AuditEntry
from models.desk import DeskItem
from models.messages import Inbound
from models.scope import SYSTEM
from models.staff import Role
from models.volunteers import Volunteer
from services import call_list
from services.call_list import Call, Number
from services.steps import Step
from tests.factories import add_contact, add_retiree, add_staff, add_volunteer
from tests.services.play import Play
from tests.services.scenes import agreed, calls, crew, retiree_of, row, rows

STRANGER = "+8613700000000"
HELP = "快来人，有人摔倒了"


async def numbers(play: Play, call: Call) -> list[Number]:
    async def work(step: Step) -> list[Number]:
        staff = await add_staff(step, f"officer{step.now.timestamp()}", Role.COMMUNITY_OFFICER, "430111")
        return await call_list.show_numbers(step, call.item.id, staff, "to ring back")

    return await play.steps.run("staff:test", work)


async def record(play: Play, call: Call, outcome: str, **values: object) -> str:
    work = partial(call_list.record_call, item_id=call.item.id, outcome=outcome, **values)  # type: ignore[arg-type]  # person_id
    return await play.steps.run("staff:test", work)


async def looks(play: Play) -> list[tuple[str, list[str], str]]:
    async with play.steps.db.read(SYSTEM) as session:
        found = await session.scalars(select(AuditEntry).where(col(AuditEntry.action) == "look"))
        return [(line.table_name, line.fields, line.why) for line in found]


async def test_a_retirees_cry_for_help_says_who_it_is_and_whom_to_ring(play: Play) -> None:
    person = await play.steps.run("system", add_retiree)
    contact = await play.steps.run("system", lambda step: add_contact(step, person))
    await play.say(person.phone, HELP)
    (call,) = await calls(play)
    assert (call.about, call.side, call.who, call.said) == ("alarm", "retiree", "样*甲", HELP)
    assert call.item.retiree_id == person.id
    found = [n for one in await numbers(play, call) for n in one.numbers]
    assert found == [person.phone, contact.phone]


async def test_a_volunteers_is_about_the_visit_and_both_can_be_rung(play: Play) -> None:
    visit = await agreed(play)
    person = await retiree_of(play, visit)
    lead: Volunteer = (await crew(play, visit.id))[0]
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)
    await play.say(lead.phone, HELP)
    (call,) = await calls(play)
    assert (call.item.kind, call.item.visit_id, call.side) == ("alarm", visit.id, "volunteer")
    assert [n for one in await numbers(play, call) for n in one.numbers] == [lead.phone, person.phone]


@pytest.mark.parametrize(("text", "about"), [(HELP, "alarm"), ("王奶奶住几号？", "written")])
async def test_a_stranger_can_be_rung_after_a_row_in_the_trail(play: Play, text: str, about: str) -> None:
    await play.say(STRANGER, text)
    call = (await calls(play))[0]
    assert (call.about, call.side, call.who, call.said) == (about, "stranger", "", text)
    assert STRANGER not in "".join(call.script)
    (one,) = await numbers(play, call)
    assert (one.kind, one.name, one.numbers) == ("stranger", "", [STRANGER])
    assert await looks(play) == [("inbound", ["phone"], "to ring back")]
    (said,) = await rows(play, Inbound)
    assert await record(play, call, "reached", person_id=said.id) == "reached"
    closed: DeskItem = await row(play, DeskItem, call.item.id)
    assert (closed.closed_at, closed.resolution) == (play.clock.now(), "reached")


async def test_a_number_of_several_people_can_be_rung(play: Play) -> None:
    one = await play.steps.run("system", add_volunteer)
    await play.steps.run("system", lambda step: add_volunteer(step, phone=one.phone))
    assert await play.say(one.phone, "明天几点集合，要带什么") == "shared_number"
    (call,) = await calls(play)
    assert [found.numbers for found in await numbers(play, call)] == [[one.phone]]


async def test_nobody_answers_a_cry_for_help_so_the_next_desk_hears_of_it_at_once(play: Play) -> None:
    await play.say(STRANGER, HELP)
    call = (await calls(play))[0]
    assert await record(play, call, "in_vain") == "passed_on"
    await play.tick()
    item: DeskItem = await row(play, DeskItem, call.item.id)
    assert (item.rung, item.closed_at) == (1, None)


async def test_cries_for_help_come_first(play: Play) -> None:
    await play.say(STRANGER, "有人吗，找社区")
    play.clock.advance(call_list.LAST_CALL * 20)
    await play.say("+8613700000001", HELP)
    assert [call.about for call in await calls(play)] == ["alarm", "written"]


async def test_texts_of_known_people_stay_off_the_list(play: Play) -> None:
    person = await play.steps.run("system", add_retiree)
    assert await play.say(person.phone, "我的证件换了新的") == "to_person"
    assert await calls(play) == []
