"""Scenario 28: a street is merged into another: its codes are revoked, people move, history stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.visits import VisitKind, VisitStatus
from models.divisions import Division
from models.retirees import Retiree
from models.staff import Staff
from models.visits import Visit
from services.errors import BadInput
from services.life.merges import merge_division
from services.steps import Step
from tests.factories import COMMUNITY, add_retiree, add_visit
from tests.scenarios.people import add_crew
from tests.scenarios.stage import Stage

STREET, NEW_STREET, NEW_COMMUNITY = "430111001000", "430111002000", "430111002001"


async def merging(stage: Stage) -> tuple[Visit, Visit, Retiree]:
    """(a finished visit, an open one, the retiree); the neighbouring street takes the people over."""

    async def fill(step: Step) -> tuple[Visit, Visit, Retiree]:
        for code, name, level, parent in (
            (NEW_STREET, "东塘街道", "street", "430111000000"),
            (NEW_COMMUNITY, "样本三社区", "community", NEW_STREET),
        ):
            step.session.add(
                Division(
                    code=code, name=name, level=level, parent_code=parent, latitude=28.165, longitude=112.99
                )
            )
        old = await step.session.get(Division, COMMUNITY)
        assert old is not None
        old.parent_code = STREET
        person = await add_retiree(step)
        await add_crew(step, 4)
        done = await add_visit(step, VisitKind.CARE, person.id)
        later = await add_visit(step, VisitKind.CARE, person.id, opens_on=step.today + timedelta(days=4))
        return done, later, person

    done, later, person = await stage.run(fill, "system")
    await stage.plan()
    await stage.answer(done.id)
    await stage.answer(later.id)
    await stage.arrive(done.id)
    await stage.report(done.id, "done_evidence")
    return await stage.visit(done.id), await stage.visit(later.id), person


async def merge(stage: Stage, code: str, successor: str) -> int:
    async def work(step: Step) -> int:
        return await merge_division(step, code, successor, step.today, "街道合并")

    moved: int = await stage.run(work, "staff:city")
    return moved


async def test_codes_are_revoked_and_visits_keep_their_history(stage: Stage) -> None:
    done, later, person = await merging(stage)
    assert await merge(stage, COMMUNITY, NEW_COMMUNITY) == 1
    assert await merge(stage, STREET, NEW_STREET) == 0
    rows = {d.code: d for d in await stage.rows_of_divisions()}
    assert (rows[COMMUNITY].valid_to, rows[COMMUNITY].successor_code) == (stage.today, NEW_COMMUNITY)
    assert rows[STREET].successor_code == NEW_STREET
    assert (await stage.retiree(person.id)).division_code == NEW_COMMUNITY
    old = await stage.visit(done.id)
    assert (old.division_code, old.status) == (COMMUNITY, VisitStatus.COMPLETED), "as it was on its day"
    after = await stage.visit(later.id)
    assert (after.division_code, after.status, after.starts_at) == (
        NEW_COMMUNITY,
        VisitStatus.ACCEPTED,
        later.starts_at,
    )
    events = await stage.events(later.id)
    assert events[:3] == ["visit.due", "visit.planned", "visit.offered"], "nothing of the history is lost"
    areas = {s.username: s.area for s in await stage.rows(Staff)}
    assert (areas["officer"], areas["street"]) == (NEW_COMMUNITY, "430111002")

    await stage.arrive(later.id)
    await stage.report(later.id, "done_evidence")
    assert (await stage.visit(later.id)).status is VisitStatus.COMPLETED
    shown = await stage.get("street", f"/visits/{later.id}")
    assert shown["division_code"] == NEW_COMMUNITY
    assert len(await stage.audited("division.merge")) == 2
    await stage.sound()


async def test_a_street_is_revoked_after_its_communities(stage: Stage) -> None:
    """Edge: nobody may be left under a code that is gone; and no code twice."""
    await merging(stage)
    with pytest.raises(BadInput):
        await merge(stage, STREET, NEW_STREET)
    await merge(stage, COMMUNITY, NEW_COMMUNITY)
    with pytest.raises(BadInput):
        await merge(stage, COMMUNITY, NEW_COMMUNITY)
    with pytest.raises(BadInput):
        await merge(stage, NEW_COMMUNITY, COMMUNITY)
