"""A greeting is a promotion: only for those who agreed, and asked again when it leaves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from config.clock import ManualClock
from domain.flags import Flag
from domain.messages import MessageStatus
from models.campaigns import Campaign
from models.messages import Message
from models.retirees import LifeStatus, Retiree
from notifications.contract import Contract
from services.errors import WrongMoment
from services.greetings import Greeted, greet
from services.messages import Recipient, queue_message
from services.retiree_flags import change_flags
from services.steps import Step, Steps
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_campaign, add_retiree
from tests.services.play import Play
from tests.services.scenes import row, rows

WANTS = (Flag.WANTS_GREETINGS,)
DISTRICT = f"{COMMUNITY[:6]}000000"


@pytest.fixture
def play(steps: Steps, clock: ManualClock) -> Play:
    return Play(steps, clock)


async def campaign_of(play: Play, **values: object) -> UUID:
    """A campaign of one district."""

    async def work(step: Step) -> UUID:
        made = await add_campaign(step, **{"division_code": DISTRICT, **values})
        return made.id

    return await play.steps.run("system", work)


async def send(play: Play, campaign_id: UUID, *, only_count: bool = False) -> Greeted:
    async def work(step: Step) -> Greeted:
        campaign = await step.session.get(Campaign, campaign_id)
        assert campaign is not None
        return await greet(step, campaign, only_count=only_count)

    return await play.steps.run("staff:city", work)


async def person(play: Play, **values: object) -> Retiree:
    return await play.steps.run("system", lambda step: add_retiree(step, **values))


async def test_those_who_agreed_are_greeted_and_the_others_counted_with_the_reason(play: Play) -> None:
    wants = await person(play, flags=WANTS)
    await person(play)
    await person(play, flags=WANTS, opted_out_at=play.clock.now())
    await person(play, flags=WANTS, phone="", phone_kind="")
    await person(play, flags=WANTS, life_status=LifeStatus.DECEASED, died_on=date(2026, 1, 1))
    await person(play, flags=WANTS, division_code=OTHER_DISTRICT)
    campaign_id = await campaign_of(play)
    assert (await send(play, campaign_id, only_count=True)).written == 1
    assert await rows(play, Message) == []
    assert await send(play, campaign_id) == Greeted(1, {"no_consent": 1, "no_mobile": 1, "opted_out": 1})
    (message,) = await rows(play, Message)
    assert (message.person_id, message.template) == (wants.id, "R8")
    assert "春节将至" in message.text
    await play.wait(timedelta(hours=12))
    assert (await row(play, Message, message.id)).status is MessageStatus.DELIVERED
    assert await send(play, campaign_id) == Greeted(
        0, {"no_consent": 1, "no_mobile": 1, "opted_out": 1, "written_before": 1}
    )


async def test_consent_taken_back_before_it_leaves_is_heard(play: Play) -> None:
    wants = await person(play, flags=WANTS)
    night = play.clock.now().replace(hour=14)  # ten in the evening in Changsha
    play.clock.set(night)
    await send(play, await campaign_of(play))

    async def take_back(step: Step) -> None:
        found = await step.session.get(Retiree, wants.id)
        assert found is not None
        await change_flags(step, found, end=WANTS)

    await play.steps.run("staff:city", take_back)
    await play.wait(timedelta(hours=20))
    (message,) = await rows(play, Message)
    assert (message.status, message.failure) == (MessageStatus.SUPPRESSED, "no_consent")


async def test_a_promotion_for_anybody_else_is_never_queued(play: Play) -> None:
    async def work(step: Step) -> Message | None:
        someone = await add_retiree(step)
        to = Recipient("retiree", someone.id, someone.phone, someone)
        end: datetime = step.now + timedelta(hours=8)
        return await queue_message(step, "R8", to, "x", {"festival": "春节"}, moment=end)

    message = await play.steps.run("system", work)
    assert message is not None
    assert (message.status, message.failure) == (MessageStatus.SUPPRESSED, "no_consent")


@pytest.mark.parametrize("why", ["over", "stopped", "not approved"])
async def test_it_is_refused_with_the_reason(play: Play, why: str) -> None:
    await person(play, flags=WANTS)
    values: dict[str, object] = {}
    if why == "over":
        values["festival_on"] = play.clock.now().date() - timedelta(days=1)
    if why == "stopped":
        values["stopped_at"] = play.clock.now()
    if why == "not approved":
        play.steps.contract = Contract()
    with pytest.raises(WrongMoment) as refused:
        await send(play, await campaign_of(play, **values))
    assert refused.value.code == ("template_missing" if why == "not approved" else "campaign_over")
    assert await rows(play, Message, col(Message.template) == "R8") == []
