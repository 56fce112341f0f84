"""Ringing somebody about a visit, and taking a visit off the board, in Chromium."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from sqlmodel import col, select

from domain.visits import VisitKind, VisitStatus
from models.audit import AuditEntry
from models.scope import SYSTEM
from services import desk
from services.steps import Step
from tests.pages.conftest import Site, sign_in
from tests.pages.ways import offered_visit, phone_of

pytestmark = pytest.mark.browser


async def test_numbers_are_shown_after_the_look_is_written_down(site: Site, page: Page) -> None:
    visit = await offered_visit(site.play, VisitKind.CARE, volunteers=2)
    number = await phone_of(site.play, (await site.play.offers(visit.id))[0].volunteer_id)
    await sign_in(page, site, "street")
    await page.goto(f"{site.base}/visits/{visit.id}")
    assert number not in await page.content()
    await page.click("text=查看电话号码")
    await expect(page.locator(f"#numbers a[href='tel:{number}']")).to_be_visible()
    async with site.steps.db.read(SYSTEM) as session:
        looks = list(await session.scalars(select(AuditEntry).where(col(AuditEntry.action) == "look")))
    assert {entry.table_name for entry in looks} >= {"retirees", "volunteers"}
    assert {(entry.who, entry.why) for entry in looks} == {("staff:street", "就本次探访打电话")}


async def test_a_reviewer_rings_nobody(site: Site, page: Page) -> None:
    visit = await offered_visit(site.play)
    await sign_in(page, site, "reviewer")
    await page.goto(f"{site.base}/visits/{visit.id}")
    await expect(page.locator("#call")).to_have_count(0)
    answer = await page.request.post(f"{site.base}/visits/{visit.id}/numbers", form={"reason": "打电话看看"})
    assert answer.status == 403


async def test_a_visit_is_cancelled_on_the_board_with_a_reason(site: Site, page: Page) -> None:
    visit = await offered_visit(site.play)

    async def call(step: Step) -> None:
        await desk.open_visit_item(step, visit, "call")

    await site.steps.run("system", call)
    await sign_in(page, site)
    await page.locator(".matter summary", has_text="取消").click()
    await page.locator(".pop[open] button.danger").click()
    assert (await site.play.visit(visit.id)).status is VisitStatus.OFFERED, "not without a reason"
    await page.fill(".pop[open] input[name=reason]", "老人外出")
    await page.locator(".pop[open] button.danger").click()
    await expect(page.locator(".notice")).to_have_text("探访已取消。")
    found = await site.play.visit(visit.id)
    assert (found.status, found.reason["text"]) == (VisitStatus.CANCELLED, "老人外出")
