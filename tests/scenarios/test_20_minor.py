"""Scenario 20: a pupil of sixteen signs up with the guardian's consent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.visits import VisitKind, VisitStatus
from models.visits import Visit
from models.volunteers import Volunteer
from services.steps import Step
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.scenarios.people import add_crew
from tests.scenarios.stage import Stage

SIXTEEN = date(2010, 1, 15)


async def pupil(stage: Stage, *, consent: bool = True) -> Volunteer:
    async def fill(step: Step) -> Volunteer:
        return await add_volunteer(
            step,
            name="样本学生",
            born_on=SIXTEEN,
            skills=(),
            guardian_consent_on=step.today - timedelta(days=3) if consent else None,
        )

    made: Volunteer = await stage.run(fill, "system")
    return made


async def visit_of(stage: Stage, kind: VisitKind) -> Visit:
    async def fill(step: Step) -> Visit:
        person = await add_retiree(step, home_visit_ground="bedridden")
        return await add_visit(step, kind, person.id)

    made: Visit = await stage.run(fill, "system")
    return made


@pytest.mark.parametrize("kind", [VisitKind.CERTIFICATION, VisitKind.CARE, VisitKind.CAMPAIGN])
async def test_never_one_of_the_pair(stage: Stage, kind: VisitKind) -> None:
    young = await pupil(stage)
    await stage.run(lambda step: add_crew(step, 1), "system")
    visit = await visit_of(stage, kind)
    await stage.plan()
    assert young.id not in {o.volunteer_id for o in await stage.offers(visit.id)}
    assert await stage.phone(young.phone) == []
    refused = await stage.on_visit(
        "street",
        visit.id,
        "assign",
        403,
        position=1,
        volunteer_id=str(young.id),
        reason="家长同意",
        starts_at=(stage.clock.now() + timedelta(days=2)).isoformat(),
    )
    assert refused["error"]["code"] == "under_age"


async def come_along(stage: Stage, visit: Visit, young: Volunteer, status: int = 200) -> dict[str, object]:
    return await stage.on_visit(
        "street", visit.id, "companions", status, volunteer_id=str(young.id), guardian="样本家长"
    )


async def test_third_person_of_a_holiday_visit(stage: Stage) -> None:
    young = await pupil(stage)
    await stage.run(lambda step: add_crew(step, 2), "system")
    visit = await visit_of(stage, VisitKind.CAMPAIGN)
    visit = await stage.agree(visit.id)
    await come_along(stage, visit, young)
    after = await stage.visit(visit.id)
    assert (after.status, after.crew_size) == (VisitStatus.ACCEPTED, 2)
    assert young.id not in {v.id for v in await stage.crew(visit.id)}


async def test_not_without_consent_nor_to_a_certification(stage: Stage) -> None:
    """Edge: consent is on record first; certifications are for adults."""
    await stage.run(lambda step: add_crew(step, 4), "system")
    holiday = await stage.agree((await visit_of(stage, VisitKind.CAMPAIGN)).id)
    certification = await stage.agree((await visit_of(stage, VisitKind.CERTIFICATION)).id)
    without, allowed = await pupil(stage, consent=False), await pupil(stage)
    await come_along(stage, holiday, without, 403)
    await come_along(stage, certification, allowed, 403)
