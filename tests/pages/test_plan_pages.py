"""Plans, campaigns and who is missing, in Chromium."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from sqlmodel import col, select

from domain.visits import VisitKind, VisitStatus
from models.campaigns import Campaign
from models.visits import Visit
from models.volunteers import Volunteer
from services.planning.forecast import forecast_campaign
from services.planning.planning import plan_visits
from services.planning.runs import CITY, open_run
from services.steps import Step
from tests.factories import OTHER_DISTRICT, add_campaign, add_retiree, add_visit, add_volunteer
from tests.pages.conftest import Site, shot, sign_in
from tests.pages.ways import offered_visit
from tests.services.plans import decide, in_days, runs

pytestmark = pytest.mark.browser


async def fits(page: Page) -> bool:
    """Nothing sticks out at the side."""
    found: bool = await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return found


async def short_campaign(site: Site) -> Campaign:
    """Ninety targets over eighty and one pair to go to them."""

    async def fill(step: Step) -> Campaign:
        for _ in range(90):
            await add_retiree(step, born_on=date(1940, 1, 1), flags=("advanced_age",))
        for _ in range(2):
            await add_volunteer(step)
        return await add_campaign(step)

    return await site.steps.run("system", fill)


async def test_a_campaign_says_who_will_be_missing_before_it_opens(
    site: Site, page: Page, phone: Page
) -> None:
    campaign = await short_campaign(site)
    await sign_in(page, site)
    await page.click("nav >> text=慰问活动")
    await expect(page.locator("tbody")).to_contain_text("2026年春节慰问")
    await page.click("text=2026年春节慰问")
    await expect(page.locator("main")).to_contain_text("还没有预测")
    await page.click("text=现在预测一次")
    await expect(page.locator(".notice")).to_have_text("预测已更新。")
    await expect(page.locator("main")).to_contain_text("次探访中有")
    await expect(page.locator("tbody tr").first).to_contain_text("雨花区")
    await expect(page.locator("tbody tr").first).to_contain_text("人半天")
    await shot(page, "campaign")
    await sign_in(phone, site)
    await phone.goto(f"{site.base}/campaigns/{campaign.id}")
    await expect(phone.locator("h1")).to_have_text("2026年春节慰问")
    assert await fits(phone)
    await shot(phone, "campaign-360")


async def test_plans_show_what_they_found_and_can_be_ended(site: Site, page: Page, phone: Page) -> None:
    await short_campaign(site)

    async def fill(step: Step) -> None:
        for _ in range(9):
            retiree = await add_retiree(step)
            await add_visit(step, VisitKind.CARE, retiree.id, due_on=step.today + timedelta(days=1))

    await site.steps.run("system", fill)
    await plan_visits(site.steps, "evening")
    run_id = await open_run(site.steps, CITY, "import", in_days(site.steps, 1), 7, visits=100_000)
    await sign_in(page, site)
    await page.click("nav >> text=排班计划")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await shot(page, "plans")
    await page.goto(f"{site.base}/plans/{(await runs(site.steps))[0].id}")
    await expect(page.locator(".facts")).to_contain_text("任务分布")
    await expect(page.locator("main")).to_contain_text("雨花区")
    await shot(page, "plan")
    await page.goto(f"{site.base}/plans/{run_id}")
    await page.click("text=就此结束")
    await expect(page.locator(".notice")).to_have_text("计划即将结束，采用已有结果。")
    assert (await runs(site.steps))[-1].stop_asked_by == "staff:city"
    await sign_in(phone, site)
    for path in ("/plans", f"/plans/{run_id}"):
        await phone.goto(f"{site.base}{path}")
        assert await fits(phone)
    await shot(phone, "plan-360")


async def test_a_visit_says_what_would_help_and_why_these_people(site: Site, page: Page, phone: Page) -> None:
    async def fill(step: Step) -> str:
        retiree = await add_retiree(step)
        soon = step.today + timedelta(days=2)
        row = await add_visit(
            step, VisitKind.CERTIFICATION, retiree.id, skills=["nurse"], crew_size=1, due_on=soon
        )
        return str(row.id)

    hopeless = await site.steps.run("system", fill)
    visit = await offered_visit(site.play)
    await sign_in(page, site)
    await page.goto(f"{site.base}/visits/{hopeless}")
    await expect(page.locator(".facts").first).to_contain_text("补上即可")
    help_ = "雨花区 3月3日 周二 上午 再有一名志愿者（会护理）"
    await expect(page.locator(".facts").first).to_contain_text(help_)
    await page.goto(f"{site.base}/")
    await expect(page.locator(".matter").first).to_contain_text("再有一名志愿者（会护理）")
    await page.goto(f"{site.base}/visits/{visit.id}")
    await expect(page.locator("text=为什么是他们")).to_be_visible()
    await expect(page.locator("ul.seats").nth(1)).to_contain_text("与 样*志 相比")
    await shot(page, "visit-why")
    await sign_in(phone, site)
    await phone.goto(f"{site.base}/visits/{visit.id}")
    assert await fits(phone)
    await shot(phone, "visit-why-360")


async def test_a_visit_says_whom_to_ask_for_a_little_more(site: Site, page: Page, phone: Page) -> None:
    async def fill(step: Step) -> str:
        volunteer = await add_volunteer(step, max_visits_day=1)
        soon = step.today + timedelta(days=1)
        for _ in range(2):
            retiree = await add_retiree(step)
            await add_visit(step, VisitKind.CARE, retiree.id, crew_size=1, opens_on=soon, due_on=soon)
        return str(volunteer.id)

    volunteer_id = await site.steps.run("system", fill)
    await plan_visits(site.steps, "test")
    async with site.steps.look() as step:
        (left,) = await step.session.scalars(select(Visit).where(col(Visit.status) == VisitStatus.UNFILLED))
    sentence = f"多去一次（3月3日 周二 {left.reason['change']['start']}）"
    await sign_in(page, site)
    await expect(page.locator(".matter").first).to_contain_text(f"最小的调整: 请一名志愿者{sentence}")
    await shot(page, "board-change")
    await page.goto(f"{site.base}/visits/{left.id}")
    await expect(page.locator(".facts").first).to_contain_text(f"请样*志{sentence}")
    await expect(page.locator(".facts").first).to_contain_text("补上即可")
    await shot(page, "visit-change")
    await sign_in(phone, site)
    await phone.goto(f"{site.base}/visits/{left.id}")
    assert await fits(phone)
    await shot(phone, "visit-change-360")
    await phone.goto(f"{site.base}/")
    assert await fits(phone)
    await shot(phone, "board-change-360")
    await expect(page.locator(f".facts a[href='/volunteers/{volunteer_id}']")).to_have_text("样*志")
    await page.click("text=样*志 已答应调整")
    await shot(page, "visit-change-agreed")
    await page.click("#agreed button")
    await expect(page.locator("h1")).to_contain_text("已确认")
    await expect(page.locator(".facts").first).not_to_contain_text("最小的调整")


async def test_whose_name_one_may_not_see_is_asked_for_without_it(site: Site, page: Page) -> None:
    async def fill(step: Step) -> tuple[UUID, UUID]:
        volunteer = await add_volunteer(step, max_visits_day=1)
        soon = step.today + timedelta(days=1)
        visits = []
        for weight in (2, 1):
            person = await add_retiree(step)
            more = {"crew_size": 1, "opens_on": soon, "due_on": soon, "weight": weight}
            visits.append(await add_visit(step, VisitKind.CARE, person.id, **more))
        return volunteer.id, visits[1].id

    async def move_away(step: Step) -> None:
        volunteer = await step.session.get_one(Volunteer, volunteer_id)
        volunteer.division_code = OTHER_DISTRICT

    volunteer_id, left = await site.steps.run("system", fill)
    await plan_visits(site.steps, "test")
    await site.steps.run("system", move_away)
    await sign_in(page, site, "street")
    await page.goto(f"{site.base}/visits/{left}")
    await expect(page.locator(".facts").first).to_contain_text("请一名志愿者多去一次")
    await expect(page.locator("#agreed")).to_have_count(0)


async def test_a_forecast_that_is_being_made_is_not_made_twice(site: Site) -> None:
    campaign = await short_campaign(site)
    await decide(site.steps, plan_seconds=5)
    lane = f"forecast/{str(campaign.id)[-12:]}"
    await open_run(site.steps, lane, "forecast", in_days(site.steps, 20), 7)
    assert await forecast_campaign(site.steps, campaign.id) is None
