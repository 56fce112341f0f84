"""Scenario 6: moved from one district to another: both communities confirm, the due date stays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.life import Transfer, TransferStatus
from models.retirees import CertificationEvent, Retiree
from models.scope import Reader
from models.visits import Visit
from services.life.transfers import MoveTo, confirm, reject, request_transfer
from services.steps import Step
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_volunteer, next_phone
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.stage import EVIDENCE, Stage

PHONE = next_phone()
OLD, NEW = Reader("staff:furong", "430102", ""), Reader("staff:officer", COMMUNITY, "")
CERTIFICATIONS = col(Visit.kind) == VisitKind.CERTIFICATION


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 5, 0, 0, tzinfo=UTC)


async def moving(stage: Stage) -> tuple[Visit, Retiree, Transfer]:
    """From the other district to ours; a home certification is agreed with the old district's people."""

    async def fill(step: Step) -> Retiree:
        person = await add_certified(
            step, date(2025, 3, 18), phone=PHONE, division_code=OTHER_DISTRICT, address="旧址样本楼5栋"
        )
        for _ in range(2):
            await add_volunteer(step, division_code=OTHER_DISTRICT)
        return person

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, CERTIFICATIONS)
    visit = await stage.agree(visit.id)
    await stage.run(lambda step: add_crew(step, 2), "system")

    async def ask(step: Step) -> Transfer:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        return await request_transfer(step, row, MoveTo(division_code=COMMUNITY, address="新址样本楼8栋"))

    transfer: Transfer = await stage.run(ask, "staff:furong")
    return visit, person, transfer


async def test_both_sides_confirm_and_the_open_visit_goes_along(stage: Stage) -> None:
    visit, person, transfer = await moving(stage)
    items = await stage.matters("transfer")
    assert {i.responsible for i in items} == {"staff:furong", "staff:officer"}
    await stage.run(lambda step: confirm(step, transfer.id, "from", OLD), "staff:furong")
    assert (await stage.retiree(person.id)).division_code == OTHER_DISTRICT, "not before both have agreed"
    assert (await stage.visit(visit.id)).status is VisitStatus.ACCEPTED
    old_crew = await stage.crew(visit.id)
    await stage.run(lambda step: confirm(step, transfer.id, "to", NEW), "staff:officer")

    row = await stage.retiree(person.id)
    assert (row.division_code, row.address) == (COMMUNITY, "新址样本楼8栋")
    after = await stage.visit(visit.id)
    assert (after.division_code, after.due_on, after.status) == (COMMUNITY, visit.due_on, VisitStatus.DUE)
    assert after.due_on == date(2026, 3, 31), "D is unchanged"
    assert after.responsible == "staff:officer"
    for volunteer in old_crew:
        assert "已取消" in (await stage.phone(volunteer.phone))[-1]
    assert "已取消" in (await stage.phone(PHONE))[-1]
    assert await stage.matters("transfer") == []

    await stage.plan()
    after = await stage.answer(visit.id)
    assert {v.division_code for v in await stage.crew(visit.id)} == {COMMUNITY}, "the new district's pool"
    await stage.arrive(visit.id)
    await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    events = await stage.rows(CertificationEvent)
    assert {e.division_code for e in events} == {COMMUNITY}, "the history goes along"
    await stage.get("officer", f"/retirees/{person.id}")
    await stage.get("furong", f"/retirees/{person.id}", 404)
    await stage.sound()


async def test_the_new_community_rejects_a_wrong_address(stage: Stage) -> None:
    """Edge: the person stays, and whoever sent the request looks again."""
    visit, person, transfer = await moving(stage)
    await stage.run(lambda step: confirm(step, transfer.id, "from", OLD), "staff:furong")
    await stage.run(
        lambda step: reject(step, transfer.id, "to", NEW, "查无此门牌，地址有误"), "staff:officer"
    )
    row = await stage.row(Transfer, transfer.id)
    assert (row.status, row.reason) == (TransferStatus.REJECTED, "查无此门牌，地址有误")
    assert (await stage.retiree(person.id)).division_code == OTHER_DISTRICT
    after = await stage.visit(visit.id)
    assert (after.status, after.starts_at, after.division_code) == (
        VisitStatus.ACCEPTED,
        visit.starts_at,
        OTHER_DISTRICT,
    )
    (item,) = await stage.matters("transfer_rejected")
    assert item.responsible == "staff:furong"
    assert [e.who for e in await stage.audited("transfer.reject")] == ["staff:officer"]
