"""Scenario 12: no phone, and the only relative lives abroad: paper and neighbours, not texts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.messages import Message
from models.retirees import Retiree
from models.visits import Visit
from services.steps import Step
from tests.factories import add_contact
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.stage import EVIDENCE, Stage


@pytest.fixture
def begin() -> datetime:
    """Thirty days before the due date."""
    return datetime(2026, 3, 1, 0, 0, tzinfo=UTC)


async def unreachable(stage: Stage) -> Retiree:
    async def fill(step: Step) -> Retiree:
        person = await add_certified(step, date(2025, 3, 18), phone_kind="", phone="+8673185550102")
        person.phone = ""
        await add_contact(step, person, relation="子", phone="+14155550100", phone_kind="abroad")
        await add_contact(step, person, relation="邻居", name="样本邻居", rank=2, phone="", phone_kind="")
        await add_crew(step, 4)
        return person

    person: Retiree = await stage.run(fill, "system")
    return person


async def test_the_ladder_s_reminders_are_matters_of_the_community(stage: Stage) -> None:
    person = await unreachable(stage)
    await stage.at(0, 9, 5)
    (item,) = await stage.matters("call")
    assert item.visit_id is None
    assert (item.retiree_id, item.responsible) == (person.id, "staff:officer")
    assert [m for m in await stage.rows(Message) if m.audience in ("retiree", "contact")] == []


async def test_the_visit_is_told_by_hand_and_begins_without_any_text(stage: Stage) -> None:
    person = await unreachable(stage)
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, col(Visit.kind) == VisitKind.CERTIFICATION)
    visit = await stage.agree(visit.id)
    (call,) = [i for i in await stage.matters("call") if i.visit_id]
    assert (call.visit_id, call.detail["about"], call.responsible) == (visit.id, "R2", "staff:officer")
    assert visit.starts_at is not None
    assert datetime.fromisoformat(call.detail["starts_at"]) == visit.starts_at
    assert call.due_at < visit.starts_at, "before the visitors come"
    shown = await (await (await stage.staff("officer")).get("/")).text()
    assert visit.number in shown

    await stage.arrive(visit.id)  # nobody has rung: the visit begins all the same
    after = await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    assert after.status is VisitStatus.REPORTED
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    assert (await stage.visit(visit.id)).status is VisitStatus.COMPLETED
    assert [m for m in await stage.rows(Message) if m.audience in ("retiree", "contact")] == []
    await stage.sound()


async def test_a_change_of_the_time_asks_for_another_call(stage: Stage) -> None:
    """Edge: what was told by hand must be taken back by hand."""
    person = await unreachable(stage)
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, col(Visit.kind) == VisitKind.CERTIFICATION)
    visit = await stage.agree(visit.id)
    (call,) = [i for i in await stage.matters("call") if i.visit_id]
    await stage.post("officer", f"/desk/{call.id}/close", version=call.version, resolution="已贴通知")
    await stage.on_visit("officer", visit.id, "cancel", reason="住户改日")
    (again,) = [i for i in await stage.matters("call") if i.visit_id]
    assert again.detail["about"] == "R4"
