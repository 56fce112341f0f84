"""Plans that go on from what stands: accepted fixed, offered dear, proposed free, campaigns far ahead."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col

from config.clock import ManualClock
from domain.offers import OfferStatus
from domain.visits import VisitKind, VisitStatus
from models.messages import Message
from models.visits import TimelineEntry
from models.volunteers import Volunteer
from services.planning.planning import plan_freed, plan_visits
from services.steps import Steps
from tests.services.plans import decide, in_days, more_visits, runs, visit
from tests.services.play import Play
from tests.services.scenes import agreed, offered, rows_of


async def test_nobodys_accepted_visit_ever_moves_without_a_person(
    steps: Steps, play: Play, clock: ManualClock
) -> None:
    await decide(steps, replan_burst_visits=2)
    first = await agreed(play, volunteers=4)
    before = {s.position: s.volunteer_id for s in await play.seats(first.id)}
    # far more, and far heavier, than four people can do
    await more_visits(steps, 40, weight=9, due_on=in_days(steps, 4))
    await plan_freed(steps, "test")
    await play.drain()
    await plan_visits(steps, "test")
    clock.advance(timedelta(hours=3))
    await more_visits(steps, 4, weight=9, due_on=in_days(steps, 4))
    await play.tick()
    after = await play.visit(first.id)
    assert (after.status, after.starts_at) == (VisitStatus.ACCEPTED, first.starts_at)
    assert {s.position: s.volunteer_id for s in await play.seats(first.id)} == before
    assert await play.texts("V5") == []


async def test_a_visit_half_of_whose_crew_said_yes_does_not_move_either(steps: Steps, play: Play) -> None:
    asked = await offered(play, volunteers=4)
    lead = next(o for o in await play.offers(asked.id) if o.position == 0)
    volunteers = {v.id: v.phone for v in await rows_of(steps, Volunteer)}
    await play.say(volunteers[lead.volunteer_id], "1")
    await more_visits(steps, 30, weight=9, due_on=in_days(steps, 3))
    await plan_visits(steps, "test")
    after = await play.visit(asked.id)
    assert (after.status, after.starts_at) == (VisitStatus.OFFERED, asked.starts_at)
    seats = await play.seats(asked.id)
    assert seats[0].volunteer_id == lead.volunteer_id


async def test_who_was_asked_keeps_the_visit_when_nothing_heavier_needs_them(
    steps: Steps, play: Play
) -> None:
    asked = await offered(play, volunteers=6)
    offers = {o.id: o.status for o in await play.offers(asked.id)}
    await more_visits(steps, 3)
    figures = await plan_visits(steps, "test")
    assert figures.unserved == 0
    after = await play.visit(asked.id)
    assert (after.status, after.starts_at) == (VisitStatus.OFFERED, asked.starts_at)
    assert {o.id: o.status for o in await play.offers(asked.id)} == offers
    (*_, run) = await runs(steps)
    assert run.figures["moved_offers"] == 0


async def test_an_offer_is_taken_back_when_somebody_would_go_without(steps: Steps, play: Play) -> None:
    """Two people, one morning: the light visit asked before gives way to the heavy one, and they are told."""
    day = in_days(steps, 1)
    morning = [["09:00", "09:15"]]
    light = await offered(play, volunteers=2, weight=1, windows=morning, opens_on=day, due_on=day)
    (heavy,) = await more_visits(steps, 1, weight=20, windows=morning, opens_on=day, due_on=day)
    await plan_visits(steps, "test")
    after = await play.visit(light.id)
    assert after.status in (VisitStatus.DUE, VisitStatus.UNFILLED)
    assert after.starts_at is None
    assert {o.status for o in await play.offers(light.id)} == {OfferStatus.RELEASED}
    assert (await visit(steps, heavy.id)).status is VisitStatus.PLANNED
    told = await rows_of(steps, Message, col(Message.template) == "V7")
    assert len(told) == 2


async def test_a_campaign_is_planned_ahead_and_people_are_asked_when_it_is_near(
    steps: Steps, play: Play, clock: ManualClock
) -> None:
    await offered(play, volunteers=4)
    (far,) = await more_visits(
        steps, 1, kind=VisitKind.CAMPAIGN, opens_on=in_days(steps, 20), due_on=in_days(steps, 25)
    )
    await plan_visits(steps, "test")
    await play.drain()
    row = await visit(steps, far.id)
    assert row.status is VisitStatus.PLANNED
    assert row.starts_at is not None
    assert row.starts_at.date() >= in_days(steps, 19)
    assert await play.offers(far.id) == []
    assert row.wake_at is not None
    assert row.wake_at > clock.now() + timedelta(days=9)
    # a proposal is taken over by the next plan, without a line in the timeline
    lines = len(await rows_of(steps, TimelineEntry, col(TimelineEntry.visit_id) == far.id))
    await more_visits(steps, 1)
    await plan_visits(steps, "test")
    assert len(await rows_of(steps, TimelineEntry, col(TimelineEntry.visit_id) == far.id)) == lines
    clock.set(row.wake_at)
    await play.tick()
    assert (await visit(steps, far.id)).status is VisitStatus.OFFERED


async def test_a_proposal_gives_way_in_a_burst_and_a_plan_after_it_is_short(steps: Steps, play: Play) -> None:
    await decide(steps, replan_burst_visits=2, replan_seconds=1)
    await offered(play, volunteers=6)
    await more_visits(steps, 5)
    figures = await plan_freed(steps, "wake")
    assert (figures.visits, figures.planned) == (6, 5)  # with the one that was offered
    (*_, run) = await runs(steps)
    assert run.lane is None
    assert run.cause == "wake"
