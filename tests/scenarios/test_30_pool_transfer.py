"""Scenario 30: a volunteer of a district's pool moves to another district on a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.pools import PoolTransfer
from models.visits import Visit
from models.volunteers import Pool, Volunteer
from services.errors import ServiceError
from services.steps import Step
from services.volunteers.standing import transfer
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_retiree, add_visit
from tests.scenarios.people import add_crew
from tests.scenarios.stage import Stage


async def moving(stage: Stage, days: int) -> Volunteer:
    """Will belong to the other district's pool so many days from today."""
    await stage.run(lambda step: add_crew(step, 1), "system")
    (volunteer,) = await stage.volunteers()

    async def work(step: Step) -> None:
        row = await step.session.get(Volunteer, volunteer.id)
        assert row is not None
        day = step.today + timedelta(days=days)
        await transfer(step, row, OTHER_DISTRICT, Pool.DISTRICT, day, "搬家到芙蓉区")

    await stage.run(work, "staff:city")
    row: Volunteer = await stage.row(Volunteer, volunteer.id)
    return row


async def task(stage: Stage, code: str, **values: object) -> Visit:
    async def fill(step: Step) -> Visit:
        person = await add_retiree(step, division_code=code)
        return await add_visit(
            step, VisitKind.TASK, person.id, crew_size=1, title="代购", division_code=code, **values
        )

    made: Visit = await stage.run(fill, "system")
    return made


async def test_the_old_district_until_the_day_the_new_one_from_it(stage: Stage) -> None:
    volunteer = await moving(stage, 10)
    assert volunteer.division_code == COMMUNITY
    here, there = await task(stage, COMMUNITY), await task(stage, OTHER_DISTRICT)
    await stage.plan()
    assert [o.volunteer_id for o in await stage.offers(here.id)] == [volunteer.id]
    assert await stage.offers(there.id) == []
    await stage.answer(here.id)
    await stage.arrive(here.id)
    await stage.report(here.id, "done_evidence")

    await stage.skip(stage.clock.now() + timedelta(days=10))
    await stage.due()
    row = await stage.row(Volunteer, volunteer.id)
    assert row.division_code == OTHER_DISTRICT
    (moved,) = await stage.rows(PoolTransfer)
    assert moved.done_at is not None
    assert (moved.from_division, moved.division_code) == (COMMUNITY, OTHER_DISTRICT)
    await stage.plan()
    assert [o.volunteer_id for o in await stage.offers(there.id)] == [volunteer.id]
    assert (await stage.get("furong", f"/volunteers/{volunteer.id}"))["division_code"] == OTHER_DISTRICT
    await stage.get("yuhua", f"/volunteers/{volunteer.id}", 404)


async def test_what_is_promised_stays_promised(stage: Stage) -> None:
    """Edge: a visit agreed in the old district for a day after the move takes place."""
    volunteer = await moving(stage, 2)
    visit = await task(stage, COMMUNITY, opens_on=stage.today + timedelta(days=3))
    await stage.plan()
    visit = await stage.answer(visit.id)
    assert visit.status is VisitStatus.ACCEPTED
    assert visit.starts_at is not None
    await stage.arrive(visit.id)
    assert (await stage.row(Volunteer, volunteer.id)).division_code == OTHER_DISTRICT
    await stage.report(visit.id, "done_evidence")
    assert (await stage.visit(visit.id)).status is VisitStatus.COMPLETED


async def test_one_move_at_a_time(stage: Stage) -> None:
    volunteer = await moving(stage, 10)

    async def again(step: Step) -> None:
        row = await step.session.get(Volunteer, volunteer.id)
        assert row is not None
        await transfer(step, row, OTHER_DISTRICT, Pool.CITY, step.today, "改主意了")

    with pytest.raises(ServiceError):
        await stage.run(again, "staff:city")
    assert len(await stage.rows(PoolTransfer, col(PoolTransfer.done_at).is_(None))) == 1
