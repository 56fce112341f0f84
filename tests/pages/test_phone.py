"""The volunteers' phone page in Chromium at 360 px."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from sqlmodel import col, select

from domain.visits import VisitKind, VisitStatus
from models.audit import AuditEntry
from models.scope import SYSTEM
from models.visits import EvidenceFile, Visit, VisitReport
from tests.pages.conftest import Site, sign_in
from tests.pages.ways import ID_NUMBER, offered_visit, phone_of

pytestmark = pytest.mark.browser
ADDRESS = "样本小区1栋101室"
# One black point.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def type_code(phone: Page, site: Site, code: str) -> None:
    await phone.goto(f"{site.base}/t")
    await phone.fill("input[name=code]", code.replace("-", "").removeprefix("T"))
    await phone.click("main button.primary")


async def accepted_visit(site: Site, phone: Page, kind: VisitKind) -> Visit:
    """Everybody asked first says yes, the lead on this phone."""
    visit = await offered_visit(site.play, kind)
    offers = await site.play.offers(visit.id)
    companion = next(o for o in offers if o.position == 1)
    lead = next(o for o in offers if o.position == 0)
    await site.play.say(await phone_of(site.play, companion.volunteer_id), "1")
    await type_code(phone, site, lead.code)
    await expect(phone.locator("h1")).to_have_text("您能去吗？")
    text = await phone.inner_text("main")
    assert "雨花区侯家塘街道" in text
    assert ADDRESS not in text
    assert "样本社区" not in text, "before the yes only what the text says"
    await phone.click("text=我能去")
    await expect(phone.locator(".notice")).to_have_text("已确认，人员到齐。")
    visit = await site.play.visit(visit.id)
    assert visit.status is VisitStatus.ACCEPTED
    assert visit.starts_at is not None
    site.clock.set(visit.starts_at - timedelta(minutes=5))
    await phone.goto(f"{site.base}/t")
    return visit


async def arrive(site: Site, phone: Page) -> None:
    await phone.click("text=我已到达")
    await phone.click("text=我在门口")
    await expect(phone.locator(".notice")).to_have_text("已记录您到达。")


async def test_yes_address_arrival_and_report(site: Site, phone: Page) -> None:
    visit = await accepted_visit(site, phone, VisitKind.CARE)
    assert ADDRESS not in await phone.content(), "not before the last digits of the own number"
    lead = next(s for s in await site.play.seats(visit.id) if s.position == 0)
    await phone.fill("input[name=digits]", "0000")
    await phone.click("text=显示地址")
    await expect(phone.locator("h1")).to_contain_text("后四位不符")
    await phone.click("text=返回")
    await phone.fill("input[name=digits]", (await phone_of(site.play, lead.volunteer_id))[-4:])
    await phone.click("text=显示地址")
    await expect(phone.locator(".bigfacts")).to_contain_text(ADDRESS)
    await expect(phone.locator(".bigfacts .code")).to_have_text(visit.visit_code)
    await expect(phone.locator("a[href^='tel:+86']")).to_have_count(1)
    await arrive(site, phone)
    await phone.click("text=填写探访结果")
    await phone.click(".outcomes a >> nth=0")
    await phone.locator("label:visible", has_text="正常").first.click()
    while await phone.locator("button:visible", has_text="下一步").count():
        await phone.locator("button:visible", has_text="下一步").click()
    await phone.fill("textarea", "一切都好")
    await phone.click("text=提交报告")
    await expect(phone.locator(".notice")).to_have_text("您的报告已收到。")
    assert (await site.play.visit(visit.id)).status is VisitStatus.COMPLETED
    async with site.steps.db.read(SYSTEM) as session:
        report = (await session.scalars(select(VisitReport))).one()
        assert report.checklist["health"] == "normal"
        assert report.text == "一切都好"
        look = await session.scalars(select(AuditEntry).where(col(AuditEntry.role) == "volunteer"))
        assert look.first() is not None, "seeing the address is written down"


async def test_after_the_hours_the_address_is_gone(site: Site, phone: Page) -> None:
    visit = await accepted_visit(site, phone, VisitKind.CARE)
    lead = next(s for s in await site.play.seats(visit.id) if s.position == 0)
    await phone.fill("input[name=digits]", (await phone_of(site.play, lead.volunteer_id))[-4:])
    await phone.click("text=显示地址")
    await expect(phone.locator(".bigfacts")).to_contain_text(ADDRESS)
    site.clock.advance(timedelta(hours=25))
    await phone.reload()
    assert ADDRESS not in await phone.content()


async def test_a_certification_with_photo_is_reviewed(site: Site, phone: Page, page: Page) -> None:
    visit = await accepted_visit(site, phone, VisitKind.CERTIFICATION)
    await arrive(site, phone)
    await phone.goto(f"{site.base}/t/report?outcome=done_evidence")
    while not await phone.locator("input[type=file]:visible").count():
        await phone.locator("button:visible", has_text="下一步").click()
    await phone.set_input_files("input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    await expect(phone.locator("[data-photo-note]")).to_be_visible()
    await phone.locator("button:visible", has_text="下一步").click()
    await phone.check("input[name=id_checked]")
    await phone.fill("input[name=id_last_four]", ID_NUMBER[-4:])
    await phone.locator("button:visible", has_text="下一步").click()
    await phone.check("input[name=signature]")
    await phone.locator("button:visible", has_text="下一步").click()
    await phone.click("text=提交报告")
    await expect(phone.locator(".notice")).to_have_text("您的报告已收到。")
    async with site.steps.db.read(SYSTEM) as session:
        photo = (await session.scalars(select(EvidenceFile))).one()
        assert base64.b64decode(photo.content).startswith(b"\xff\xd8\xff"), "the phone sends a small JPEG"
        assert photo.content_sealed is not None
        assert b"\xff\xd8\xff" not in photo.content_sealed[:64]
    await sign_in(page, site, "reviewer")
    await page.goto(f"{site.base}/visits/{visit.id}")
    await expect(page.locator("#review .good")).to_have_text("材料齐全。")
    await page.click("#review button[value=approve]")
    await expect(page.locator(".notice")).to_have_text("材料已通过。")
    assert (await site.play.visit(visit.id)).status is VisitStatus.COMPLETED


async def test_wrong_codes_are_slowed_down(site: Site, phone: Page) -> None:
    for n in range(5):
        await type_code(phone, site, f"T9000-000{n}")
        await expect(phone.locator("main .fault")).to_contain_text("没有这个任务号")
    await type_code(phone, site, "T9000-0011")
    await expect(phone.locator("main .fault")).to_contain_text("请等15分钟")
