"""A greeting is a promotion: only for those who agreed, and asked again when it leaves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from domain.consents import Way
from domain.flags import Flag
from domain.messages import MessageStatus
from models.campaigns import Campaign
from models.messages import Message, PhoneState
from models.retirees import LifeStatus, Retiree, RetireeFlag
from notifications.contract import Contract
from services.consents import take_back
from services.errors import WrongMoment
from services.greetings import Greetings, look_at_greetings, write_greetings
from services.messages import Recipient, queue_message
from services.steps import Step
from services.text_costs import count_sent
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_campaign, add_retiree
from tests.services.play import Play
from tests.services.scenes import row, rows

WANTS = (Flag.WANTS_GREETINGS,)
DISTRICT = f"{COMMUNITY[:6]}000000"


async def campaign_of(play: Play, **values: object) -> UUID:
    """A campaign of one district that has begun."""

    async def work(step: Step) -> UUID:
        made = await add_campaign(
            step, **{"division_code": DISTRICT, "opens_on": step.today - timedelta(days=1), **values}
        )
        return made.id

    return await play.steps.run("system", work)


async def look(play: Play, campaign_id: UUID) -> Greetings:
    async with play.steps.look() as step:
        campaign = await step.session.get(Campaign, campaign_id)
        assert campaign is not None
        return await look_at_greetings(step, campaign)


async def send(play: Play, campaign_id: UUID) -> int:
    """Everybody who would be greeted; returns how many texts were written."""
    found = await look(play, campaign_id)

    async def work(step: Step) -> int:
        campaign = await step.session.get(Campaign, campaign_id)
        assert campaign is not None
        return await write_greetings(step, campaign, found.wanted)

    return await play.steps.run("staff:city", work)


async def person(play: Play, **values: object) -> Retiree:
    return await play.steps.run("system", lambda step: add_retiree(step, **values))


async def test_those_who_agreed_are_greeted_and_the_others_counted_with_the_reason(play: Play) -> None:
    wants = await person(play, flags=WANTS)
    await person(play)
    await person(play, flags=WANTS, opted_out_at=play.clock.now())
    await person(play, flags=WANTS, phone_kind="landline")
    await person(play, flags=WANTS, phone_kind="void")
    await person(play, flags=WANTS, life_status=LifeStatus.HOSPITALISED)
    await person(play, flags=WANTS, life_status=LifeStatus.DECEASED, died_on=date(2026, 1, 1))
    await person(play, flags=WANTS, division_code=OTHER_DISTRICT)
    campaign_id = await campaign_of(play)
    others = {"elsewhere": 1, "no_consent": 1, "no_mobile": 1, "number_void": 1, "opted_out": 1}
    found = await look(play, campaign_id)
    assert (found.wanted, found.refused, found.segments) == ([wants.id], others, 1)
    assert await rows(play, Message) == [], "a look writes nothing"
    assert await send(play, campaign_id) == 1
    (message,) = await rows(play, Message)
    assert (message.person_id, message.template, message.text) == (wants.id, "R8", found.text)
    assert "值此春节之际" in message.text
    await play.wait(timedelta(hours=12))
    assert (await row(play, Message, message.id)).status is MessageStatus.DELIVERED
    assert await send(play, campaign_id) == 0, "once, however often it is asked for"
    again = await look(play, campaign_id)
    assert (again.refused, again.became) == (others | {"written_before": 1}, {"delivered": 1})


async def test_what_they_cost_counts_for_the_campaign(play: Play) -> None:
    for _ in range(2):
        await person(play, flags=WANTS)
    campaign_id, other_id = await campaign_of(play), await campaign_of(play, festival="double_ninth")
    await send(play, campaign_id)
    await play.tick()
    async with play.steps.look() as step:
        assert await count_sent(step, campaign_id, None) == [("R8", 2, 2)]
        assert await count_sent(step, other_id, None) == []


async def test_a_flag_without_its_proof_is_no_consent(play: Play) -> None:
    someone = await person(play)

    async def claim(step: Step) -> None:
        step.session.add(
            RetireeFlag(
                retiree_id=someone.id,
                flag=Flag.WANTS_GREETINGS,
                set_on=step.today,
                set_by="import",
                division_code=COMMUNITY,
            )
        )

    await play.steps.run("system", claim)
    assert (await look(play, await campaign_of(play))).refused == {"no_consent": 1}


async def test_numbers_that_the_carrier_closed_or_that_are_void_get_none(play: Play) -> None:
    closed = await person(play, flags=WANTS)
    void = await person(play, flags=WANTS)

    async def close(step: Step) -> None:
        for number, what in ((closed, "opted_out_at"), (void, "void_at")):
            state = {"phone_index": number.phone_index, "changed_at": step.now, what: step.now}
            step.session.add(PhoneState(**state))

    await play.steps.run("system", close)
    found = await look(play, await campaign_of(play))
    assert (found.wanted, found.refused) == ([], {"number_void": 1, "opted_out": 1})


async def test_a_couple_with_one_phone_gets_one(play: Play) -> None:
    wife = await person(play, flags=WANTS)
    campaign_id = await campaign_of(play)
    await send(play, campaign_id)
    husband = await person(play, flags=WANTS, phone=wife.phone)
    found = await look(play, campaign_id)
    assert (found.wanted, found.refused) == ([], {"shared_number": 1, "written_before": 1})
    assert husband.phone == wife.phone
    fresh = await look(play, await campaign_of(play, festival="double_ninth"))
    assert (fresh.wanted, fresh.refused) == ([wife.id], {"shared_number": 1})


async def test_consent_taken_back_before_it_leaves_is_heard(play: Play) -> None:
    wants = await person(play, flags=WANTS)
    night = play.clock.now().replace(hour=14)  # ten in the evening in Changsha
    play.clock.set(night)
    campaign_id = await campaign_of(play)
    found = await look(play, campaign_id)
    assert found.leaves_at == (night + timedelta(days=1)).replace(hour=0, minute=30), "half past eight"
    await send(play, campaign_id)

    async def give_up(step: Step) -> None:
        found = await step.session.get(Retiree, wants.id)
        assert found is not None
        await take_back(step, found, Flag.WANTS_GREETINGS, Way.PHONE)

    await play.steps.run("staff:city", give_up)
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


async def test_on_the_day_itself_it_still_reads_right(play: Play) -> None:
    await person(play, flags=WANTS)
    today = play.clock.now().date()
    found = await look(play, await campaign_of(play, festival_on=today))
    assert len(found.wanted) == 1
    assert "将至" not in found.text


@pytest.mark.parametrize("why", ["over", "stopped", "early", "late", "not approved"])
async def test_it_is_refused_with_the_reason(play: Play, why: str) -> None:
    await person(play, flags=WANTS)
    values: dict[str, object] = {}
    today = play.clock.now().date()
    if why == "over":
        values["festival_on"] = today - timedelta(days=1)
    if why == "stopped":
        values["stopped_at"] = play.clock.now()
    if why == "early":
        values["opens_on"] = today + timedelta(days=1)
    if why == "late":  # would leave on the morning after the festival
        values["festival_on"] = today
        play.clock.set(play.clock.now().replace(hour=14))
    if why == "not approved":
        play.steps.contract = Contract()
    campaign_id = await campaign_of(play, **values)
    for act in (look, send):
        with pytest.raises(WrongMoment) as refused:
            await act(play, campaign_id)
        codes = {"early": "too_early", "late": "too_late", "not approved": "template_missing"}
        assert refused.value.code == codes.get(why, "campaign_over")
    assert await rows(play, Message, col(Message.template) == "R8") == []
