"""Matters for people: who has them, who gets them next, and when they come back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from config.clock import ManualClock
from models.desk import DeskItem
from models.staff import Role, Staff
from services import desk
from services.errors import NotFound, WrongMoment
from services.steps import Step, Steps
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_staff
from tests.services.play import Play
from tests.services.scenes import row, rows

STAFF = (
    ("city", Role.CITY_ADMIN, "4301"),
    ("district", Role.DISTRICT_AGENCY, "430111"),
    ("street", Role.STREET_COORDINATOR, "430111001"),
    ("community", Role.COMMUNITY_OFFICER, COMMUNITY),
    ("elsewhere", Role.COMMUNITY_OFFICER, "430102001001"),
    ("auditor", Role.AUDITOR, "4301"),
)


@pytest.fixture
async def play(steps: Steps, clock: ManualClock) -> Play:
    async def fill(step: Step) -> None:
        for username, role, area in STAFF:
            await add_staff(step, username, role, area)

    await steps.run("system", fill)
    return Play(steps, clock)


async def responsible(play: Play, code: str = COMMUNITY, rung: int = 0) -> str:
    return await play.steps.run("system", lambda step: desk.responsible_for(step, code, rung))


async def send_away(play: Play, *usernames: str) -> None:
    async def work(step: Step) -> None:
        for staff in await rows(play, Staff, col(Staff.username).in_(usernames)):
            found = await step.session.get(Staff, staff.id)
            assert found is not None
            found.away_until = step.now + timedelta(days=1)

    await play.steps.run("system", work)


async def open_one(play: Play) -> UUID:
    item = await play.steps.run("system", lambda step: desk.open_item(step, "reply", "one", COMMUNITY))
    return item.id


async def test_the_most_local_person_has_a_matter(play: Play) -> None:
    assert await responsible(play) == "staff:community"
    assert await responsible(play, OTHER_DISTRICT) == "staff:elsewhere"
    assert await responsible(play, "430111002001") == "staff:district"
    assert await responsible(play, "430199001001") == "staff:city"


async def test_whoever_is_away_is_passed_over_until_back(play: Play) -> None:
    await send_away(play, "community")
    assert await responsible(play) == "staff:street"
    await send_away(play, "street", "district")
    assert await responsible(play) == "staff:city"
    await send_away(play, "city")
    assert await responsible(play) == desk.RULE_CITY_DESK
    play.clock.advance(timedelta(days=1))
    assert await responsible(play) == "staff:community"


async def test_an_unanswered_matter_climbs_to_the_city_desk_and_stays(play: Play) -> None:
    item_id = await open_one(play)
    seen: list[tuple[int, str]] = []
    for _ in range(80):
        item: DeskItem = await row(play, DeskItem, item_id)
        if not seen or seen[-1] != (item.rung, item.responsible):
            seen.append((item.rung, item.responsible))
        await play.wait(timedelta(minutes=30))
    assert seen == [(0, "staff:community"), (1, "staff:district"), (2, "staff:city")]
    assert item.closed_at is None
    assert item.wake_at is not None
    assert item.wake_at > play.clock.now()


async def test_it_is_not_passed_on_before_its_time(play: Play) -> None:
    item_id = await open_one(play)
    play.clock.advance(timedelta(hours=3))
    await play.steps.run("system", lambda step: desk.pass_on(step, item_id))
    item: DeskItem = await row(play, DeskItem, item_id)
    assert (item.rung, item.responsible, item.wake_at) == (0, "staff:community", item.due_at)


async def test_one_matter_is_one_item(play: Play) -> None:
    assert await open_one(play) == await open_one(play)
    assert len(await rows(play, DeskItem)) == 1


async def test_a_closed_matter_that_comes_back_is_open_and_local_again(play: Play) -> None:
    item_id = await open_one(play)
    await play.wait(timedelta(hours=5))
    assert (await row(play, DeskItem, item_id)).rung == 1
    await play.steps.run("staff:district", lambda step: desk.close_item(step, item_id, "called"))
    closed: DeskItem = await row(play, DeskItem, item_id)
    assert (closed.closed_by, closed.resolution, closed.wake_at) == ("staff:district", "called", None)
    await play.wait(timedelta(hours=1))
    assert await open_one(play) == item_id
    item: DeskItem = await row(play, DeskItem, item_id)
    assert (item.closed_at, item.closed_by, item.resolution) == (None, "", "")
    assert (item.rung, item.responsible, item.opened_at) == (0, "staff:community", play.clock.now())
    assert item.due_at == play.clock.now() + timedelta(hours=4)


async def test_a_matter_is_closed_once(play: Play) -> None:
    item_id = await open_one(play)
    await play.steps.run("staff:a", lambda step: desk.close_item(step, item_id, "done"))
    with pytest.raises(WrongMoment):
        await play.steps.run("staff:b", lambda step: desk.close_item(step, item_id, "done"))
    with pytest.raises(NotFound):
        await play.steps.run("staff:b", lambda step: desk.close_item(step, UUID(int=1), "done"))
    assert await play.steps.run("system", lambda step: desk.pass_on(step, item_id)) is None
