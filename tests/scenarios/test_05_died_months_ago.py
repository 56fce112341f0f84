"""Scenario 5: a relative says that he died three months ago, and the pension is still drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from domain.visits import VisitKind
from models.life import FraudCase, StatusProposal
from models.retirees import CertificationEvent, LifeStatus, Retiree
from models.visits import Visit, VisitReport
from services.errors import ServiceError
from services.life.fraud import move_case
from services.steps import Step
from tests.scenarios.office import tell_death
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.phone_page import open_page
from tests.scenarios.stage import EVIDENCE, Stage

DIED_ON = date(2025, 12, 20)
LEARNT_ON = date(2026, 3, 24)


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 12, 0, 0, tzinfo=UTC)


async def certified_since(stage: Stage) -> tuple[Visit, Retiree]:
    """He was "certified" by a home visit in March; in truth he had died in December."""

    async def fill(step: Step) -> Retiree:
        person = await add_certified(step, date(2025, 3, 18))
        await add_crew(step, 2)
        return person

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, col(Visit.kind) == VisitKind.CERTIFICATION)
    visit = await stage.agree(visit.id)
    await stage.arrive(visit.id)
    await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    await stage.skip(datetime(2026, 3, 24, 2, 0, tzinfo=UTC))
    return visit, person


async def say_so(stage: Stage, person: Retiree) -> None:
    await tell_death(stage, person, DIED_ON, "relative")


async def test_late_and_still_paid_is_a_suspicion(stage: Stage) -> None:
    visit, person = await certified_since(stage)
    await say_so(stage, person)
    row = await stage.retiree(person.id)
    assert (row.life_status, row.died_on, row.learnt_on) == (LifeStatus.DECEASED, DIED_ON, LEARNT_ON)
    (proposal,) = await stage.rows(StatusProposal)
    assert (proposal.due_on, proposal.is_late, proposal.source) == (date(2026, 1, 19), True, "relative")
    (case,) = await stage.rows(FraudCase)
    assert (case.kind, case.status) == ("death_not_reported", "suspected")
    (item,) = await stage.matters("fraud")
    assert item.responsible == "staff:yuhua", "the agency's, not the community's"
    assert (await stage.visit(visit.id)).evidence_locked_at == stage.clock.now()
    with pytest.raises(AssertionError):
        await stage.on_visit("reviewer", visit.id, "review", approve=True)
    assert len(await stage.rows(CertificationEvent)) == 1, "nothing certified after a death"
    assert len(await stage.rows(VisitReport)) == 1, "what was reported stays as it was"


async def test_volunteers_see_nothing_of_the_case(stage: Stage) -> None:
    visit, person = await certified_since(stage)
    lead = (await stage.crew(visit.id))[0]
    page = await open_page(stage, visit, lead)
    texts = await stage.phone(lead.phone)
    await say_so(stage, person)
    shown = await page.see()
    for word in ("疑", "冒领", "欺诈", "去世", "死亡"):
        assert word not in shown
    await stage.at(3, 12)
    new = (await stage.phone(lead.phone))[len(texts) :]
    assert not any(word in text for text in new for word in ("疑", "去世", "死亡", "冒领"))


async def test_demanded_and_handed_over(stage: Stage) -> None:
    """Edge: repayment by a day, then the administration; and no step is left out."""
    _, person = await certified_since(stage)
    await say_so(stage, person)

    async def go(step: Step, status: str) -> None:
        (case,) = await stage.rows(FraudCase)
        row = await step.session.get(FraudCase, case.id)
        assert row is not None
        await move_case(step, row, status, "按规定处理")

    with pytest.raises(ServiceError):
        await stage.run(lambda step: go(step, "repaid"))
    for status in ("investigating", "demanded", "transferred"):
        await stage.run(lambda step, status=status: go(step, status))  # type: ignore[misc]  # bound now
        (case,) = await stage.rows(FraudCase)
        assert case.status == status
    assert case.repay_by == date(2026, 4, 23), "thirty days"
    assert await stage.matters("fraud") == []
    assert len(await stage.audited("fraud.move")) == 3
