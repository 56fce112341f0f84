"""A no to a visit holds for some days: whoever could not come in January may be asked in February."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from config.clock import ManualClock
from domain.offers import OfferStatus
from domain.visits import VisitKind
from models.visits import Offer
from services.planning.planning import plan_visits
from services.steps import Step, Steps
from services.suggesting import suggest
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.plans import decide, visit


@pytest.mark.parametrize("said", [OfferStatus.DECLINED, OfferStatus.EXPIRED, OfferStatus.WITHDRAWN])
async def test_who_said_no_is_asked_again_after_the_days_of_the_policy(
    steps: Steps, clock: ManualClock, said: OfferStatus
) -> None:
    async def fill(step: Step) -> tuple[UUID, UUID]:
        retiree = await add_retiree(step)
        made = await add_visit(step, VisitKind.CARE, retiree.id, crew_size=1)
        made.due_on = step.today + timedelta(days=30)
        person = await add_volunteer(step)
        step.session.add(
            Offer(
                visit_id=made.id,
                volunteer_id=person.id,
                position=0,
                code="T1111-2222",
                starts_at=step.now + timedelta(days=1),
                offered_at=step.now,
                expires_at=step.now,
                answered_at=step.now,
                status=said,
                division_code=made.division_code,
            )
        )
        return made.id, person.id

    visit_id, volunteer_id = await steps.run("system", fill)

    async def suggested() -> list[UUID]:
        async with steps.look() as step:
            at = step.now + timedelta(days=1)
            return [s.volunteer_id for s in await suggest(step, visit_id, 0, starts_at=at)]

    assert await suggested() == []
    await plan_visits(steps, "test")
    assert (await visit(steps, visit_id)).starts_at is None
    clock.advance(timedelta(days=7, minutes=1))
    assert await suggested() == [volunteer_id]
    await decide(steps, no_holds_days=30)
    assert await suggested() == []
    await decide(steps, no_holds_days=7)
    await plan_visits(steps, "test")
    assert (await visit(steps, visit_id)).starts_at is not None
