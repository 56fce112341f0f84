"""Rules VOL-02, VOL-03, VOL-12 from the plan to the text: asked first, able to, with a signed commitment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col

from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitKind, VisitStatus
from models.visits import Offer, Seat, Visit
from models.volunteers import VolunteerSkill
from services.planning.planning import plan_visits
from services.steps import Step
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import rows


async def fill(
    play: Play, kind: VisitKind, *volunteers: dict[str, Any], **values: Any
) -> tuple[Visit, list[Any]]:
    async def work(step: Step) -> tuple[Visit, list[Any]]:
        retiree = await add_retiree(step)
        made = await add_visit(step, kind, retiree.id, crew_size=1, **values)
        made.due_on = step.today + timedelta(days=20)
        return made, [await add_volunteer(step, **v) for v in volunteers]

    return await play.steps.run("system", work)


async def asked(play: Play) -> list[UUID]:
    return [offer.volunteer_id for offer in await rows(play, Offer)]


async def holders(play: Play) -> list[tuple[UUID | None, SeatStatus]]:
    return [(seat.volunteer_id, seat.status) for seat in await rows(play, Seat)]


async def test_vol_02_nobody_is_given_a_visit_without_having_said_yes(play: Play) -> None:
    visit, (first,) = await fill(play, VisitKind.CARE, {})
    await plan_visits(play.steps, "test")
    assert await holders(play) == [(None, SeatStatus.OPEN)], "a plan proposes, no more"
    await play.drain()
    (offer,) = await rows(play, Offer)
    assert (offer.volunteer_id, offer.status) == (first.id, OfferStatus.OFFERED)
    assert await holders(play) == [(None, SeatStatus.OPEN)], "being asked binds to nothing"
    await play.wait(offer.expires_at - play.clock.now() + timedelta(minutes=1))
    (after,) = await rows(play, Offer, col(Offer.id) == offer.id)
    assert after.status is OfferStatus.EXPIRED
    assert await holders(play) == [(None, SeatStatus.OPEN)], "silence is no yes"
    assert (await play.visit(visit.id)).status is not VisitStatus.ACCEPTED


async def test_vol_02_a_yes_binds_and_a_no_ends_it(play: Play) -> None:
    visit, (first, second) = await fill(play, VisitKind.CARE, {}, {})
    await plan_visits(play.steps, "test")
    await play.drain()
    before = await asked(play)
    one = first if first.id in before else second
    assert await play.say(one.phone, "2") == "declined"
    assert (one.id, SeatStatus.ACCEPTED) not in await holders(play)
    await play.drain()
    other = second if one is first else first
    assert await play.say(other.phone, "1") == "accepted"
    assert await holders(play) == [(other.id, SeatStatus.ACCEPTED)]
    assert (await play.visit(visit.id)).status is VisitStatus.ACCEPTED


@pytest.mark.parametrize(
    "unfit",
    [
        {"skills": ("dialect",)},  # not the skill that is asked for
        {"age": 17},
        {"age": 72},  # without a health declaration
        {"skills": (), "lapsed": "certifier"},
    ],
    ids=["skill", "too_young", "health", "training_over"],
)
async def test_vol_03_only_who_is_able_to_is_asked(play: Play, unfit: dict[str, Any]) -> None:
    values = dict(unfit)
    today = play.clock.now().date()
    if "age" in values:
        values["born_on"] = today.replace(year=today.year - values.pop("age"))
    lapsed = values.pop("lapsed", None)
    certifier = {"skills": ("certifier",)}
    _visit, (able, not_able) = await fill(
        play, VisitKind.CERTIFICATION, certifier, {**certifier, **values}, skills=["certifier"]
    )
    if lapsed:
        skill = VolunteerSkill(volunteer_id=not_able.id, skill=lapsed, valid_until=today - timedelta(days=1))

        async def add(step: Step) -> None:
            step.session.add(skill)

        await play.steps.run("system", add)
    await plan_visits(play.steps, "test")
    await play.drain()
    for _ in range(2):
        play.clock.advance(timedelta(days=1))
        await play.drain()
    assert not_able.id not in await asked(play)
    assert able.id in await asked(play)


async def test_vol_12_without_the_signed_commitment_nobody_is_asked(play: Play) -> None:
    _visit, (unsigned,) = await fill(play, VisitKind.CARE, {"committed_on": None})
    await plan_visits(play.steps, "test")
    await play.drain()
    assert await asked(play) == []

    async def sign(step: Step) -> None:
        person = await step.session.get(type(unsigned), unsigned.id)
        assert person is not None
        person.committed_on, person.updated_at = step.today, step.now

    await play.wait(timedelta(hours=1))
    await play.steps.run("staff:city", sign)
    await plan_visits(play.steps, "test")
    await play.drain()
    assert await asked(play) == [unsigned.id]
