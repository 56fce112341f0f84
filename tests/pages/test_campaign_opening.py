"""A campaign is opened on the console: a refusal keeps what was filled in, a district opens its own."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.async_api import Page, expect
from sqlmodel import select

from domain.visits import VisitKind, VisitStatus
from models.campaigns import Campaign
from models.scope import SYSTEM
from services.steps import Step
from tests.factories import add_campaign, add_retiree, add_visit
from tests.pages.conftest import Site, shot, sign_in
from tests.servers.absent import absent
from tools.look_over import AXE, faults_of

pytestmark = pytest.mark.browser
NAMES = ("English: city",)


async def with_visits(step: Step) -> Campaign:
    """Two visits that wait, and one whose crew has agreed."""
    campaign = await add_campaign(step)
    for status in (VisitStatus.DUE, VisitStatus.UNFILLED, VisitStatus.ACCEPTED):
        person = await add_retiree(step, flags=("advanced_age",), born_on=date(1936, 3, 15))
        visit = await add_visit(step, VisitKind.CAMPAIGN, person.id, campaign_id=campaign.id)
        visit.status, visit.starts_at, visit.wake_at = status, step.now, None
    return campaign


async def test_a_campaign_is_opened_by_the_city(site: Site, page: Page) -> None:
    await sign_in(page, site)
    await page.goto(f"{site.base}/campaigns")
    await page.click("text=新建慰问活动")
    await page.select_option("select[name=festival]", "new_year")
    await page.fill("input[name=gift]", "米油")
    await page.fill("input[name=gift_yuan]", "120")
    await page.click("main button.primary")
    await expect(page.locator(".fault")).to_have_text("这个节日已经过去。")
    await expect(page.locator("input[name=gift]")).to_have_value("米油")
    await page.select_option("select[name=festival]", "dragon_boat")
    await page.click("main button.primary")
    await expect(page.locator(".notice")).to_have_text("活动已开启。")
    await expect(page.locator("h1")).to_contain_text("2026年端午慰问")
    async with site.steps.db.read(SYSTEM) as session:
        (row,) = (await session.scalars(select(Campaign))).all()
    assert (row.division_code, row.gift, row.gift_fen, row.created_by) == (
        "430100000000",
        "米油",
        12_000,
        "staff:city",
    )
    assert "advanced_age" in row.target_flags, "the festival's own groups"


async def test_quotas_are_entered_and_a_wrong_one_is_named(site: Site, page: Page) -> None:
    row = await site.steps.run("system", add_campaign)
    await sign_in(page, site)
    await page.goto(f"{site.base}/campaigns/{row.id}")
    await page.click("#progress summary")
    await page.fill("input[name=quota_430111000000]", "12")
    await page.fill("input[name=quota_430102000000]", "三")
    await page.click("#progress button.primary")
    await expect(page.locator(".fault")).to_have_text("芙蓉区: 指标须为不小于 0 的整数，或留空。")
    await expect(page.locator("input[name=quota_430111000000]")).to_have_value("12")
    await page.fill("input[name=quota_430102000000]", "")
    await page.click("#progress button.primary")
    await expect(page.locator(".notice")).to_have_text("指标已保存。")
    await expect(page.locator("#progress tbody tr")).to_have_count(1)
    await expect(page.locator("#progress tbody tr")).to_contain_text("指标；对象 0 人")


async def test_a_district_opens_campaigns_of_its_own_area_only(site: Site, page: Page) -> None:
    await sign_in(page, site, "furong")
    await page.goto(f"{site.base}/campaigns/new")
    assert await page.locator("select[name=where] option").count() == 1
    for option in await page.locator("select[name=where] option").all():
        assert (await option.get_attribute("value") or "").startswith("430102")


@pytest.mark.parametrize("size", [1280, 360])
async def test_the_form_reads_well(site: Site, page: Page, size: int) -> None:
    if not AXE.exists():
        absent("axe-core is not among the node modules")
    await page.set_viewport_size({"width": size, "height": 800})
    await sign_in(page, site)
    await page.goto(f"{site.base}/campaigns/new")
    await page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    assert [fault for fault in await faults_of(page) if fault not in NAMES] == []


@pytest.mark.parametrize("size", [1280, 360])
async def test_a_campaign_is_stopped_with_a_reason(site: Site, page: Page, size: int) -> None:
    row = await site.steps.run("system", with_visits)
    await page.set_viewport_size({"width": size, "height": 800})
    await sign_in(page, site)
    await page.goto(f"{site.base}/campaigns/{row.id}")
    await page.click("#stop summary")
    await shot(page, f"campaign-stop-{size}")
    await page.click("#stop button.danger")
    await expect(page.locator("#stop input[name=reason]")).to_be_focused()  # a reason is asked for
    assert [fault for fault in await faults_of(page) if fault not in NAMES] == []
    await page.fill("#stop input[name=reason]", "对象类别选错，重新开启")
    await page.click("#stop button.danger")
    await expect(page.locator(".notice").first).to_have_text("活动已停止。")
    await expect(page.locator("#stopped")).to_contain_text("对象类别选错，重新开启")
    await expect(page.locator("#stop")).to_have_count(0)
    await site.play.drain()
    await page.goto(f"{site.base}/campaigns/{row.id}")
    await expect(page.locator(".chip.cancelled")).to_have_text("已取消: 2")
    await expect(page.locator(".chip.accepted")).to_have_text("已确认: 1")
    assert [fault for fault in await faults_of(page) if fault not in NAMES] == []
    await shot(page, f"campaign-stopped-{size}")
    await page.goto(f"{site.base}/campaigns")
    await expect(page.locator("main tbody tr")).to_contain_text("已停止")
    await shot(page, f"campaigns-{size}")
