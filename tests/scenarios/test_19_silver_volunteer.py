"""Scenario 19: a volunteer of 72 who is a retiree and a target too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.retirees import Retiree
from models.visits import Offer, Visit
from models.volunteers import Volunteer
from services.life.deaths import report_death
from services.planning.roster import load_roster
from services.steps import Step
from services.suggesting import suggest
from tests.factories import add_retiree, add_visit, add_volunteer, next_phone
from tests.scenarios.people import add_crew
from tests.scenarios.stage import Stage

BORN, OWN_ID, PHONE = date(1953, 12, 31), "430181195012310046", next_phone()


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


async def both(stage: Stage, **values: Any) -> tuple[Retiree, Volunteer]:
    """One person twice in the registers, healthy by own declaration unless said otherwise."""

    async def fill(step: Step) -> tuple[Retiree, Volunteer]:
        person = await add_retiree(
            step, name="样本银龄", born_on=BORN, id_number=OWN_ID, flags=("seriously_ill",)
        )
        given: dict[str, Any] = {"health_declared_on": step.today - timedelta(days=30), **values}
        volunteer = await add_volunteer(
            step, name="样本银龄", born_on=BORN, id_number=OWN_ID, phone=PHONE, **given
        )
        return person, volunteer

    pair: tuple[Retiree, Volunteer] = await stage.run(fill, "system")
    return pair


async def can_be_asked(stage: Stage, volunteer: Volunteer) -> bool:
    async with stage.steps.look() as step:
        return volunteer.id in (await load_roster(step)).row_of


async def test_helps_others_and_never_visits_himself(stage: Stage) -> None:
    person, volunteer = await both(stage)

    async def visits(step: Step) -> tuple[Visit, Visit]:
        other = await add_retiree(step)
        await add_crew(step, 1)
        own = await add_visit(step, VisitKind.CARE, person.id)
        return own, await add_visit(step, VisitKind.CARE, other.id)

    own, others = await stage.run(visits, "system")
    assert await can_be_asked(stage, volunteer)
    await stage.plan()
    asked = await stage.rows(Offer, col(Offer.volunteer_id) == volunteer.id)
    assert {o.visit_id for o in asked} == {others.id}
    async with stage.steps.look() as step:
        at = stage.clock.now() + timedelta(days=2, hours=1)
        found = await suggest(step, own.id, 0, starts_at=at)
    assert volunteer.id not in {s.volunteer_id for s in found}
    refused = await stage.on_visit(
        "street",
        own.id,
        "assign",
        403,
        position=0,
        volunteer_id=str(volunteer.id),
        reason="电话同意",
        starts_at=(stage.clock.now() + timedelta(days=2)).isoformat(),
    )
    assert refused["error"]["code"] == "own_visit"
    after = await stage.answer(others.id)
    assert after.status is VisitStatus.ACCEPTED


async def test_the_own_limits_hold(stage: Stage) -> None:
    """One visit a day is enough for somebody of 72."""
    _, _volunteer = await both(stage, max_visits_day=1)

    async def visits(step: Step) -> None:
        for _ in range(3):
            other = await add_retiree(step)
            await add_visit(step, VisitKind.TASK, other.id, crew_size=1, title="代购")

    await stage.run(visits, "system")
    await stage.plan()
    planned = await stage.rows(Visit, col(Visit.starts_at).is_not(None))
    days = [v.starts_at.astimezone(stage.steps.zone).date() for v in planned]
    assert len(days) == len(set(days)) == 3


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({}, True),
        ({"health_declared_on": None}, False),
        ({"insured_to": date(2026, 3, 3)}, False),
    ],
    ids=["declared", "no declaration", "insurance ends at 72"],
)
async def test_declaration_and_insurance_block(stage: Stage, values: dict[str, Any], asked: bool) -> None:
    """Edge: no health declaration from seventy on, or an insurance with an age limit: not asked."""
    _, _volunteer = await both(stage, **values)

    async def visit(step: Step) -> Visit:
        other = await add_retiree(step)
        return await add_visit(
            step, VisitKind.TASK, other.id, crew_size=1, title="代购", opens_on=date(2026, 3, 5)
        )

    made: Visit = await stage.run(visit, "system")
    await stage.plan()
    assert bool(await stage.offers(made.id)) is asked
    assert (await stage.visit(made.id)).status is (VisitStatus.OFFERED if asked else VisitStatus.DUE)


async def test_his_death_ends_both(stage: Stage) -> None:
    """Edge: reported dead as a retiree, he is not asked as a volunteer any more."""
    person, volunteer = await both(stage)

    async def die(step: Step) -> None:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        await report_death(step, row, step.today)

    await stage.run(die, "staff:officer")
    assert not await can_be_asked(stage, volunteer)
    assert await stage.phone(PHONE) == []
