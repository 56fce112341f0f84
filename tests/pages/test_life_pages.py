"""Certifications, a person's events and moves on the pages: they read well, and they do what they say."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from sqlmodel import col, select

from models.audit import AuditEntry
from models.life import StatusProposal, Transfer
from models.retirees import LifeStatus, Retiree
from models.scope import SYSTEM
from services.life import hospital, incidents, transfers
from services.life.transfers import MoveTo
from services.retirees import record_certification
from services.steps import Step
from tests.factories import OTHER_DISTRICT, add_retiree
from tests.pages.conftest import Site, sign_in
from tests.servers.absent import absent
from tools.look_over import AXE, faults_of

pytestmark = pytest.mark.browser
NAMES = ("English: city", "English: street")  # of this test's staff


async def fill(site: Site) -> UUID:
    async def work(step: Step) -> UUID:
        person = await add_retiree(step, home_visit_ground="bedridden", id_number="430102194203150022")
        await record_certification(step, person, "self_face", date(2025, 3, 10))
        other = await add_retiree(step, phone_kind="")
        await record_certification(step, other, "offline_face", date(2024, 12, 10))
        await hospital.admit(step, person, hospital.Admission("样本医院三楼"))
        await incidents.begin(step, "emergency", step.now, retiree=person)
        await transfers.request_transfer(step, other, MoveTo(OTHER_DISTRICT))
        return person.id

    return await site.steps.run("staff:city", work)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_the_pages_read_well(site: Site, page: Page, language: str, width: int) -> None:
    if not AXE.exists():
        absent("axe-core is missing: make setup fetches it")
    person = await fill(site)
    await page.set_viewport_size({"width": width, "height": 900})
    await sign_in(page, site)
    found = {}
    for path in (
        "/certifications",
        "/certifications?month=now",
        "/transfers",
        f"/retirees/{person}",
        "/imports",
    ):
        mark = "&" if "?" in path else "?"
        await page.goto(f"{site.base}{path}{mark}lang={language}")
        if path.startswith("/retirees"):
            await page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
        found[path] = [fault for fault in await faults_of(page) if fault not in NAMES]
    assert {path: faults for path, faults in found.items() if faults} == {}


async def test_who_will_be_unpaid_and_why(site: Site, page: Page) -> None:
    await fill(site)
    await sign_in(page, site)
    await page.goto(f"{site.base}/certifications")
    await expect(page.locator("table.grid thead")).to_contain_text("2026-04")
    await expect(page.locator("table.list tbody tr")).to_have_count(1)
    await expect(page.locator("table.list")).to_contain_text("住院")
    await page.click("table.grid thead >> text=目前停发")
    await expect(page.locator("table.list")).to_contain_text("无可发短信号码")


async def test_a_list_is_taken_with_a_reason_only(site: Site, page: Page) -> None:
    await fill(site)
    await sign_in(page, site)
    await page.goto(f"{site.base}/certifications")
    await page.fill("form[action='/certifications/lists'] input[name=reason]", "报送四月名单")
    async with page.expect_download() as waiting:
        await page.click("text=下载（Excel）")
    assert (await waiting.value).suggested_filename == "suspensions-2026-04.xlsx"
    async with site.steps.db.read(SYSTEM) as session:
        entry = await session.scalar(select(AuditEntry).where(col(AuditEntry.action) == "list.suspensions"))
    assert entry is not None
    assert (entry.who, entry.why, entry.fields[0]) == ("staff:city", "报送四月名单", "1 rows")


async def test_a_number_is_corrected_where_the_desk_asks_for_it(site: Site, page: Page) -> None:
    person = await fill(site)
    await sign_in(page, site)
    await page.goto(f"{site.base}/retirees/{person}")
    await page.click("summary:has-text('电话号码')")
    number = page.locator("form[action$=number]")
    await number.locator("input[name=number]").fill("139000012345")
    await number.locator("button").click()
    await expect(page.locator("body")).to_contain_text("不是有效的国内电话号码")
    await page.goto(f"{site.base}/retirees/{person}")
    await page.click("summary:has-text('电话号码')")
    await number.locator("input[name=number]").fill("139 0000 1234")
    await number.locator("select[name=source]").select_option("relative")
    await number.locator("button").click()
    await expect(page.locator(".notice")).to_be_visible()
    async with site.steps.db.read(SYSTEM) as session:
        retiree = await session.get(Retiree, person)
        assert retiree is not None
        assert (retiree.phone, retiree.phone_kind) == ("+8613900001234", "mobile")


async def test_a_death_is_entered_and_taken_back(site: Site, page: Page) -> None:
    person = await fill(site)
    await sign_in(page, site)
    await page.goto(f"{site.base}/retirees/{person}")
    await page.click("summary:has-text('已去世')")
    await page.fill("form[action$=death] input[name=on]", "2026-02-27")
    await page.click("text=登记去世")
    await expect(page.locator(".notice")).to_contain_text("已停止")
    async with site.steps.db.read(SYSTEM) as session:
        row = (await session.scalars(select(StatusProposal))).one()
        assert (row.since_on, row.source) == (date(2026, 2, 27), "relative")
    await page.click("summary:has-text('决定')")
    await page.fill("form[action$=decide] input[name=reason]", "同名误报")
    await page.click("text=有误，撤销")
    await expect(page.locator(".notice")).to_contain_text("已撤销")
    async with site.steps.db.read(SYSTEM) as session:
        retiree = await session.get(Retiree, person)
        assert retiree is not None
        assert retiree.life_status is LifeStatus.HOSPITALISED, "as it was before"


async def test_a_move_is_entered_with_the_community_s_name(site: Site, page: Page) -> None:
    person = await fill(site)
    await sign_in(page, site)
    for where in ("没有的社区", "样本二社区"):
        await page.goto(f"{site.base}/retirees/{person}")
        await page.click("summary:has-text('已搬家')")
        await page.fill("form[action$=moved] input[name=where]", where)
        await page.fill("form[action$=moved] input[name=address]", "新址样本楼8栋")
        await page.click("form[action$=moved] button")
        if where == "没有的社区":
            await expect(page.locator("main")).to_contain_text("没有这个社区")
    await expect(page.locator(".notice")).to_be_visible()
    async with site.steps.db.read(SYSTEM) as session:
        row = (await session.scalars(select(Transfer).where(col(Transfer.retiree_id) == person))).one()
    assert (row.to_division, row.where_to) == (OTHER_DISTRICT, "")
