"""A campaign's greetings and a person's consent on the pages: they read well, and they do what they say."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from sqlmodel import col, select

from domain.flags import Flag
from models.campaigns import Campaign
from models.consents import Consent
from models.messages import Message
from models.scope import SYSTEM
from services.steps import Step
from tests.factories import COMMUNITY, add_campaign, add_retiree
from tests.pages.conftest import Site, sign_in
from tests.servers.absent import absent
from tools.look_over import AXE, faults_of

pytestmark = pytest.mark.browser
WANTS = (Flag.WANTS_GREETINGS,)
NAME = "English: city"  # of this test's staff
DISTRICT = f"{COMMUNITY[:6]}000000"


async def fill(site: Site, division_code: str = DISTRICT) -> tuple[UUID, UUID]:
    """A campaign that has begun, and the last of its people, who has agreed to nothing."""

    async def work(step: Step) -> tuple[UUID, UUID]:
        for values in ({}, {}, {"phone_kind": "void"}, {"life_status": "hospitalised"}, {"phone_kind": ""}):
            await add_retiree(step, flags=WANTS, **values)
        someone = await add_retiree(step)
        begun = step.today - timedelta(days=1)
        return (await add_campaign(step, division_code=division_code, opens_on=begun)).id, someone.id

    return await site.steps.run("system", work)


def _own(faults: list[str]) -> list[str]:
    return [fault for fault in faults if fault != NAME]


async def greetings(site: Site) -> list[Message]:
    async with site.steps.db.read(SYSTEM) as session:
        return list(await session.scalars(select(Message).where(col(Message.template) == "R8")))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_the_pages_read_well(site: Site, page: Page, language: str, width: int) -> None:
    if not AXE.exists():
        absent("axe-core is missing: make setup fetches it")
    campaign_id, person_id = await fill(site)
    await page.set_viewport_size({"width": width, "height": 900})
    await sign_in(page, site)
    await page.goto(f"{site.base}/campaigns/{campaign_id}?lang={language}")
    await page.click("[hx-get$=greetings]")
    await page.wait_for_selector("#greetings form")
    found = {"campaign": _own(await faults_of(page))}
    await page.goto(f"{site.base}/retirees/{person_id}?lang={language}")
    await page.locator("section[aria-labelledby=g-h] summary").first.click()
    found["person"] = _own(await faults_of(page))
    assert found == {"campaign": [], "person": []}


async def test_first_the_look_then_one_click(site: Site, page: Page) -> None:
    campaign_id, _ = await fill(site)
    await sign_in(page, site)
    await page.goto(f"{site.base}/campaigns/{campaign_id}")
    await page.click("[hx-get$=greetings]")
    shown = page.locator("#greetings")
    await expect(shown).to_contain_text("值此春节之际")
    await expect(shown.locator("dd").first).to_have_text("2")
    for left_out in ("1 · 未同意", "1 · 没有手机", "1 · 号码已失效", "1 · 住院"):
        await expect(shown).to_contain_text(left_out)
    assert await greetings(site) == []
    await shown.locator("button.primary").click()
    await expect(page.locator(".notice")).to_contain_text("已开始发送")
    assert len(await greetings(site)) == 2
    await page.click("[hx-get$=greetings]")
    await expect(shown).to_contain_text("2 · 待发送")
    await expect(shown.locator("button")).to_have_count(0)


async def test_who_may_not_sees_no_button(site: Site, page: Page) -> None:
    campaign_id, _ = await fill(site, "430100000000")
    for username, has_words in (("street", False), ("reviewer", False), ("furong", True)):
        await sign_in(page, site, username)
        await page.goto(f"{site.base}/campaigns/{campaign_id}")
        await expect(page.locator("h1")).to_contain_text("春节")
        await expect(page.locator("[hx-get$=greetings]")).to_have_count(0)
        await expect(page.locator("#greet-h")).to_have_count(int(has_words))
        await page.context.clear_cookies()


async def test_too_early_says_why(site: Site, page: Page) -> None:
    campaign_id, _ = await fill(site)

    async def later(step: Step) -> None:
        found = await step.session.get(Campaign, campaign_id)
        assert found is not None
        found.opens_on = step.today + timedelta(days=3)

    await site.steps.run("system", later)
    await sign_in(page, site)
    await page.goto(f"{site.base}/campaigns/{campaign_id}")
    await page.click("[hx-get$=greetings]")
    await expect(page.locator("#greetings .fault")).to_contain_text("开始之日起")


async def test_a_consent_is_recorded_shown_and_taken_back(site: Site, page: Page) -> None:
    _, person_id = await fill(site)
    await sign_in(page, site, "street")
    await page.goto(f"{site.base}/retirees/{person_id}")
    panel = page.locator("section[aria-labelledby=g-h]")
    await expect(panel).to_contain_text("未同意")
    await panel.locator("summary").click()
    assert "我同意" in await panel.locator("textarea").input_value()
    await panel.locator("select[name=way]").select_option("phone")
    await panel.locator("button.primary").click()
    await expect(panel).to_contain_text("同意接收")
    await expect(panel).to_contain_text("本人 · 电话")
    await expect(panel).to_contain_text("由 street 登记")
    await expect(page.locator(".facts .tag", has_text="问候")).to_have_count(1)
    await page.goto(f"{site.base}/retirees/{person_id}/care")
    await expect(page.locator("input[name=end][value=wants_greetings]")).to_have_count(0)
    await expect(page.locator("select[name=flag] option[value=wants_greetings]")).to_have_count(0)
    await page.goto(f"{site.base}/retirees/{person_id}")
    await panel.locator("select[name=way]").select_option("visit")
    await panel.get_by_role("button", name="不再接收").click()
    await expect(panel).to_contain_text("未同意")
    await panel.locator("summary", has_text="以往").click()
    await expect(panel).to_contain_text("已撤回：上门探访时")
    async with site.steps.db.read(SYSTEM) as session:
        proof = await session.scalar(select(Consent).where(col(Consent.retiree_id) == person_id))
    assert proof is not None
    assert (proof.withdrawn_by, proof.withdrawn_way) == ("staff:street", "visit")
