"""A yes to a seat that somebody else has taken: told so, and asked first when it falls free."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlmodel import col

from domain.offers import OfferStatus, is_standby
from domain.visits import VisitStatus
from models.visits import Offer, TimelineEntry
from models.volunteers import Volunteer
from services.answers import accept_offer
from services.steps import Step
from tests.nasty.scenes import Asked, asked, first_asked, holders, on_phone, texts_to
from tests.services.play import Play
from tests.services.scenes import row, rows

MINUTE, LATER = timedelta(minutes=1), timedelta(minutes=11)


async def late_yes(play: Play) -> tuple[Asked, Asked]:
    """The first has the seat; the second says yes too late."""
    first = await asked(play, volunteers=8)
    second = await first_asked(play, first.visit, 1)
    assert await play.say(first.phone, "1") == "accepted"
    play.clock.advance(LATER)
    assert await play.say(second.phone, "1") == "standby"
    return first, second


async def open_of(play: Play, found: Asked) -> list[Offer]:
    return [o for o in await play.offers(found.visit.id) if o.status is OfferStatus.OFFERED]


async def test_the_late_one_is_told_and_the_visit_stays_with_the_first(play: Play) -> None:
    first, second = await late_yes(play)
    assert await holders(play, first) == [first.volunteer_id]
    assert "已列为候补" in on_phone(play, second.phone)[-1]
    assert len(await texts_to(play, second.phone, "V20")) == 1
    offer = await row(play, Offer, second.offer.id)
    assert is_standby(offer.status, offer.channel)
    events = [e.event for e in await rows(play, TimelineEntry, col(TimelineEntry.visit_id) == first.visit.id)]
    assert events.count("offer.standby") == 1


async def test_said_again_it_is_noted_and_told_once(play: Play) -> None:
    first, second = await late_yes(play)
    play.clock.advance(MINUTE)
    assert await play.say(second.phone, "1") == "standby"
    assert len(await texts_to(play, second.phone, "V20")) == 1
    events = [e.event for e in await rows(play, TimelineEntry, col(TimelineEntry.visit_id) == first.visit.id)]
    assert events.count("offer.standby") == 1


async def test_who_stands_by_is_asked_first(play: Play) -> None:
    first, second = await late_yes(play)
    assert await play.say(first.phone, "2") == "withdrawn"
    await play.tick()
    play.clock.advance(MINUTE)
    now = await open_of(play, first)
    assert now[0].volunteer_id == second.volunteer_id, "before anybody who was never asked"
    assert now[0].why["by"] == "standby"
    assert now[0].code != second.offer.code
    assert await play.say(second.phone, "1") == "accepted"
    assert await holders(play, first) == [second.volunteer_id]
    assert (await play.visit(first.visit.id)).status is VisitStatus.ACCEPTED


async def test_the_old_code_takes_the_new_offer(play: Play) -> None:
    first, second = await late_yes(play)
    assert await play.say(first.phone, "2") == "withdrawn"
    await play.tick()
    play.clock.advance(MINUTE)
    assert await play.say(second.phone, f"{second.offer.code} 1") == "accepted"
    assert await holders(play, first) == [second.volunteer_id]
    assert not await open_of(play, first)
    own = [o for o in await play.offers(first.visit.id) if o.volunteer_id == second.volunteer_id]
    assert sorted(o.status for o in own) == [OfferStatus.ACCEPTED, OfferStatus.FILLED]
    assert "已有人接单" not in on_phone(play, second.phone)[-1]


async def test_they_are_asked_in_the_order_in_which_they_said_yes(play: Play) -> None:
    first, second = await late_yes(play)
    play.clock.advance(MINUTE)
    third = await never_asked(play, first)
    await play.steps.run("test", lambda step: _offer_filled(step, first, third))
    assert await play.say(first.phone, "2") == "withdrawn"
    await play.tick()
    asked_first = [o.volunteer_id for o in await open_of(play, first)][:2]
    assert asked_first == [second.volunteer_id, third]


async def never_asked(play: Play, found: Asked) -> UUID:
    had = {o.volunteer_id for o in await play.offers(found.visit.id)}
    found_id: UUID = next(v.id for v in await rows(play, Volunteer) if v.id not in had)
    return found_id


async def _offer_filled(step: Step, found: Asked, volunteer_id: UUID) -> None:
    """As if a third had been asked in a later wave, and had said yes when the seat was taken."""
    own = Offer.model_validate(found.offer.model_dump(exclude={"id", "version"}))
    own.volunteer_id, own.code, own.status = volunteer_id, "T9999-0001", OfferStatus.FILLED
    own.answered_at, own.channel = step.now, "sms"
    step.session.add(own)


async def test_a_late_yes_to_a_seat_that_is_free_again_takes_it(play: Play) -> None:
    first = await asked(play, volunteers=8)
    second = await first_asked(play, first.visit, 1)
    assert await play.say(first.phone, "1") == "accepted"
    play.clock.advance(LATER)
    assert "已有人接单" in on_phone(play, second.phone)[-1], "that is true now"
    assert await play.say(first.phone, "2") == "withdrawn"
    answer = await play.steps.run("system", lambda step: accept_offer(step, second.offer.id, "page"))
    assert answer == "accepted"
    assert await holders(play, first) == [second.volunteer_id]


async def test_a_no_ends_standing_by(play: Play) -> None:
    first, second = await late_yes(play)
    assert await play.say(second.phone, f"{second.offer.code} 2") == "declined"
    assert (await row(play, Offer, second.offer.id)).status is OfferStatus.DECLINED
    assert await play.say(first.phone, "2") == "withdrawn"
    await play.tick()
    play.clock.advance(MINUTE)
    assert second.volunteer_id not in {o.volunteer_id for o in await open_of(play, first)}


async def test_shortly_before_the_start_nobody_is_made_to_wait(play: Play) -> None:
    first = await asked(play, volunteers=8)
    second = await first_asked(play, first.visit, 1)
    assert await play.say(first.phone, "1") == "accepted"
    play.clock.set(second.offer.starts_at - timedelta(minutes=50))
    assert await play.say(second.phone, f"{second.offer.code} 1") == "filled"
    assert not await texts_to(play, second.phone, "V20")
