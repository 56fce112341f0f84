"""Whoever has had the offers of the day is passed over while somebody else could go."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from domain.offers import OfferStatus
from domain.visits import VisitKind
from models.messages import Message
from models.visits import Visit
from services.offered_today import who_had_their_share
from tests.services.plans import decide
from tests.services.play import Play
from tests.services.scenes import offered, rows

HOUR = timedelta(hours=1)


async def task(play: Play, volunteers: int) -> tuple[Visit, set[UUID]]:
    """A task for one person, with so many new volunteers; and all who were asked for it."""
    visit = await offered(play, kind=VisitKind.TASK, crew_size=1, volunteers=volunteers)
    return visit, {offer.volunteer_id for offer in await play.offers(visit.id)}


async def share(play: Play) -> frozenset[UUID]:
    async with play.steps.look() as step:
        return await who_had_their_share(step, step.now)


async def test_others_are_asked_while_there_are_others(play: Play) -> None:
    await decide(play.steps, offer_texts_per_day=1)
    assert await share(play) == frozenset()
    _, first = await task(play, 12)
    assert await share(play) == first
    second_visit, second = await task(play, 0)
    assert second
    assert not first & second
    offers = await play.offers(second_visit.id)
    assert {offer.status for offer in offers} == {OfferStatus.OFFERED}, "every text has left"
    assert await share(play) == first | second


async def test_with_nobody_else_they_are_asked_as_before(play: Play) -> None:
    await decide(play.steps, offer_texts_per_day=1)
    _, first = await task(play, 1)
    assert len(first) == 1

    play.clock.advance(HOUR)
    visit = await offered_or_given_up(play)
    (offer,) = await play.offers(visit.id)
    assert offer.volunteer_id in first
    assert offer.channel == "not_told"
    messages = {m.offer_id: m for m in await rows(play, Message)}
    assert messages[offer.id].failure == "daily_limit"


async def offered_or_given_up(play: Play) -> Visit:
    with pytest.raises(AssertionError):  # the offer's text does not leave: the visit goes back
        await task(play, 0)
    return max(await rows(play, Visit), key=lambda visit: visit.id)


async def test_the_next_day_begins_anew(play: Play) -> None:
    await decide(play.steps, offer_texts_per_day=1)
    _, first = await task(play, 3)
    assert await share(play) == first
    play.clock.advance(timedelta(days=1))
    assert await share(play) == frozenset()


async def test_offers_of_tomorrow_morning_are_not_counted_today(play: Play) -> None:
    await decide(play.steps, offer_texts_per_day=1)
    await task(play, 3)
    async with play.steps.look() as step:
        assert await who_had_their_share(step, step.now + timedelta(days=1)) == frozenset()
