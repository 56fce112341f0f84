"""Scenario 14: due in five days and nobody is free."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.retirees import CertificationEvent, Retiree
from models.visits import Visit
from services.agency.lists import AgencyList
from services.steps import Step
from tests.scenarios.office import agency_list, suspended_from
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.stage import EVIDENCE, Stage

UNPAID_FROM = date(2026, 4, 1)


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 25, 23, 0, tzinfo=UTC)


async def waiting(stage: Stage) -> tuple[Visit, Retiree]:
    """Nobody at all could go to somebody whose certification is due in five days."""

    async def fill(step: Step) -> Retiree:
        return await add_certified(step, date(2025, 3, 18))

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, col(Visit.kind) == VisitKind.CERTIFICATION)
    return visit, person


async def test_the_ladder_s_rungs_are_warned(stage: Stage) -> None:
    visit, _ = await waiting(stage)
    assert visit.status in (VisitStatus.DUE, VisitStatus.UNFILLED)
    assert visit.reason, "why nobody goes is known"
    await stage.at(1, 12)
    warned = {m.person_id for m in await stage.sent("C1")}
    names = {s.username for s in await stage.staff_rows() if s.id in warned}
    assert names == {"officer", "street", "yuhua", "city"}, "in the last week every rung sees it"
    words = (await stage.phone(await stage.staff_phone("street")))[-1]
    assert "1名对象认证7日内到期未落实上门人员" in words or "无人接受" in words
    await stage.at(1, 12)
    (item,) = await stage.matters("unfilled")
    assert item.visit_id == visit.id, "three days before, it lies on a desk too"


async def test_staff_go_themselves(stage: Stage) -> None:
    visit, _person = await waiting(stage)

    async def colleagues(step: Step) -> None:
        await add_crew(step, 2, is_staff=True, whole_week=False)

    await stage.run(colleagues, "system")
    helpers = await stage.volunteers(is_staff=True)
    at = datetime(2026, 3, 27, 2, 0, tzinfo=UTC)
    for position, helper in enumerate(helpers):
        await stage.on_visit(
            "street",
            visit.id,
            "assign",
            position=position,
            volunteer_id=str(helper.id),
            reason="工作人员上门",
            starts_at=at.isoformat(),
        )
    assert (await stage.visit(visit.id)).status is VisitStatus.ACCEPTED
    assert await stage.matters("unfilled") == []
    await stage.arrive(visit.id)
    await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    (event,) = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert event.occurred_on == date(2026, 3, 27)
    await stage.until(datetime(2026, 4, 1, 2, 0, tzinfo=UTC))
    assert await suspended_from(stage, UNPAID_FROM) == []
    await stage.sound()


async def test_missed_suspended_and_paid_back(stage: Stage) -> None:
    """Edge: truly missed: unpaid from April; visited in May: paid again in June with April and May."""
    visit, person = await waiting(stage)
    await stage.skip(datetime(2026, 4, 1, 2, 0, tzinfo=UTC))
    (line,) = await suspended_from(stage, UNPAID_FROM)
    assert person.id_number in line
    assert "Suspend" in line
    await stage.skip(datetime(2026, 5, 6, 1, 0, tzinfo=UTC))

    async def people(step: Step) -> None:
        await add_crew(step, 2)

    await stage.run(people, "system")
    await stage.plan()
    visit = await stage.answer(visit.id)
    assert visit.status is VisitStatus.ACCEPTED
    await stage.arrive(visit.id)
    await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    (line,) = await agency_list(stage, AgencyList.RESUMPTIONS, date(2026, 5, 1))
    assert person.id_number in line
    days = [cell[:10] for cell in line]
    assert "2026-04-01" in days, "unpaid from April"
    assert "2026-06-01" in days, "paid again with the pay-run of June"
    assert "2" in line, "April and May are paid back"
    (event,) = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert event.occurred_on.month == 5
