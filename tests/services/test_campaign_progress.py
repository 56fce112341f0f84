"""Campaigns by district: quotas, progress, the unvisited with why, and the matter before the end (§2.4)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from config.clock import ManualClock
from domain.visits import VisitKind, VisitStatus
from models.campaigns import Campaign
from models.desk import DeskItem
from models.retirees import LifeStatus, Retiree
from models.scope import SYSTEM, Reader
from models.staff import Role
from services.campaign_progress import load_progress
from services.campaign_quotas import set_quotas
from services.desk import close_item
from services.due.generate import generate_due
from services.due.unvisited import tell_unvisited
from services.errors import BadInput
from services.steps import Step, Steps
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_campaign, add_retiree, add_staff, add_visit

YUHUA, FURONG = "430111000000", "430102000000"


async def add_visited(
    step: Step, campaign: Campaign, status: str, code: str = COMMUNITY, **values: object
) -> UUID:
    """A person of the campaign's groups with a visit in that status."""
    person = await add_retiree(step, flags=("injured",), division_code=code)
    visit = await add_visit(step, VisitKind.CAMPAIGN, person.id, campaign_id=campaign.id, division_code=code)
    visit.status, visit.wake_at = VisitStatus(status), None
    for name, value in values.items():
        setattr(visit, name, value)
    await step.session.flush()
    return person.id


async def begun(step: Step, **values: object) -> Campaign:
    return await add_campaign(step, target_flags=["injured"], opens_on=step.today, **values)


async def test_2_4_progress_by_district_and_why_nobody_went(steps: Steps) -> None:
    async def run(step: Step) -> None:
        campaign = await begun(step)
        await add_visited(step, campaign, "completed", outcome="done_evidence")
        agreed = await add_visited(step, campaign, "accepted", starts_at=step.now)
        refused = await add_visited(step, campaign, "cancelled", reason={"code": "refused"})
        tried = await add_visited(step, campaign, "due", attempts=1)
        called_off = await add_visited(step, campaign, "cancelled", reason={"text": "as somebody typed"})
        seen = await add_visited(step, campaign, "reported", outcome="done_evidence")
        waiting = await add_visited(step, campaign, "unfilled", OTHER_DISTRICT)
        new = (await add_retiree(step, flags=("injured",))).id
        ill = (await add_retiree(step, flags=("injured",), life_status=LifeStatus.HOSPITALISED)).id
        await add_retiree(step, flags=("injured",), life_status=LifeStatus.DECEASED)
        await add_retiree(step)  # in none of its groups
        await set_quotas(step, campaign, {YUHUA: 4})

        found = await load_progress(step, campaign, SYSTEM)
        furong, yuhua = found.districts
        assert (yuhua.division_code, yuhua.quota, yuhua.targets, yuhua.wanted) == (YUHUA, 4, 8, 4)
        assert (yuhua.opened, yuhua.agreed, yuhua.completed, yuhua.unvisited) == (6, 1, 1, 7)
        assert (yuhua.ended, yuhua.percent) == ({"refused": 1, "cancelled": 1}, 25.0)
        assert (furong.quota, furong.wanted, furong.percent) == (None, 1, 0.0), "without a quota: its targets"
        assert (found.total.wanted, found.total.completed, found.total.percent) == (5, 1, 20.0)
        assert {one.id: one.code for one in found.unvisited} == {
            agreed: "visit_agreed",
            refused: "refused",
            tried: "tried_in_vain",
            called_off: "cancelled",
            seen: "waits_for_review",
            waiting: "visit_unfilled",
            new: "not_opened",
            ill: "hospitalised",
        }
        assert [one.division_code for one in found.unvisited] == sorted(
            o.division_code for o in found.unvisited
        )

    await steps.run("staff:city", run)


async def test_2_4_a_flag_that_ended_takes_nobody_off_whose_visit_is_under_way(steps: Steps) -> None:
    async def run(step: Step) -> None:
        campaign = await begun(step)
        person = await add_retiree(step)
        await add_visit(step, VisitKind.CAMPAIGN, person.id, campaign_id=campaign.id)
        found = await load_progress(step, campaign, SYSTEM)
        assert [one.id for one in found.unvisited] == [person.id]
        (district,) = found.districts
        assert (district.targets, district.opened, district.percent) == (0, 1, None)

    await steps.run("system", run)


async def test_2_4_each_area_sees_its_own(steps: Steps) -> None:
    async def fill(step: Step) -> Campaign:
        campaign = await begun(step)
        await add_visited(step, campaign, "due")
        await add_visited(step, campaign, "due", OTHER_DISTRICT)
        await set_quotas(step, campaign, {YUHUA: 7, FURONG: 9})
        return campaign

    campaign = await steps.run("staff:city", fill)
    for prefix, quota in (("430111", 7), ("430111001", None), ("430102", 9)):
        eyes = Reader("staff:somebody", prefix)
        async with steps.look(eyes) as step:
            found = await load_progress(step, campaign, eyes)
        (district,) = found.districts
        assert district.division_code.startswith(prefix[:6])
        assert (district.quota, district.targets) == (quota, 1), "a street has a part of the district's quota"
        assert [one.division_code[:6] for one in found.unvisited] == [prefix[:6]]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({YUHUA: "12a"}, YUHUA),
        ({YUHUA: -1}, YUHUA),
        ({FURONG: "3", YUHUA: "1.5"}, YUHUA),
        ({YUHUA: True}, YUHUA),
        ({YUHUA: "2000000"}, YUHUA),
        ({"430100000000": 3}, "430100000000"),
        ({COMMUNITY: 3}, COMMUNITY),
        ({"nowhere": 3}, "nowhere"),
    ],
)
async def test_bad_quotas_are_named_by_their_district(
    steps: Steps, given: dict[str, int | str | None], field: str
) -> None:
    async def run(step: Step) -> None:
        campaign = await begun(step)
        with pytest.raises(BadInput) as refused:
            await set_quotas(step, campaign, given)
        assert refused.value.field == f"quotas.{field}"
        assert campaign.quotas == {}, "none is taken"

    await steps.run("staff:city", run)


async def test_quotas_are_whole_numbers_from_0_and_empty_is_none(steps: Steps) -> None:
    async def run(step: Step) -> None:
        campaign = await begun(step)
        await set_quotas(step, campaign, {YUHUA: "12", FURONG: " 0 "})
        assert campaign.quotas == {YUHUA: 12, FURONG: 0}
        await set_quotas(step, campaign, {YUHUA: "", FURONG: None})
        assert campaign.quotas == {}
        own = await begun(step, division_code=FURONG)
        with pytest.raises(BadInput):
            await set_quotas(step, own, {YUHUA: 1})

    await steps.run("staff:city", run)


async def matters(step: Step) -> list[DeskItem]:
    rows = await step.session.scalars(
        select(DeskItem).where(col(DeskItem.kind) == "unvisited").order_by(col(DeskItem.division_code))
    )
    return list(rows)


async def test_scenario_9_three_days_before_the_end_it_is_the_districts_matter(
    steps: Steps, clock: ManualClock
) -> None:
    async def fill(step: Step) -> UUID:
        await add_staff(step, "yuhua", Role.DISTRICT_AGENCY, "430111")
        campaign = await begun(step, ends_on=step.today + timedelta(days=4))
        person = await add_visited(step, campaign, "due")
        await add_visited(step, campaign, "due")
        await add_visited(step, campaign, "completed", OTHER_DISTRICT, outcome="done_evidence")
        return person

    person = await steps.run("system", fill)
    assert await steps.run("system", tell_unvisited) == 0, "the fourth day before"
    clock.advance(timedelta(days=1))
    assert await steps.run("system", tell_unvisited) == 1

    async def look(step: Step) -> None:
        (item,) = await matters(step)
        assert (item.division_code, item.responsible, item.detail["count"]) == (YUHUA, "staff:yuhua", 2)
        row = await step.session.get(Retiree, person)
        assert row is not None
        row.life_status = LifeStatus.DECEASED

    await steps.run("system", look)
    clock.advance(timedelta(days=1))

    async def again(step: Step) -> None:
        assert await tell_unvisited(step) == 0, "once for each campaign and district"
        (item,) = await matters(step)
        assert item.detail["count"] == 1, "as it is today"
        await close_item(step, item.id, "seen")
        assert await tell_unvisited(step) == 0
        assert item.closed_at is not None, "whoever closed it has seen the list"

    await steps.run("system", again)


async def test_the_matter_ends_with_the_campaign(steps: Steps, clock: ManualClock) -> None:
    async def fill(step: Step) -> None:
        campaign = await begun(step, ends_on=step.today + timedelta(days=1))
        await add_visited(step, campaign, "due")
        assert await tell_unvisited(step) == 1

    await steps.run("system", fill)
    clock.advance(timedelta(days=2))

    async def over(step: Step) -> None:
        await generate_due(step)
        (item,) = await matters(step)
        assert (item.resolution, item.closed_by) == ("nobody_waits", "system")

    await steps.run("system", over)
