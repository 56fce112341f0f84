"""Visits brought to where a page is interesting."""

from __future__ import annotations

from typing import Any

from domain.visits import VisitKind
from models.scope import SYSTEM
from models.visits import Visit
from models.volunteers import Volunteer
from services.planning.planning import plan_visits
from services.steps import Step
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play

ID_NUMBER = "430102194203150022"


async def offered_visit(
    play: Play,
    kind: VisitKind = VisitKind.CARE,
    *,
    volunteers: int = 4,
    id_number: str = ID_NUMBER,
    **values: Any,
) -> Visit:
    """A retiree's visit for which volunteers were asked."""

    async def work(step: Step) -> Visit:
        retiree = await add_retiree(step, id_number=id_number)
        for _ in range(volunteers):
            await add_volunteer(step)
        return await add_visit(step, kind, retiree.id, **values)

    visit = await play.steps.run("system", work)
    await plan_visits(play.steps, "test")
    await play.tick()
    return await play.visit(visit.id)


async def phone_of(play: Play, volunteer_id: Any) -> str:
    async with play.steps.db.read(SYSTEM) as session:
        row = await session.get(Volunteer, volunteer_id)
        assert row is not None
        return row.phone
