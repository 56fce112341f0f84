"""Extreme weather, the end of campaigns, and what is carried over (§2.4, §8 scenarios 9 and 21)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select

from domain.offers import OfferStatus
from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.visits import Offer, Visit
from services.campaigns import CampaignForm, create_campaign, end_campaigns
from services.contacts import ContactEntry, record_contact
from services.due.generate import generate_due
from services.errors import BadInput, WrongMoment
from services.pauses import PauseForm, end_pause, keep_pauses, pause_area
from services.steps import Step
from tests.factories import OTHER_DISTRICT, add_retiree, add_visit
from tests.services.play import Play
from tests.services.scenes import agreed, offered, rows

DISTRICT = "430111000000"


async def pause(play: Play, first: int = 0, last: int = 4) -> Any:
    async def run(step: Step) -> Any:
        days = [step.today + timedelta(days=n) for n in (first, last)]
        return await pause_area(step, PauseForm(DISTRICT, days[0], days[1], "道路结冰红色预警"))

    row = await play.steps.run("staff:a", run)
    await play.drain()
    return row


async def test_8_21_agreed_visits_of_the_district_shift_and_everybody_is_told(play: Play) -> None:
    visit = await agreed(play)
    assert visit.starts_at is not None
    row = await pause(play)
    after = await play.visit(visit.id)
    assert (after.status, after.starts_at) == (VisitStatus.DUE, None)
    assert after.opens_on == row.to_on + timedelta(days=1)
    assert after.due_on >= after.opens_on
    assert all(seat.volunteer_id is None for seat in await play.seats(visit.id))
    assert len(await play.texts("V5")) == 2


async def test_8_21_open_offers_end_and_other_districts_go_on(play: Play) -> None:
    visit = await offered(play)

    async def fill(step: Step) -> list[Any]:
        far = await add_retiree(step, division_code=OTHER_DISTRICT)
        near = await add_retiree(step)
        other = await add_visit(step, VisitKind.CARE, far.id, division_code=OTHER_DISTRICT)
        event = await add_visit(step, VisitKind.EVENT, near.id)
        return [other, event]

    other, event = await play.steps.run("system", fill)
    row = await pause(play)
    assert (await play.visit(visit.id)).status is VisitStatus.DUE
    assert not await rows(play, Offer, col(Offer.status) == OfferStatus.OFFERED)
    assert (await play.visit(other.id)).opens_on == other.opens_on
    assert (await play.visit(event.id)).opens_on == event.opens_on, "death and illness do not wait"
    assert (await play.visit(visit.id)).opens_on > row.to_on


async def test_8_21_level_a_is_rung_once_and_the_call_counts(play: Play) -> None:
    async def fill(step: Step) -> Any:
        person = await add_retiree(step, flags=("dementia",))
        await add_retiree(step, flags=("hardship",))
        await add_retiree(step, flags=("dementia",), division_code=OTHER_DISTRICT)
        return person

    person = await play.steps.run("system", fill)
    await pause(play)
    assert await play.steps.run("system", keep_pauses) == 0
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "weather_call")
    assert item.retiree_id == person.id
    assert item.due_at <= play.clock.now() + timedelta(hours=24)

    async def call(step: Step) -> None:
        found = await step.session.get(type(person), person.id)
        assert found is not None
        await record_contact(step, found, ContactEntry("phone", True, step.now))

    await play.steps.run("staff:a", call)
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "weather_call")
    assert item.resolution == "contacted"
    await play.steps.run("system", generate_due)
    early = await rows(play, Visit, col(Visit.retiree_id) == person.id, col(Visit.due_on) < date(2026, 3, 8))
    assert early == []


async def test_8_21_what_falls_due_in_a_pause_opens_after_it_and_an_early_end_opens_it(play: Play) -> None:
    row = await pause(play, 0, 6)

    async def fill(step: Step) -> Any:
        return await add_visit(
            step, VisitKind.CARE, (await add_retiree(step)).id, due_on=step.today + timedelta(days=3)
        )

    visit = await play.steps.run("system", fill)
    await play.steps.run("system", keep_pauses)
    shifted = await play.visit(visit.id)
    assert (shifted.opens_on, shifted.due_on) == (date(2026, 3, 9), date(2026, 3, 12))
    await play.steps.run("staff:a", partial(end_pause, pause_id=row.id))
    assert (await play.visit(visit.id)).opens_on == date(2026, 3, 3)
    with pytest.raises(WrongMoment):
        await play.steps.run("staff:a", partial(end_pause, pause_id=row.id))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"to_on": -1}, "before the first"),
        ({"from_on": -1}, "CARE-06"),
        ({"to_on": 15}, "CARE-06"),
        ({"division_code": "430199000000"}, "no such area"),
        ({"reason": ""}, "why"),
    ],
)
async def test_pauses_that_cannot_be(play: Play, change: dict[str, Any], match: str) -> None:
    async def run(step: Step) -> None:
        values = {"division_code": DISTRICT, "from_on": 0, "to_on": 2, "reason": "红色预警", **change}
        for name in ("from_on", "to_on"):
            values[name] = step.today + timedelta(days=values[name])
        with pytest.raises(BadInput, match=match):
            await pause_area(step, PauseForm(**values))

    await play.steps.run("staff:a", run)


async def test_2_4_what_a_campaign_did_not_reach_ends_and_comes_first_next_time(play: Play) -> None:
    play.clock.set(datetime(2026, 12, 24, 1, tzinfo=UTC))

    async def start(step: Step, festival: str) -> None:
        await create_campaign(step, CampaignForm(festival, 2027, DISTRICT, ["hardship"]))

    async def fill(step: Step) -> list[Any]:
        return [(await add_retiree(step, flags=("hardship",))).id for _ in range(2)]

    left_out, reached = await play.steps.run("system", fill)
    await play.steps.run("staff:a", lambda step: start(step, "new_year"))
    await play.steps.run("system", generate_due)

    async def reach(step: Step) -> None:
        visit = (
            await step.session.scalars(
                select(Visit).where(col(Visit.retiree_id) == reached, col(Visit.kind) == VisitKind.CAMPAIGN)
            )
        ).one()
        visit.status, visit.outcome, visit.starts_at, visit.wake_at = (
            VisitStatus.COMPLETED,
            "done_evidence",
            step.now,
            None,
        )

    await play.steps.run("system", reach)
    play.clock.set(datetime(2027, 1, 2, 1, tzinfo=UTC))
    assert await play.steps.run("system", end_campaigns) == 1
    (ended,) = await rows(play, Visit, col(Visit.status) == VisitStatus.CANCELLED)
    assert (ended.retiree_id, ended.reason) == (left_out, {"code": "campaign_over"})
    await play.steps.run("staff:a", lambda step: start(step, "spring_festival"))
    play.clock.set(datetime(2027, 1, 6, 1, tzinfo=UTC))
    await play.steps.run("system", generate_due)
    spring = await rows(
        play, Visit, col(Visit.kind) == VisitKind.CAMPAIGN, col(Visit.status) == VisitStatus.DUE
    )
    assert {v.retiree_id: v.weight for v in spring} == {left_out: 6, reached: 2}, (
        "and one more: of the six groups"
    )
