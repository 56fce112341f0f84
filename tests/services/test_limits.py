"""How many texts a person gets, how fast they leave, and which are put together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col

from domain.flags import Flag
from domain.messages import MessageStatus
from domain.offers import OfferStatus
from domain.visits import VisitKind, VisitStatus
from models.messages import GatewayState, Message
from models.policies import PolicyValue
from models.visits import Offer
from models.volunteers import Volunteer
from services import pace, texts
from services.messages import Recipient, queue_message
from services.sending import send_messages
from services.steps import Step
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import open_matters, row, rows

DAY = timedelta(days=1)
NIGHT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # ten in the evening in Changsha


async def decide(play: Play, **values: Any) -> None:
    """Policy values from today on."""

    async def work(step: Step) -> None:
        for key, value in values.items():
            step.session.add(
                PolicyValue(
                    key=key, value={"value": value}, effective_on=step.today, set_by="test", set_at=step.now
                )
            )

    await play.steps.run("system", work)
    play.steps.cache.clear()


async def offers(play: Play, number: int) -> list[Offer]:
    """So many offers to one volunteer, told now or when the hours open."""

    async def work(step: Step) -> list[Offer]:
        volunteer = await add_volunteer(step)
        made = []
        for n in range(number):
            visit = await add_visit(step, VisitKind.TASK)
            visit.status, visit.starts_at = VisitStatus.OFFERED, step.now + timedelta(days=2, hours=n)
            offer = Offer(
                visit_id=visit.id,
                volunteer_id=volunteer.id,
                position=0,
                code=f"T{4000 + n}-{1000 + n}",
                starts_at=visit.starts_at,
                offered_at=step.now,
                expires_at=step.now + timedelta(hours=30),
                division_code=visit.division_code,
            )
            step.session.add(offer)
            await step.session.flush()
            await texts.text_offer(step, visit, offer, volunteer)
            made.append(offer)
        return made

    return await play.steps.run("system", work)


async def left(play: Play, *templates: str) -> list[Message]:
    return await rows(
        play, Message, col(Message.template).in_(templates), col(Message.status) == MessageStatus.DELIVERED
    )


async def test_twelve_offers_due_in_the_morning_are_four_texts_with_every_code_once(play: Play) -> None:
    play.clock.set(NIGHT)
    made = await offers(play, 12)
    await play.drain()
    assert await left(play, "V1", "V16") == [], "at night nothing leaves"
    play.clock.set(datetime(2026, 3, 3, 0, 0, tzinfo=UTC))
    await play.tick()
    digests = await left(play, "V1", "V16")
    assert [m.template for m in digests] == ["V16"] * 4
    codes = [code for m in digests for code in m.text.split("待确认任务：")[1].split("。")[0].split("、")]
    assert sorted(codes) == sorted(offer.code for offer in made)
    assert all(m.segments == 1 for m in digests)


async def test_two_offers_are_told_in_full(play: Play) -> None:
    await offers(play, 2)
    await play.drain()
    assert [m.template for m in await left(play, "V1", "V16")] == ["V1", "V1"]


async def test_a_code_of_a_digest_is_answered_like_any_offer(play: Play) -> None:
    made = await offers(play, 3)
    await play.drain()
    volunteer: Volunteer = await row(play, Volunteer, made[0].volunteer_id)
    await play.say(volunteer.phone, f"{made[1].code} 2")
    assert (await row(play, Offer, made[1].id)).status is OfferStatus.DECLINED
    assert (await row(play, Offer, made[0].id)).status is OfferStatus.OFFERED


async def test_whoever_was_told_in_a_digest_hears_that_it_is_filled(play: Play) -> None:
    made = await offers(play, 3)
    await play.drain()

    async def told(step: Step) -> set[Any]:
        return await texts.were_told(step, made)

    assert await play.steps.run("system", told) == {offer.id for offer in made}


async def test_what_is_no_longer_offered_is_left_out_of_the_digest(play: Play) -> None:
    play.clock.set(NIGHT)
    made = await offers(play, 4)
    async with play.steps.open() as step:
        gone = await step.session.get(Offer, made[0].id)
        assert gone is not None
        gone.status = OfferStatus.FILLED
    play.clock.set(datetime(2026, 3, 3, 0, 0, tzinfo=UTC))
    await play.tick()
    (digest,) = await left(play, "V16")
    assert made[0].code not in digest.text


async def test_more_offers_than_the_day_allows_go_to_others(play: Play) -> None:
    await decide(play, offer_texts_per_day=1)
    made = await offers(play, 1)
    await play.drain()
    play.clock.advance(timedelta(hours=1))
    volunteer_id = made[0].volunteer_id

    async def another(step: Step) -> Offer:
        volunteer = await step.session.get(Volunteer, volunteer_id)
        assert volunteer is not None
        visit = await add_visit(step, VisitKind.TASK)
        visit.status, visit.starts_at = VisitStatus.OFFERED, step.now + 2 * DAY
        offer = Offer(
            visit_id=visit.id,
            volunteer_id=volunteer.id,
            position=0,
            code="T5000-2000",
            starts_at=visit.starts_at,
            offered_at=step.now,
            expires_at=step.now + DAY,
            division_code=visit.division_code,
        )
        step.session.add(offer)
        await step.session.flush()
        await texts.text_offer(step, visit, offer, volunteer)
        return offer

    second = await play.steps.run("system", another)
    actor, ids = play.queue.popleft()
    assert actor == "messages.send"
    assert await send_messages(play.steps, play.gateway, ids) == 0
    after: Offer = await row(play, Offer, second.id)
    assert (after.status, after.channel) == (OfferStatus.RELEASED, "not_told")


async def to_retiree(play: Play, number: int, template: str = "R1") -> list[Message]:
    async def work(step: Step) -> list[Message]:
        person = await add_retiree(step, flags=(Flag.WANTS_GREETINGS,))
        to = Recipient("retiree", person.id, person.phone, person, wants_promotions=True)
        made = []
        for n in range(number):
            params = {"R1": {"due": f"3月{n + 10}日"}, "R7": {}, "R8": {"festival": f"节{n}"}}[template]
            message = await queue_message(step, template, to, str(n), params, moment=step.now + 5 * DAY)  # type: ignore[arg-type]  # text values
            assert message is not None
            made.append(message)
        return made

    return await play.steps.run("system", work)


async def test_a_retiree_gets_two_texts_a_day_and_the_rest_in_the_following_days(play: Play) -> None:
    await to_retiree(play, 5)
    days = []
    for _ in range(3):
        await play.tick()
        days.append(len(await left(play, "R1")))
        play.clock.advance(DAY)
    assert days == [2, 4, 5]


async def test_answers_are_not_counted(play: Play) -> None:
    await to_retiree(play, 4, "R7")
    await play.tick()
    assert len(await left(play, "R7")) == 4


async def test_a_loop_of_answers_is_broken_and_a_person_looks(play: Play) -> None:
    await decide(play, loop_texts=3)
    await to_retiree(play, 5, "R7")
    await play.tick()
    assert len(await left(play, "R7")) == 3
    stopped = await rows(play, Message, col(Message.failure) == "loop")
    assert [m.status for m in stopped] == [MessageStatus.SUPPRESSED] * 2
    assert await open_matters(play) == ["loop"]


async def test_the_same_words_reach_a_shared_phone_once(play: Play) -> None:
    async def work(step: Step) -> None:
        wife = await add_retiree(step)
        husband = await add_retiree(step, phone=wife.phone)
        for person in (wife, husband):
            to = Recipient("retiree", person.id, person.phone, person)
            await queue_message(step, "R1", to, str(person.id), {"due": "3月31日"}, moment=step.now + DAY)

    await play.steps.run("system", work)
    await play.tick()
    found = await rows(play, Message)
    assert [(m.status, m.failure) for m in found] == [
        (MessageStatus.DELIVERED, ""),
        (MessageStatus.SUPPRESSED, "same_text"),
    ]


async def test_a_greeting_keeps_the_hours_of_promotions_and_says_how_to_refuse(play: Play) -> None:
    await decide(play, promotional_hours=["10:00-11:00"])
    await to_retiree(play, 1, "R8")
    await play.drain()
    (message,) = await rows(play, Message)
    assert message.status is MessageStatus.QUEUED
    assert message.send_at == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    assert message.text.endswith("拒收请回复R")


async def test_the_bucket_lets_answers_through_and_keeps_a_share_for_them(play: Play) -> None:
    await decide(play, segments_burst=10, segments_per_second=1, segments_reserved_percent=50)
    greetings = await to_retiree(play, 8, "R8")
    answers = await to_retiree(play, 12, "R7")

    async def take(step: Step, ids: list[Any]) -> list[Any]:
        found = [await step.session.get(Message, id_) for id_ in ids]
        return list((await pace.take(step, "simulator", [m for m in found if m])).items())

    ids = [m.id for m in greetings]
    late = await play.steps.run("system", lambda step: take(step, ids))
    assert [id_ for id_, _ in late] == ids[5:], "half of ten is kept"
    assert late[0][1] == play.clock.now() + timedelta(seconds=1)
    assert late[2][1] == play.clock.now() + timedelta(seconds=3)
    everything = await play.steps.run("system", lambda step: take(step, [m.id for m in answers]))
    assert everything == [], "answers go on credit"
    (state,) = await rows(play, GatewayState)
    assert state.segments == -7
    play.clock.advance(timedelta(seconds=20))
    assert await play.steps.run("system", lambda step: take(step, ids[5:])) == []
