"""Art. 17: how people are reached, the last contact, and whose contact is overdue by how many days."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from domain.care import ContactForm, Level
from domain.visits import VisitKind, VisitStatus
from models.audit import AuditEntry
from models.retirees import Contact, Retiree
from models.scope import SYSTEM, Reader
from services.contact_list import Clock, count_areas, load_clocks, load_lines
from services.contacts import ContactEntry, record_contact
from services.due.care import draft_care, load_last_contacts
from services.due.persons import load_persons
from services.errors import BadInput
from services.ladder import Way, note_answer, preferred_channel, reachable
from services.named_lists import Taking, note_taken, overdue_list
from services.steps import Step, Steps
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_contact, add_retiree, add_visit

LONG_AGO = datetime(2025, 6, 1, 4, tzinfo=UTC)


async def visited(step: Step, retiree_id: UUID, at: datetime, **values: Any) -> None:
    visit = await add_visit(step, VisitKind.CARE, retiree_id)
    visit.status, visit.outcome, visit.starts_at, visit.wake_at = (
        VisitStatus.COMPLETED, "done_evidence", at, None,
    )  # fmt: skip
    for name, value in values.items():
        setattr(visit, name, value)
    await step.session.flush()


async def add(step: Step, *flags: str, **values: Any) -> Retiree:
    return await add_retiree(step, flags=flags or ("bedridden",), created_at=LONG_AGO, **values)


async def clocks(step: Step) -> dict[UUID, Clock]:
    return {clock.id: clock for clock in await load_clocks(step)}


async def test_17_overdue_by_the_interval_of_the_level(steps: Steps) -> None:
    async def run(step: Step) -> None:
        late, fresh, alone, refused, nobody = [
            await add(step), await add(step), await add(step, "living_alone"), await add(step),
            await add(step, "veteran"),
        ]  # fmt: skip
        await visited(step, late.id, step.now - timedelta(days=40))
        await visited(step, fresh.id, step.now - timedelta(days=40))
        await record_contact(step, fresh, ContactEntry("phone", True, step.now - timedelta(days=3)))
        await visited(step, alone.id, step.now - timedelta(days=40))
        await visited(step, refused.id, step.now - timedelta(days=40))
        await visited(
            step, refused.id, step.now - timedelta(days=1), status=VisitStatus.CANCELLED, outcome="refused"
        )
        found = await clocks(step)
        # Seen on 21 January: level B within 30 days, level C within 91.
        assert (found[late.id].level, found[late.id].due_on) == (Level.B, date(2026, 2, 20))
        assert found[late.id].overdue_days == 10
        assert found[refused.id].overdue_days == 10, "who refused has had no contact"
        assert (found[alone.id].level, found[alone.id].overdue_days) == (Level.C, 0)
        assert found[fresh.id].overdue_days == 0
        assert found[fresh.id].last is not None
        assert found[fresh.id].last.form is ContactForm.PHONE
        assert (found[nobody.id].level, found[nobody.id].due_on) == (None, None)
        assert {c.id for c in (await load_clocks(step))[:2]} == {late.id, refused.id}, "the longest first"

    await steps.run("staff:officer", run)


async def test_17_the_list_and_the_due_visits_follow_one_rule(steps: Steps) -> None:
    async def run(step: Step) -> None:
        for days in (5, 25, 29, 30, 31, 60, None):
            person = await add(step)
            if days is not None:
                await visited(step, person.id, step.now - timedelta(days=days))
        drafts = {d["retiree_id"]: d for d in await draft_care(step, await load_persons(step))}
        found = await clocks(step)
        for id_, clock in found.items():
            assert clock.due_on is not None
            if id_ in drafts:
                soonest = step.today + timedelta(days=2)
                assert drafts[id_]["due_on"] == max(clock.due_on, soonest)
            assert id_ in drafts or clock.overdue_days == 0, "who is overdue has a visit due"

    await steps.run("system", run)


async def test_17_last_contact_takes_the_later_of_visit_and_call(steps: Steps) -> None:
    async def run(step: Step) -> None:
        person, heard = await add(step), await add(step)
        call, seen = step.now - timedelta(days=9), step.now - timedelta(days=4)
        await record_contact(step, person, ContactEntry("video", True, call))
        await visited(step, person.id, seen)
        await record_contact(step, heard, ContactEntry("hearsay", False, call))
        await record_contact(step, heard, ContactEntry("phone", False, call))
        last, _ = await load_last_contacts(step)
        assert (last[person.id].at, last[person.id].form) == (seen, ContactForm.HOME_VISIT)
        assert heard.id not in last, "a neighbour's word is no contact"
        assert (await load_last_contacts(step, person.id))[0] == {person.id: last[person.id]}

    await steps.run("staff:officer", run)


@pytest.mark.parametrize(
    ("own", "contact", "way"),
    [
        ({}, {}, Way.TEXT),
        ({"phone_kind": "landline"}, {}, Way.TEXT_RELATIVE),
        ({"opted_out": True}, {}, Way.TEXT_RELATIVE),
        ({"opted_out": True}, {"phone_kind": "landline"}, Way.CALL),
        ({"phone_kind": "landline"}, None, Way.CALL),
        ({"phone_kind": "void"}, {"phone_kind": "landline"}, Way.CALL_RELATIVE),
        ({"phone_kind": "void"}, None, Way.VISIT),
    ],
)
async def test_17_preferred_channel(
    steps: Steps, own: dict[str, Any], contact: dict[str, Any] | None, way: Way
) -> None:
    async def run(step: Step) -> None:
        values = {"phone_kind": own.get("phone_kind", "mobile")}
        person = await add(step, **values)
        person.opted_out_at = step.now if own.get("opted_out") else None
        known: list[Contact] = [] if contact is None else [await add_contact(step, person, **contact)]
        channel = preferred_channel(step, person, known)
        assert channel.way is way
        assert (channel.contact is not None) == (way in (Way.TEXT_RELATIVE, Way.CALL_RELATIVE))
        texted = await reachable(step, person)
        assert [t.phone for t in texted[:1]] == ([channel.number] if "text" in way else [])

    await steps.run("system", run)


async def test_17_the_number_that_answered_last_comes_first(steps: Steps) -> None:
    async def run(step: Step) -> None:
        person = await add(step)
        daughter = await add_contact(step, person)
        note_answer(step, person, daughter.phone_index)
        channel = preferred_channel(step, person, [daughter])
        assert (channel.way, channel.number, channel.contact) == (
            Way.TEXT_RELATIVE,
            daughter.phone,
            daughter,
        )

    await steps.run("system", run)


async def test_17_lines_tell_the_next_visit_and_areas_are_counted(steps: Steps) -> None:
    async def run(step: Step) -> None:
        late, other = await add(step), await add(step, division_code=OTHER_DISTRICT)
        later = await add_visit(step, VisitKind.CERTIFICATION, late.id, due_on=step.today + timedelta(days=9))
        sooner = await add_visit(step, VisitKind.CARE, late.id, due_on=step.today + timedelta(days=9))
        sooner.starts_at = step.now + timedelta(days=2)
        await add_visit(step, VisitKind.TASK, late.id, due_on=step.today)
        await step.session.flush()
        found = await load_clocks(step)
        lines = {line.clock.id: line for line in await load_lines(step, found)}
        coming = lines[late.id].next
        assert coming is not None
        assert (coming.visit_id, coming.starts_at) == (sooner.id, sooner.starts_at)
        assert later.id != coming.visit_id
        assert lines[other.id].next is None
        assert [(a.code, a.people, a.regular) for a in count_areas(found, "4301")] == [
            ("430102", 1, 1),
            ("430111", 1, 1),
        ]
        assert [a.code for a in count_areas(await load_clocks(step, "430111001"), "430111001")] == [COMMUNITY]

    await steps.run("system", run)


async def test_17_the_workbook_holds_the_own_overdue_and_leaves_an_audit_row(steps: Steps) -> None:
    async def fill(step: Step) -> None:
        for code in (COMMUNITY, OTHER_DISTRICT):
            person = await add(step, division_code=code, name="样本逾期")
            await visited(step, person.id, step.now - timedelta(days=40), division_code=code)

    await steps.run("system", fill)
    order = Taking("430111", "本周逐户联系")
    async with steps.look(Reader("staff:yuhua", "430111")) as step:
        content, rows = await overdue_list(step, order)
        with pytest.raises(BadInput):
            await overdue_list(step, Taking("430111", " "))
    await steps.run("staff:yuhua", lambda step: note_taken(step, "overdue_contacts", order, rows))
    sheet: Any = load_workbook(io.BytesIO(content)).active
    table = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert table[2][:6] == ["区县", "街道", "社区", "姓名", "级别", "逾期天数"]
    assert table[3][:6] == ["雨花区", "侯家塘街道", "样本社区", "样本逾期", "B", "10"]
    assert (rows, len(table)) == (1, 4)
    assert "139" in table[3][11]
    assert "****" in table[3][11], "numbers stay masked"
    async with steps.db.read(SYSTEM) as session:
        entry = list(await session.scalars(select(AuditEntry)))[-1]
    assert (entry.action, entry.who, entry.area, entry.why) == (
        "list.overdue_contacts",
        "staff:yuhua",
        "430111",
        "本周逐户联系",
    )
