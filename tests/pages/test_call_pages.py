"""The call list in Chromium: on a small phone, with big type, and what a tap does."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from sqlmodel import col, select

from domain.visits import VisitStatus
from models.audit import AuditEntry
from models.messages import Message
from models.scope import SYSTEM
from models.visits import Visit
from notifications.gateways.outcomes import Fault
from services import channels
from tests.pages.conftest import Site, sign_in
from tests.services.scenes import agreed

pytestmark = pytest.mark.browser
LANDLINE = "+8673188880001"


async def call_open(site: Site) -> Visit:
    return await agreed(site.play, retiree={"phone_kind": "landline", "phone": LANDLINE})


async def test_a_call_is_made_from_a_small_phone(site: Site, phone: Page) -> None:
    visit = await call_open(site)
    await sign_in(phone, site, "street")
    await phone.goto(f"{site.base}/calls")
    assert "8888" not in await phone.content()
    await phone.click("text=显示姓名和号码")
    number = phone.locator(f"a[href='tel:{LANDLINE}']")
    await expect(number).to_be_visible()
    assert await phone.evaluate("document.documentElement.scrollWidth <= 360")
    box = await phone.locator("button[value=told]").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    await phone.click("button[value=told]")
    await expect(phone.locator(".notice")).to_have_text("已记录：已告知。")
    assert (await site.play.visit(visit.id)).confirmed_by_retiree_at is not None
    async with site.steps.db.read(SYSTEM) as session:
        entries = list(await session.scalars(select(AuditEntry).where(col(AuditEntry.who) == "staff:street")))
    assert {"look", "call.told"} <= {entry.action for entry in entries}


async def test_a_cry_for_help_of_a_stranger_is_rung_from_the_board(site: Site, phone: Page) -> None:
    await site.play.say("+8613700000001", "快来人，有人摔倒了")
    await sign_in(phone, site)
    await phone.click(".matter.alarm a:has-text('打电话')")
    await phone.click("text=显示姓名和号码")
    await expect(phone.locator("a[href='tel:+8613700000001']")).to_be_visible()
    await phone.click("button[value=reached]")
    await expect(phone.locator(".notice")).to_have_text("已登记：已联系上，正在处理。")
    await expect(phone.locator(".call")).to_have_count(0)


async def test_another_day_is_one_tap(site: Site, page: Page) -> None:
    visit = await call_open(site)
    await sign_in(page, site)
    await page.goto(f"{site.base}/calls")
    await page.click("text=显示姓名和号码")
    await page.click("button[value=other_day]")
    await expect(page.locator(".notice")).to_contain_text("另选日期")
    assert (await site.play.visit(visit.id)).status is VisitStatus.DUE


async def test_the_sheet_on_paper_asks_for_a_reason_and_names_the_numbers(site: Site, page: Page) -> None:
    await call_open(site)
    await sign_in(page, site)
    await page.goto(f"{site.base}/calls")
    await page.click("text=打印")
    await page.fill(".paper input[name=reason]", "今天下午电话通知")
    await page.click(".paper button.primary")
    await expect(page.locator(".sheet")).to_contain_text("073188880001")
    await expect(page.locator(".boxes")).to_contain_text("要求改天")
    async with site.steps.db.read(SYSTEM) as session:
        looks = list(await session.scalars(select(AuditEntry).where(col(AuditEntry.action) == "look")))
    assert {entry.why for entry in looks} == {"今天下午电话通知"}


async def test_another_district_sees_no_call(site: Site, page: Page) -> None:
    await call_open(site)
    await sign_in(page, site, "furong")
    await page.goto(f"{site.base}/calls")
    await expect(page.locator(".call")).to_have_count(0)


async def test_the_board_says_that_texts_do_not_go_out(site: Site, page: Page) -> None:
    await call_open(site)
    async with site.steps.open() as step:
        message = (await step.session.scalars(select(Message))).first()
        assert message is not None
        await channels.pause(step, "simulator", Fault.BALANCE, message.division_code)
    await sign_in(page, site)
    await expect(page.locator(".notice.hot")).to_contain_text("账户余额不足")
    await page.goto(f"{site.base}/calls")
    await page.goto(f"{site.base}/")
    await expect(page.locator("#desk a[href='/calls']")).to_be_visible()
