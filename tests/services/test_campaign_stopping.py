"""A campaign that is stopped asks nobody more; what was agreed goes on; it may be opened again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlmodel import col

from domain.flags import Flag
from domain.messages import MessageStatus
from domain.visits import FINAL, VisitKind, VisitStatus
from models.campaigns import Campaign
from models.messages import Message
from models.scope import SYSTEM
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services import campaign_stopping
from services.answers import accept_offer
from services.campaign_progress import load_progress
from services.campaign_stopping import STOPPED, call_off, stop_campaign
from services.campaigns import CampaignForm, carried_over, create_campaign
from services.due.generate import generate_due
from services.errors import BadInput, WrongMoment
from services.greetings import look_at_greetings, write_greetings
from services.planning.planning import plan_visits
from services.steps import Step
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import rows, say_yes

FORM = CampaignForm(
    festival="party_day", year=2026, division_code="430100000000", target_flags=["party_member"]
)


async def opened(play: Play, people: int = 3) -> UUID:
    """The campaign of 1 July under way: its visits have fallen due."""
    play.clock.set(datetime(2026, 6, 20, 1, tzinfo=UTC))

    async def fill(step: Step) -> UUID:
        for _ in range(people):
            await add_retiree(step, flags=("party_member", Flag.WANTS_GREETINGS))
            await add_volunteer(step)
            await add_volunteer(step)
        return (await create_campaign(step, FORM)).id

    campaign_id = await play.steps.run("staff:city", fill)
    assert (await play.steps.run("system", generate_due))["campaign"] == people
    return campaign_id


async def campaign_of(step: Step, campaign_id: UUID) -> Campaign:
    campaign = await step.session.get(Campaign, campaign_id)
    assert campaign is not None
    return campaign


async def stop(play: Play, campaign_id: UUID, reason: str = "对象类别选错") -> None:
    async def work(step: Step) -> None:
        await stop_campaign(step, await campaign_of(step, campaign_id), reason)

    await play.steps.run("staff:city", work)


async def test_nobody_more_is_asked_and_who_agreed_still_goes(play: Play) -> None:
    campaign_id = await opened(play)
    await plan_visits(play.steps, "evening")
    for _ in range(96):
        await play.wait(timedelta(minutes=15))
        if len(asked := await rows(play, Visit, col(Visit.status) == VisitStatus.OFFERED)) == 3:
            break
    agreed = await say_yes(play, asked[0].id)
    (first,) = [offer for offer in await play.offers(asked[1].id) if offer.position == 0][:1]
    await play.steps.run("system", partial(accept_offer, offer_id=first.id, channel="page"))
    await stop(play, campaign_id)
    await play.drain()
    by_id = {visit.id: visit for visit in await rows(play, Visit)}
    assert by_id[agreed.id].status is VisitStatus.ACCEPTED
    off = [visit for visit in by_id.values() if visit.id != agreed.id]
    assert {(v.status, v.reason["code"], v.wake_at) for v in off} == {(VisitStatus.CANCELLED, STOPPED, None)}
    told = await rows(play, Message, col(Message.template) == "V5")
    assert {m.visit_id for m in told} == {visit.id for visit in off}, "who was asked hears that it is off"
    assert first.volunteer_id in {m.person_id for m in told}, "so does one of two who had said yes"
    play.clock.advance(timedelta(days=1))
    counts = await play.steps.run("system", generate_due)
    assert counts["campaign"] == 0
    await play.drain()
    assert (await play.visit(agreed.id)).status is VisitStatus.ACCEPTED


async def test_greetings_that_wait_are_not_sent(play: Play) -> None:
    campaign_id = await opened(play, people=2)
    play.clock.set(play.clock.now().replace(hour=14))  # the hours of promotions are over: they wait

    async def greet(step: Step) -> int:
        campaign = await campaign_of(step, campaign_id)
        return await write_greetings(step, campaign, (await look_at_greetings(step, campaign)).wanted)

    assert await play.steps.run("staff:city", greet) == 2
    await stop(play, campaign_id)
    found = await rows(play, Message, col(Message.template) == "R8")
    assert {(m.status, m.failure) for m in found} == {(MessageStatus.CANCELLED, STOPPED)}
    with pytest.raises(WrongMoment):
        await play.steps.run("staff:city", greet)
    await play.drain()
    await play.steps.run("staff:city", lambda step: create_campaign(step, FORM))
    assert await play.steps.run("staff:city", greet) == 2, "opened again, it greets them"


async def test_other_trips_no_longer_carry_its_part(play: Play) -> None:
    campaign_id = await opened(play, people=0)

    async def carry(step: Step) -> None:
        person = await add_retiree(step)
        for status in ("due", "accepted"):
            visit = await add_visit(step, VisitKind.CARE, person.id)
            visit.status, visit.natural_key = VisitStatus(status), f"care/{status}"
            step.session.add(
                VisitPart(
                    visit_id=visit.id,
                    retiree_id=person.id,
                    kind=VisitKind.CAMPAIGN,
                    natural_key=f"campaign/{campaign_id}/{status}",
                    campaign_id=campaign_id,
                    due_on=visit.due_on,
                    created_at=step.now,
                    division_code=person.division_code,
                )
            )

    await play.steps.run("system", carry)
    await stop(play, campaign_id)
    await play.drain()
    parts = {part.visit_id: part.status for part in await rows(play, VisitPart)}
    care = await rows(play, Visit, col(Visit.kind) == VisitKind.CARE)
    assert {visit.status: parts[visit.id] for visit in care} == {
        VisitStatus.DUE: PartStatus.RELEASED,
        VisitStatus.ACCEPTED: PartStatus.OPEN,
    }, "both go as they are; who has agreed takes the gift along"


async def test_slices_follow_each_other_and_the_morning_goes_on_after_a_lost_hint(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_stopping, "SLICE", 2)
    campaign_id = await opened(play)
    await stop(play, campaign_id)
    assert play.queue.pop() == ("campaigns.call_off", [campaign_id])
    waiting = col(Visit.status).not_in(FINAL)
    assert len(await rows(play, Visit, waiting)) == 3
    await play.steps.run("system", generate_due)
    await play.drain()
    assert await rows(play, Visit, waiting) == []


async def test_a_campaign_that_was_never_stopped_is_left_alone(play: Play) -> None:
    campaign_id = await opened(play)
    assert await play.steps.run("system", partial(call_off, campaign_id=campaign_id)) == 0
    assert len(await rows(play, Visit, col(Visit.status) == VisitStatus.DUE)) == 3


async def test_it_may_be_opened_again_and_reaches_the_same_people_once_more(play: Play) -> None:
    campaign_id = await opened(play)
    await stop(play, campaign_id)
    with pytest.raises(BadInput) as refused:
        await play.steps.run("staff:city", lambda step: create_campaign(step, FORM))
    assert refused.value.code == "ending", "the visits of before go first"
    await play.drain()
    reopened = await play.steps.run("staff:other", lambda step: create_campaign(step, FORM))
    assert (reopened.id, reopened.stopped_at, reopened.created_by) == (campaign_id, None, "staff:other")
    assert "stopped_why" not in reopened.detail
    with pytest.raises(BadInput) as refused:
        await play.steps.run("staff:city", lambda step: create_campaign(step, FORM))
    assert refused.value.code == "exists"
    play.clock.advance(timedelta(days=1))
    assert (await play.steps.run("system", generate_due))["campaign"] == 3
    await play.drain()
    open_now = await rows(play, Visit, col(Visit.status).not_in(FINAL), col(Visit.campaign_id) == campaign_id)
    assert len(open_now) == 3

    async def look(step: Step) -> None:
        campaign = await campaign_of(step, campaign_id)
        progress = await load_progress(step, campaign, SYSTEM)
        assert (progress.total.opened, progress.total.ended) == (3, {}), "the newest visit of each person"
        campaign.ends_on = step.today - timedelta(days=1)
        await step.session.flush()
        assert await carried_over(step, step.today) == set(), "called off is not: not reached"

    await play.steps.run("system", look)


async def test_it_is_refused_with_the_reason(play: Play) -> None:
    campaign_id = await opened(play, people=0)
    with pytest.raises(BadInput):
        await stop(play, campaign_id, "  ")
    await stop(play, campaign_id)
    with pytest.raises(WrongMoment):
        await stop(play, campaign_id)
