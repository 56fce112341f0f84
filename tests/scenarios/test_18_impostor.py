"""Scenario 18: a relative presents another old man."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.life import FraudCase
from models.retirees import CertificationEvent, LifeStatus, Retiree
from models.visits import Visit
from services.due.certifications import load_certifications
from services.due.persons import load_persons
from services.retirees import void_certification
from services.steps import Step
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.phone_page import open_page
from tests.scenarios.stage import EVIDENCE, Stage

CERTIFICATIONS = col(Visit.kind) == VisitKind.CERTIFICATION


@pytest.fixture
def begin() -> datetime:
    """A year earlier, when the same relative presented somebody too."""
    return datetime(2025, 3, 12, 0, 0, tzinfo=UTC)


async def certified_once(stage: Stage) -> tuple[Visit, Retiree]:
    async def fill(step: Step) -> Retiree:
        person = await add_certified(step, date(2024, 3, 18))
        await add_crew(step, 2)
        return person

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, CERTIFICATIONS)
    visit = await stage.agree(visit.id)
    await stage.arrive(visit.id)
    await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    return visit, person


async def impostor(stage: Stage) -> tuple[Visit, Visit, Retiree]:
    """(the earlier visit, the one at which the other man was noticed, the retiree)"""
    earlier, person = await certified_once(stage)
    await stage.skip(datetime(2026, 3, 12, 0, 30, tzinfo=UTC))
    await stage.at(0, 9, 5)
    visit = next(v for v in await stage.visits_of(person.id, CERTIFICATIONS) if v.id != earlier.id)
    visit = await stage.agree(visit.id)
    await stage.arrive(visit.id)
    lead = (await stage.crew(visit.id))[0]
    page = await open_page(stage, visit, lead)
    shown = await page.report("wrong_person", note="相貌与照片不符")
    assert not any(word in shown for word in ("冒领", "欺诈", "案")), "nothing that could be read at the door"
    return await stage.visit(earlier.id), await stage.visit(visit.id), person


async def test_the_agency_gets_the_case_and_the_evidence_is_locked(stage: Stage) -> None:
    earlier, visit, person = await impostor(stage)
    assert (visit.status, visit.outcome) == (VisitStatus.CANCELLED, "wrong_person")
    (case,) = await stage.rows(FraudCase)
    assert (case.kind, case.status, case.visit_id) == ("wrong_person", "suspected", visit.id)
    (item,) = await stage.matters("fraud")
    assert item.responsible == "staff:yuhua"
    assert visit.evidence_locked_at is not None
    assert earlier.evidence_locked_at is not None, "what was collected before is read again"
    assert (await stage.retiree(person.id)).life_status is LifeStatus.LIVING, "nothing is known of him"
    assert len(await stage.rows(CertificationEvent)) == 2, "the new visit certifies nothing"
    for volunteer in await stage.crew(earlier.id):
        words = "".join(await stage.phone(volunteer.phone))
        assert not any(word in words for word in ("冒领", "欺诈", "不符"))


async def test_the_earlier_certification_is_void(stage: Stage) -> None:
    """Edge: the photo of last year shows the same other man; that certification never was one."""
    earlier, _, person = await impostor(stage)
    (event,) = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == earlier.id)
    await stage.run(lambda step: void_certification(step, event.id, "上年照片同为他人"), "staff:yuhua")
    row = await stage.row(CertificationEvent, event.id)
    assert (row.void_reason, row.voided_by) == ("上年照片同为他人", "staff:yuhua")
    assert row.voided_at == stage.clock.now()
    async with stage.steps.look() as step:
        clocks = {p.id: c for p, c in await load_certifications(step, await load_persons(step))}
    assert clocks[person.id].last_on == date(2024, 3, 18), "back to the one before"
    assert clocks[person.id].suspended_from == date(2025, 4, 1)
    assert clocks[person.id].special_procedure, "more than eighteen months ago"
