"""Scenario 16: a patient of a psychiatric hospital cannot sign; the hospital allows no photo."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.retirees import CertificationEvent, Retiree
from models.visits import Visit, VisitReport
from services.steps import Step
from tests.factories import add_contact, next_phone
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.stage import Stage, texts_without

GUARDIAN = next_phone()
STAMPED = {
    "institution_form": "F-2026-7",
    "id_checked": True,
    "id_last_four": "0046",
    "signer_relation": "监护人",
    "signature": "yes",
}


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 12, 0, 0, tzinfo=UTC)


async def reported(stage: Stage, evidence: dict[str, object]) -> tuple[Visit, Retiree]:
    async def fill(step: Step) -> Retiree:
        person = await add_certified(
            step,
            date(2025, 3, 18),
            home_visit_ground="psychiatric_hospital",
            flags=("rehabilitation",),
            health="样本病情细节",
            phone_kind="",
            phone="+8673185550104",
        )
        await add_contact(step, person, relation="监护人", phone=GUARDIAN)
        await add_crew(step, 2)
        return person

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visits = await stage.visits_of(person.id)
    visit = next(v for v in visits if v.kind is VisitKind.CERTIFICATION or v.with_certification)
    visit = await stage.agree(visit.id)
    await stage.arrive(visit.id)
    return await stage.report(visit.id, "done_evidence", evidence=evidence), person


async def test_guardian_s_signature_and_the_hospital_s_stamped_form(stage: Stage) -> None:
    visit, person = await reported(stage, STAMPED)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    assert (await stage.visit(visit.id)).status is VisitStatus.COMPLETED
    events = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert [e.retiree_id for e in events] == [person.id]
    (report,) = await stage.rows(VisitReport)
    assert report.evidence["signer_relation"] == "监护人", "who signed, and in what relation"
    await stage.sound()


async def test_neither_photo_nor_form_is_not_enough(stage: Stage) -> None:
    """Edge: a hospital that forbids photos has to stamp its form."""
    visit, _ = await reported(stage, {k: v for k, v in STAMPED.items() if k != "institution_form"})
    refused = await stage.on_visit("reviewer", visit.id, "review", 422, approve=True)
    assert "dated_photo_or_receipt" in refused["error"]["message"]
    assert (await stage.visit(visit.id)).status is VisitStatus.REPORTED


async def test_nobody_signs_at_all(stage: Stage) -> None:
    """Edge: neither patient nor guardian: the reason is written down, or it is sent back."""
    visit, _ = await reported(stage, {k: v for k, v in STAMPED.items() if not k.startswith("sign")})
    refused = await stage.on_visit("reviewer", visit.id, "review", 422, approve=True)
    assert "signature_or_reason" in refused["error"]["message"]


async def test_no_word_of_health_where_visitors_read(stage: Stage) -> None:
    visit, person = await reported(stage, STAMPED)
    words = ("精神", "病情", "康复医院", "样本病情细节", "rehabilitation")
    for volunteer in await stage.crew(visit.id):
        assert texts_without(await stage.phone(volunteer.phone), *words)
    assert texts_without(await stage.phone(GUARDIAN), *words)
    shown = await stage.get("yuhua", f"/retirees/{person.id}")
    assert "样本病情细节" not in str(shown)
