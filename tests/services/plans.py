"""What tests about plans begin with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.visits import VisitKind
from models.plans import PlanRun
from models.policies import PolicyValue
from models.scope import SYSTEM
from models.visits import Visit
from services.steps import Step, Steps
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_retiree, add_visit, add_volunteer

DISTRICTS = (COMMUNITY, OTHER_DISTRICT)


async def decide(steps: Steps, **values: Any) -> None:
    """Policy values in force from today."""

    async def work(step: Step) -> None:
        for key, value in values.items():
            step.session.add(
                PolicyValue(
                    key=key, value={"value": value}, effective_on=step.today, set_by="test", set_at=step.now
                )
            )

    await steps.run("system", work)
    steps.cache.pop("policy", None)


async def fill_city(
    steps: Steps, *, visits: int, volunteers: int, city_pool: int = 0, **values: Any
) -> list[Visit]:
    """So many visits and volunteers in each of two districts."""

    async def work(step: Step) -> list[Visit]:
        made = []
        for code in DISTRICTS:
            for _ in range(volunteers):
                await add_volunteer(step, division_code=code)
            for _ in range(visits):
                retiree = await add_retiree(step, division_code=code)
                more = {"division_code": code, **values}
                made.append(await add_visit(step, VisitKind.CARE, retiree.id, **more))
        for _ in range(city_pool):
            await add_volunteer(step, pool="city")
        return made

    return await steps.run("system", work)


async def more_visits(
    steps: Steps, count: int, *, kind: VisitKind = VisitKind.CARE, **values: Any
) -> list[Visit]:
    async def work(step: Step) -> list[Visit]:
        made = []
        for _ in range(count):
            retiree = await add_retiree(step)
            made.append(await add_visit(step, kind, retiree.id, **values))
        return made

    return await steps.run("system", work)


async def runs(steps: Steps) -> list[PlanRun]:
    async with steps.db.read(SYSTEM) as session:
        return list(await session.scalars(select(PlanRun).order_by(col(PlanRun.started_at), col(PlanRun.id))))


async def visit(steps: Steps, visit_id: UUID) -> Visit:
    async with steps.db.read(SYSTEM) as session:
        row = await session.get(Visit, visit_id)
        assert row is not None
        return row


def in_days(steps: Steps, days: int) -> Any:
    """A local date."""
    now: datetime = steps.clock.now()
    return now.astimezone(steps.zone).date() + timedelta(days=days)
