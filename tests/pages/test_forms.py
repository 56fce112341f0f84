"""Opening a task and importing a register in Chromium; refusals keep what was typed."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from sqlmodel import select

from models.retirees import Retiree
from models.scope import SYSTEM
from models.visits import Visit
from tests.factories import COMMUNITY
from tests.pages.conftest import Site, sign_in

pytestmark = pytest.mark.browser
REGISTER = """姓名,公民身份号码,社区编码,手机
样本红,430102194203150022,{code},13900001111
样本蓝,430102194203150023,{code},13900002222
"""


async def test_a_task_is_opened_for_a_community(site: Site, page: Page) -> None:
    await sign_in(page, site, "street")
    await page.goto(f"{site.base}/tasks/new")
    await page.fill("input[name=title]", "陪同就医")
    await page.fill("input[name=where]", "不在列表里")
    await page.fill("input[name=due_on]", "2026-03-20")
    await page.click("main button.primary")
    await expect(page.locator(".fault")).to_have_text("请从列表中选择社区。")
    assert await page.input_value("input[name=title]") == "陪同就医"
    await page.fill("input[name=where]", f"样本社区 {COMMUNITY}")
    await page.check("input[name=skill_dialect]")
    await page.click("main button.primary")
    await expect(page.locator(".notice")).to_have_text("任务已建立。")
    async with site.steps.db.read(SYSTEM) as session:
        visit = (await session.scalars(select(Visit))).one()
        assert (visit.title, visit.skills, visit.division_code) == ("陪同就医", ["dialect"], COMMUNITY)


async def test_a_register_is_tried_first_then_written(site: Site, page: Page) -> None:
    await sign_in(page, site)
    await page.goto(f"{site.base}/imports")
    content = REGISTER.format(code=COMMUNITY).encode()
    register = {"name": "名册.csv", "mimeType": "text/csv", "buffer": content}
    for button, title, expected in (("先试导入", "试导入结果（未写入）", 0), ("正式导入", "导入名册", 1)):
        await page.set_input_files("input[type=file]", register)  # type: ignore[arg-type]  # a plain dict will do
        await page.click(f"main button:has-text('{button}')")
        await expect(page.locator("main")).to_contain_text(title)
        await expect(page.locator(".figures .hot b")).to_have_text("1")
        async with site.steps.db.read(SYSTEM) as session:
            assert len(list(await session.scalars(select(Retiree)))) == expected
    async with page.expect_download() as waiting:
        await page.click("text=下载逐行报告")
    download = await waiting.value
    assert download.suggested_filename == "report.xlsx"


async def test_a_file_that_is_no_register_is_refused_in_words(site: Site, page: Page) -> None:
    await sign_in(page, site)
    await page.goto(f"{site.base}/imports")
    nothing = {"name": "空.csv", "mimeType": "text/csv", "buffer": b""}
    await page.set_input_files("input[type=file]", nothing)  # type: ignore[arg-type]  # as above
    await page.click("text=先试导入")
    await expect(page.locator(".fault")).to_contain_text("空文件")
