"""Whoever writes in the night is answered in the morning, once, or a person looks: nothing is lost."""

from __future__ import annotations

from datetime import timedelta

from domain.messages import MessageStatus
from domain.visits import VisitKind
from models.visits import Offer
from models.volunteers import Volunteer
from services.planning.planning import plan_visits
from services.steps import Step
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import agreed, open_matters, retiree_of, rows

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def asked_twice(play: Play) -> tuple[str, list[Offer]]:
    """One volunteer with two open offers, at half past nine in the evening."""

    async def fill(step: Step) -> str:
        volunteer = await add_volunteer(step)
        for _ in range(2):
            person = await add_retiree(step)
            await add_visit(step, VisitKind.TASK, person.id, crew_size=1)
        return volunteer.phone

    play.clock.set(play.clock.now().replace(hour=10))  # 18:00: the offers run until the next day
    phone = await play.steps.run("system", fill)
    await plan_visits(play.steps, "test")
    await play.tick()
    play.clock.set(play.clock.now().replace(hour=13, minute=30))
    return phone, await rows(play, Offer)


def on_phone(play: Play, phone: str) -> list[str]:
    return [text.text for text in play.gateway.truth.texts.get(phone, [])]


async def test_a_yes_to_two_offers_is_asked_about_in_the_morning(play: Play) -> None:
    phone, offers = await asked_twice(play)
    before = len(on_phone(play, phone))
    assert await play.say(phone, "1") == "asked"
    play.clock.advance(2 * HOUR)
    assert await play.say(phone, "1") == "to_person", "asked once, then a person"
    assert len(on_phone(play, phone)) == before, "nobody is woken"
    await play.wait(8 * HOUR + 30 * MINUTE)  # eight in the morning
    told = on_phone(play, phone)[before:]
    questions = [text for text in told if "多项任务" in text]
    assert len(questions) == 1
    assert all(offer.code in questions[0] for offer in offers)
    assert [m.status for m in await play.texts("V10")] == [MessageStatus.DELIVERED]


async def test_a_question_that_cannot_be_put_is_not_counted_as_put(play: Play) -> None:
    phone, _ = await asked_twice(play)
    (volunteer,) = await rows(play, Volunteer)

    async def close_number(step: Step) -> None:
        found = await step.session.get(Volunteer, volunteer.id)
        assert found is not None
        found.phone_kind = "landline"

    await play.steps.run("system", close_number)
    assert await play.say(phone, "1") == "to_person"
    assert await open_matters(play) == ["reply"]


async def test_a_retiree_who_writes_in_the_evening_hears_in_the_morning(play: Play) -> None:
    visit = await agreed(play)
    person = await retiree_of(play, visit)
    play.clock.set(play.clock.now().replace(hour=12, minute=5))  # 20:05
    assert await play.say(person.phone, "请问要准备什么材料吗") == "to_person"
    await play.wait(13 * HOUR)
    assert len([text for text in on_phone(play, person.phone) if "您的回复已收到" in text]) == 1
