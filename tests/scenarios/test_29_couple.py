"""Scenario 29: a couple, both bedridden, due in different months: one trip, two results."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.retirees import CertificationEvent, Retiree
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from models.volunteers import MinutesEntry
from services.parts import review_part
from services.steps import Step
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.stage import EVIDENCE, Stage

CERTIFICATIONS = col(Visit.kind) == VisitKind.CERTIFICATION


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 11, 0, 0, tzinfo=UTC)


async def couple(stage: Stage) -> tuple[Retiree, Retiree]:
    """She is due in March, he in April; neither is of an age that brings care visits of its own."""

    async def fill(step: Step) -> tuple[Retiree, Retiree]:
        wife = await add_certified(step, date(2025, 3, 18), household="door-1")
        husband = await add_certified(
            step,
            date(2025, 4, 10),
            name="样本李大明",
            sex=1,
            born_on=date(1950, 6, 30),
            id_number="430111195006300037",
            household="door-1",
        )
        await add_crew(step, 2)
        return wife, husband

    pair: tuple[Retiree, Retiree] = await stage.run(fill, "system")
    return pair


async def one_trip(stage: Stage) -> tuple[Retiree, Retiree, Visit, VisitPart]:
    wife, husband = await couple(stage)
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(wife.id, CERTIFICATIONS)
    assert visit.due_on == date(2026, 3, 31), "the earlier one leads"
    assert await stage.visits_of(husband.id, CERTIFICATIONS) == []
    (part,) = await stage.rows(VisitPart, col(VisitPart.retiree_id) == husband.id)
    assert (part.visit_id, part.kind, part.due_on) == (visit.id, VisitKind.CERTIFICATION, date(2026, 4, 30))
    visit = await stage.agree(visit.id)
    return wife, husband, visit, part


async def test_one_trip_two_results(stage: Stage) -> None:
    wife, husband, visit, part = await one_trip(stage)
    assert len(await stage.sent("R2", "R2b")) >= 1
    await stage.arrive(visit.id)
    await stage.wait_minutes(60)
    await stage.report_part(visit, part, "done_evidence", **{**EVIDENCE, "id_last_four": "0037"})
    await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    await stage.run(lambda step: review_part(step, part.id, approve=True), "staff:reviewer")
    assert visit.starts_at is not None
    day = visit.starts_at.astimezone(stage.steps.zone).date()
    events = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert {(e.retiree_id, e.occurred_on) for e in events} == {(wife.id, day), (husband.id, day)}
    assert (await stage.visit(visit.id)).status is VisitStatus.COMPLETED
    assert (await stage.row(VisitPart, part.id)).status is PartStatus.DONE
    assert len(await stage.rows(MinutesEntry)) == 2, "one trip is credited once to each"
    await stage.at(1, 9, 5)
    assert await stage.visits_of(husband.id, CERTIFICATIONS) == [], "nobody comes again for him"


async def test_one_is_in_hospital_the_other_is_certified(stage: Stage) -> None:
    """Edge: separate results."""
    wife, husband, visit, part = await one_trip(stage)
    await stage.arrive(visit.id)
    await stage.report_part(visit, part, "hospitalised")
    await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    events = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert {e.retiree_id for e in events} == {wife.id}
    assert (await stage.retiree(husband.id)).life_status == "hospitalised"
    assert (await stage.retiree(wife.id)).life_status == "living"
