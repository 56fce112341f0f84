"""A number is changed, found right, or texted again; what waits goes to the new one (art. 16(3))."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from config.clock import ManualClock
from models.audit import AuditEntry
from models.messages import Message
from models.retirees import Contact, Retiree
from models.volunteers import Volunteer
from services.errors import BadInput, NotFound
from services.ladder import retiree_side
from services.messages import queue_message
from services.number_notices import NumberNotice, note_number, own_contact
from services.steps import Step, Steps
from tests.factories import add_contact, add_retiree, add_volunteer
from tests.services.play import Play
from tests.services.scenes import ScriptedGateway, open_matters, row, rows, scripted
from tests.services.test_failures import DEAD, answer

NEW = "+8613900001234"


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
def play(steps: Steps, clock: ManualClock, gateway: ScriptedGateway) -> Play:
    return scripted(steps, clock, gateway)


async def noted(play: Play, table: type[Any], row_id: object, notice: NumberNotice) -> str:
    async def work(step: Step) -> str:
        person = await step.session.get(table, row_id)
        return await note_number(step, person, notice)

    done: str = await play.steps.run("staff:officer", work)
    return done


async def remind(play: Play, key: str, *, later: timedelta = timedelta()) -> None:
    async def work(step: Step) -> None:
        person = await step.session.scalar(select(Retiree))
        assert person is not None
        to = await retiree_side(step, person)
        moment = step.now + timedelta(days=9)
        await queue_message(
            step,
            "R1",
            to,
            key,
            {"due": "3月31日"},
            moment=moment,
            send_at=step.now + later if later else None,
        )

    await play.steps.run("system", work)
    await play.drain()


async def void_person(play: Play, gateway: ScriptedGateway) -> Retiree:
    person: Retiree = await play.steps.run("system", add_retiree)
    for key in ("a", "b"):
        answer(gateway, DEAD)
        await remind(play, key)
        play.clock.advance(timedelta(days=1))
    found: Retiree = await row(play, Retiree, person.id)
    assert found.phone_kind == "void"
    return found


async def test_the_known_number_is_right(play: Play, gateway: ScriptedGateway) -> None:
    person = await void_person(play, gateway)
    assert "verify_phone" in await open_matters(play)
    assert await noted(play, Retiree, person.id, NumberNotice("relative")) == "right"
    assert "verify_phone" not in await open_matters(play)
    assert (await row(play, Retiree, person.id)).phone_kind == "mobile"
    await remind(play, "c")
    assert [m.audience for m in await rows(play, Message, col(Message.natural_key) == "R1/c")] == ["retiree"]


async def test_a_new_number_gets_what_waits_and_the_trail_says_who_told(
    play: Play, gateway: ScriptedGateway
) -> None:
    person: Retiree = await play.steps.run("system", add_retiree)
    await remind(play, "a", later=timedelta(days=1))
    assert await noted(play, Retiree, person.id, NumberNotice("oneself", "139 0000 1234")) == "changed"
    found = await row(play, Retiree, person.id)
    assert (found.phone, found.phone_kind) == (NEW, "mobile")
    (waiting,) = await rows(play, Message, col(Message.template) == "R1")
    assert waiting.phone == NEW
    async with play.steps.look() as step:
        (entry,) = await step.session.scalars(
            select(AuditEntry).where(col(AuditEntry.action) == "phone.noted")
        )
    assert (entry.who, entry.fields, entry.row_id) == ("staff:officer", ["phone"], str(person.id))
    assert "1234" not in entry.why


async def test_a_volunteer_who_opted_out_is_asked_again_only_when_a_person_says_so(play: Play) -> None:
    volunteer = await play.steps.run("system", add_volunteer)
    assert await play.say(volunteer.phone, "退订") == "opted_out"
    assert (await row(play, Volunteer, volunteer.id)).opted_out_at is not None
    assert await noted(play, Volunteer, volunteer.id, NumberNotice("oneself")) == "right"
    assert (await row(play, Volunteer, volunteer.id)).opted_out_at is not None, "not asked for"
    notice = NumberNotice("oneself", wants_texts=True)
    assert await noted(play, Volunteer, volunteer.id, notice) == "texts_again"
    assert (await row(play, Volunteer, volunteer.id)).opted_out_at is None


async def test_a_contacts_number_leaves_the_retirees_own_matter(play: Play, gateway: ScriptedGateway) -> None:
    person = await void_person(play, gateway)
    contact = await play.steps.run("system", lambda step: add_contact(step, person))
    assert await noted(play, Contact, contact.id, NumberNotice("neighbour", "0731-8888 6666")) == "changed"
    found = await row(play, Contact, contact.id)
    assert (found.phone, found.phone_kind) == ("+8673188886666", "landline")
    assert "verify_phone" in await open_matters(play)

    async def foreign(step: Step) -> Contact:
        other = await add_retiree(step)
        return await own_contact(step, other, contact.id)

    with pytest.raises(NotFound):
        await play.steps.run("staff:officer", foreign)


@pytest.mark.parametrize(
    ("table", "notice", "field"),
    [
        (Retiree, NumberNotice("oneself", "12345"), "number"),
        (Retiree, NumberNotice("oneself", "110"), "number"),
        (Retiree, NumberNotice("oneself", "+1 202 555 0100"), "number"),
        (Volunteer, NumberNotice("oneself", "0731-88886666"), "number"),
        (Retiree, NumberNotice("rumour", "13900001234"), "source"),
    ],
)
async def test_what_is_no_number_is_refused_and_nothing_changes(
    play: Play, table: type[Any], notice: NumberNotice, field: str
) -> None:
    add = add_retiree if table is Retiree else add_volunteer
    person = await play.steps.run("system", add)
    with pytest.raises(BadInput) as refused:
        await noted(play, table, person.id, notice)
    assert refused.value.field == field
    assert (await row(play, table, person.id)).phone == person.phone
