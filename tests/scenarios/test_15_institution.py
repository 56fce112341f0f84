"""Scenario 15: a nursing home with many residents: one round, a result for each; and it may be closed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.retirees import CertificationEvent, LifeStatus, Retiree
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from models.volunteers import MinutesEntry
from services.parts import review_part
from services.pauses import PauseForm, pause_area
from services.steps import Step
from tests.factories import COMMUNITY
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.stage import EVIDENCE, Stage

RESIDENTS = 5
CERTIFICATIONS = col(Visit.kind) == VisitKind.CERTIFICATION


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 5, 0, 0, tzinfo=UTC)


async def home(stage: Stage) -> list[Retiree]:
    """Residents behind one door; two of them are on other districts' registers."""

    async def fill(step: Step) -> list[Retiree]:
        people = [
            await add_certified(
                step,
                date(2025, 3, 10 + number),
                name=f"样本老人{number}",
                id_number=None,
                household="home-1",
                home_visit_ground="nursing_home",
                managing_agency="" if number < 3 else "芙蓉区",
            )
            for number in range(RESIDENTS)
        ]
        await add_crew(step, 2)
        return people

    people: list[Retiree] = await stage.run(fill, "system")
    return people


async def test_one_round_a_result_for_each(stage: Stage) -> None:
    people = await home(stage)
    await stage.at(0, 9, 5)
    (visit,) = await stage.rows(Visit, CERTIFICATIONS)
    parts = await stage.rows(VisitPart)
    assert {visit.retiree_id, *(p.retiree_id for p in parts)} == {p.id for p in people}
    assert (visit.division_code, visit.crew_size) == (COMMUNITY, 2), "the community of the institution"
    assert visit.minutes > 60, "time for all of them"
    visit = await stage.agree(visit.id)
    assert len(await stage.crew(visit.id)) == 2
    await stage.arrive(visit.id)
    await stage.wait_minutes(90)
    evidence = {**EVIDENCE, "id_last_four": "0001"}
    for part in parts[:-1]:
        await stage.report_part(visit, part, "done_evidence", **evidence)
    await stage.report_part(visit, parts[-1], "hospitalised")
    await stage.report(visit.id, "done_evidence", evidence=evidence)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    for part in parts[:-1]:
        await stage.run(
            lambda step, part=part: review_part(step, part.id, approve=True),  # type: ignore[misc]  # bound now
            "staff:reviewer",
        )
    certified = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert {e.retiree_id for e in certified} == {p.id for p in people} - {parts[-1].retiree_id}
    assert (await stage.retiree(parts[-1].retiree_id)).life_status is LifeStatus.HOSPITALISED
    assert [(await stage.row(VisitPart, p.id)).status for p in parts] == [
        *[PartStatus.DONE] * (len(parts) - 1),
        PartStatus.FAILED,
    ]
    assert len(await stage.rows(MinutesEntry)) == 2, "one round for two visitors"
    await stage.sound()


async def test_closed_because_of_an_infection(stage: Stage) -> None:
    """Edge: the round is postponed as a whole; crew and house are told, the due dates stay."""
    await home(stage)
    await stage.at(0, 9, 5)
    (visit,) = await stage.rows(Visit, CERTIFICATIONS)
    visit = await stage.agree(visit.id)
    crew = await stage.crew(visit.id)
    until = stage.today + timedelta(days=7)
    form = PauseForm(COMMUNITY, stage.today, until, "养老院感染封闭管理")
    await stage.run(lambda step: pause_area(step, form), "staff:street")
    after = await stage.visit(visit.id)
    assert (after.status, after.starts_at) == (VisitStatus.DUE, None)
    assert after.opens_on == until + timedelta(days=1)
    assert after.due_on == visit.due_on, "the certification's own clock"
    for volunteer in crew:
        assert "已取消" in (await stage.phone(volunteer.phone))[-1]
    assert all(p.status is PartStatus.OPEN for p in await stage.rows(VisitPart)), "nobody is lost"
    assert len(await stage.rows(VisitPart)) == RESIDENTS - 1
    assert {v.kind for v in await stage.rows(Visit)} == {VisitKind.CERTIFICATION}
