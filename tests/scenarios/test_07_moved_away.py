"""Scenario 7: moved to another province or abroad: other channels, no home visit, no texts abroad."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from domain.visits import FINAL, VisitKind, VisitStatus
from models.life import Transfer
from models.messages import Message
from models.retirees import CertificationEvent, LifeStatus, Retiree
from models.scope import Reader
from models.visits import Visit
from services.life.transfers import MoveTo, confirm, request_transfer
from services.retirees import record_certification
from services.steps import Step
from tests.factories import COMMUNITY, add_contact
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.stage import Stage

HERE = Reader("staff:officer", COMMUNITY, "")
CERTIFICATIONS = col(Visit.kind) == VisitKind.CERTIFICATION


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 5, 0, 0, tzinfo=UTC)


async def leaving(stage: Stage, where_to: str, contact: str) -> tuple[Visit, Retiree]:
    async def fill(step: Step) -> Retiree:
        person = await add_certified(step, date(2025, 3, 18), phone_kind="", phone="+8673185550103")
        person.phone = ""
        await add_contact(step, person, relation="子", phone=contact, phone_kind="abroad")
        await add_crew(step, 2)
        return person

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, CERTIFICATIONS)
    visit = await stage.agree(visit.id)

    async def ask(step: Step) -> Transfer:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        return await request_transfer(step, row, MoveTo(where_to=where_to))

    transfer: Transfer = await stage.run(ask, "staff:officer")
    assert transfer.route == "insured_agency", "the third way of being taken in (art. 12)"
    await stage.run(lambda step: confirm(step, transfer.id, "from", HERE), "staff:officer")
    return visit, person


@pytest.mark.parametrize(
    ("where_to", "channel", "contact"),
    [("other_province", "remote_agency", "+85255550100"), ("abroad", "overseas", "+14155550101")],
)
async def test_the_insured_agency_goes_on(stage: Stage, where_to: str, channel: str, contact: str) -> None:
    visit, person = await leaving(stage, where_to, contact)
    crew_phones = [v.phone for v in await stage.volunteers()]
    row = await stage.retiree(person.id)
    assert (row.life_status, row.residence) == (LifeStatus.AWAY, where_to)
    after = await stage.visit(visit.id)
    assert (after.status, after.reason["code"]) == (VisitStatus.CANCELLED, "moved_out")
    for phone in crew_phones:
        assert "已取消" in (await stage.phone(phone))[-1]
    (item,) = await stage.matters("remote_channel")
    assert (item.detail["matter"], item.responsible) == (channel, "staff:yuhua")
    assert await stage.phone(contact) == [], "no text to a number abroad"
    assert [m for m in await stage.rows(Message) if m.audience in ("retiree", "contact")] == []

    await stage.at(20, 12)
    assert await stage.visits_of(person.id, CERTIFICATIONS, col(Visit.status).not_in(FINAL)) == []
    assert await stage.phone(contact) == []

    async def certified(step: Step) -> None:
        found = await step.session.get(Retiree, person.id)
        assert found is not None
        await record_certification(step, found, channel, step.today)

    await stage.run(certified, "staff:yuhua")
    (event,) = await stage.rows(CertificationEvent, col(CertificationEvent.channel) == channel)
    assert (event.retiree_id, event.occurred_on) == (person.id, stage.today)


async def test_the_relative_abroad_is_a_matter_for_a_person(stage: Stage) -> None:
    """Edge: due all the same; somebody writes or rings instead of a text."""
    _, person = await leaving(stage, "abroad", "+14155550102")
    due_texts = [m for m in await stage.rows(Message) if m.template in ("R1", "R1b")]
    assert due_texts == []
    calls = [i for i in await stage.matters("call", "remote_channel") if i.retiree_id == person.id]
    assert calls
    shown = await (await (await stage.staff("yuhua")).get("/")).text()
    assert "卧床" not in shown
