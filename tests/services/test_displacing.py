"""What nobody has agreed to gives way; what somebody has agreed to never does."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from config.clock import ManualClock
from domain.offers import OfferStatus
from domain.visits import VisitKind, VisitStatus
from models.visits import Visit
from models.volunteers import Volunteer
from services.changing import assign
from services.planning.commitments import Bond
from services.planning.planning import plan_visits
from services.steps import Step, Steps
from services.suggesting import open_round, suggest
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.plans import in_days
from tests.services.play import Play
from tests.services.scenes import rows_of

MORNING = [["09:00", "09:15"]]


async def one_person_visit(steps: Steps, weight: int, *, volunteers: int = 0, days: int = 1) -> Visit:
    async def fill(step: Step) -> Visit:
        for _ in range(volunteers):
            await add_volunteer(step)
        retiree = await add_retiree(step)
        day = in_days(steps, days)
        more = {"crew_size": 1, "weight": weight, "windows": MORNING, "opens_on": day, "due_on": day}
        return await add_visit(step, VisitKind.CARE, retiree.id, **more)

    return await steps.run("system", fill)


async def test_a_suggestion_tells_what_it_would_displace_and_the_next_is_asked(
    steps: Steps, play: Play
) -> None:
    light = await one_person_visit(steps, 1, volunteers=1)
    await plan_visits(steps, "test")
    await play.drain()
    light = await play.visit(light.id)
    assert light.status is VisitStatus.OFFERED
    heavy = await one_person_visit(steps, 9)
    async with steps.look() as step:
        plain = await suggest(step, heavy.id, 0, starts_at=light.starts_at)
        (found,) = await suggest(step, heavy.id, 0, starts_at=light.starts_at, displace=True)
    assert plain == []
    assert found.displaces is not None
    assert found.displaces.id == light.id
    assert "displaces" in found.reasons["why"]
    assert found.reasons["cost"]["displaced"] > 0
    work = partial(
        assign, visit_id=heavy.id, position=0, volunteer_id=found.volunteer_id, reason="agreed by telephone"
    )
    await steps.run("staff:test", lambda step: work(step, starts_at=light.starts_at))
    assert (await play.visit(heavy.id)).status is VisitStatus.ACCEPTED
    assert [o.status for o in await play.offers(light.id)] == [OfferStatus.RELEASED]
    assert len(await play.texts("V7")) == 1
    await play.drain()
    assert (await play.visit(light.id)).status in (VisitStatus.DUE, VisitStatus.UNFILLED)


async def test_what_somebody_agreed_to_is_not_offered_up(steps: Steps, play: Play) -> None:
    light = await one_person_visit(steps, 1, volunteers=1)
    await plan_visits(steps, "test")
    await play.drain()
    (volunteer,) = await rows_of(steps, Volunteer)
    await play.say(volunteer.phone, "1")
    light = await play.visit(light.id)
    assert light.status is VisitStatus.ACCEPTED
    heavy = await one_person_visit(steps, 9)
    async with steps.look() as step:
        assert await suggest(step, heavy.id, 0, starts_at=light.starts_at, displace=True) == []


async def test_when_nobody_is_left_a_mere_proposal_gives_way(
    steps: Steps, play: Play, clock: ManualClock
) -> None:
    """Two people; the one who is asked says no, the other is only proposed for something lighter then."""
    light = await one_person_visit(steps, 1, volunteers=1, days=1)
    await plan_visits(steps, "test")  # proposed, and not asked: nobody works off the queue
    play.queue.clear()
    light = await play.visit(light.id)
    assert light.status is VisitStatus.PLANNED
    heavy = await one_person_visit(steps, 9)

    async def propose(step: Step) -> None:
        row = await step.session.get(Visit, heavy.id)
        assert row is not None
        row.starts_at, row.status, row.wake_at = light.starts_at, VisitStatus.PLANNED, step.now
        light_row = await step.session.get(Visit, light.id)
        assert light_row is not None
        light_row.wake_at = step.now + timedelta(hours=5)

    await steps.run("system", propose)
    async with steps.look() as step:
        row = await step.session.get(Visit, heavy.id)
        assert row is not None
        assert light.starts_at is not None
        round_ = await open_round(step, row, light.starts_at, displace=Bond.PROPOSED)
        assert [s.displaces is not None for s in round_.suggest(0, 5, displace=True)] == [True]
    await play.tick()
    assert (await play.visit(heavy.id)).status is VisitStatus.OFFERED
    after = await play.visit(light.id)
    assert after.status in (VisitStatus.DUE, VisitStatus.UNFILLED)
    assert len(await play.offers(heavy.id)) == 1
