"""The volunteers' phone page without a signal, in Chromium at 360 px."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from sqlmodel import select

from domain.visits import VisitKind, VisitStatus
from models.scope import SYSTEM
from models.visits import VisitReport
from tests.pages.conftest import Site
from tests.pages.test_phone import accepted_visit, arrive, type_code
from tests.pages.ways import offered_visit

pytestmark = pytest.mark.browser
QUEUE = "JSON.parse(localStorage.getItem('tanfang.queue') || '[]').length"
READY = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"


async def keep_a_refusal(phone: Page, site: Site) -> None:
    """Report without a signal; the phone keeps it."""
    await phone.goto(f"{site.base}/t/report?outcome=refused")
    await phone.wait_for_function(READY)
    # Chromium's "offline" reaches a page that the service worker opened a moment late; this holds at once
    await phone.route("**/t/report", lambda route: route.abort())
    await phone.context.set_offline(True)
    await phone.click("text=提交报告")
    await expect(phone.locator("#waiting")).to_contain_text("没有信号")


async def back_online(phone: Page) -> None:
    """The signal is there again."""
    await phone.unroute("**/t/report")
    await phone.context.set_offline(False)


async def reports(site: Site) -> list[VisitReport]:
    async with site.steps.db.read(SYSTEM) as session:
        return list(await session.scalars(select(VisitReport)))


async def test_a_page_opened_without_signal_says_so_and_the_report_is_sent_once(
    site: Site, phone: Page
) -> None:
    visit = await accepted_visit(site, phone, VisitKind.CARE)
    await arrive(site, phone)
    await keep_a_refusal(phone, site)
    await phone.goto(f"{site.base}/t")
    await expect(phone.locator("h1")).to_have_text("没有信号")
    await expect(phone.locator("#waiting")).to_contain_text("已存在这部手机上")
    assert await phone.evaluate("getComputedStyle(document.querySelector('.button')).minHeight") != "auto"
    assert await phone.evaluate(QUEUE) == 1
    assert await reports(site) == []
    await back_online(phone)
    await expect(phone.locator(".notice")).to_have_text("您的报告已收到。")
    assert await phone.evaluate("localStorage.length") == 0
    await phone.reload()
    assert [r.outcome for r in await reports(site)] == ["refused"]
    assert (await site.play.visit(visit.id)).outcome == "refused"


async def test_an_answer_that_got_lost_on_its_way_back_is_not_a_second_report(
    site: Site, phone: Page
) -> None:
    await accepted_visit(site, phone, VisitKind.CARE)
    await phone.goto(f"{site.base}/t/report?outcome=refused")
    await phone.wait_for_function(READY)  # from here on nothing changes who handles its calls
    lost = 0

    async def lose(route: object) -> None:
        nonlocal lost
        await route.fetch(max_redirects=0)  # type: ignore[attr-defined]  # playwright's Route
        lost += 1
        await route.abort()  # type: ignore[attr-defined]  # as above

    await phone.route("**/t/report", lose)
    await phone.click("text=提交报告")
    await expect(phone.locator("#waiting")).to_contain_text("没有信号")
    assert (lost, len(await reports(site))) == (1, 1)
    await phone.unroute("**/t/report")
    await phone.goto(f"{site.base}/t")
    await expect(phone.locator(".notice")).to_have_text("您的报告已收到。")
    assert len(await reports(site)) == 1


async def test_arrival_and_report_are_sent_in_their_order(site: Site, phone: Page) -> None:
    visit = await accepted_visit(site, phone, VisitKind.CARE)
    report = await phone.context.new_page()
    await report.goto(f"{site.base}/t/report?outcome=refused")
    await phone.click("text=我已到达")
    await phone.context.set_offline(True)
    await phone.click("text=我在门口")
    await expect(phone.locator("#waiting")).to_contain_text("没有信号")
    await report.click("text=提交报告")
    await expect(report.locator("#waiting")).to_contain_text("没有信号")
    assert await phone.evaluate(QUEUE) == 2
    await back_online(phone)
    await expect(report.locator(".notice")).to_have_text("您的报告已收到。")
    assert (await site.play.visit(visit.id)).checked_in_at == site.clock.now()
    assert len(await reports(site)) == 1
    assert await phone.evaluate("localStorage.length") == 0


async def test_a_kept_report_never_counts_for_another_code(site: Site, phone: Page) -> None:
    visit = await accepted_visit(site, phone, VisitKind.CARE)
    code = (await phone.context.cookies())[0]["value"].split(".")[0]
    other = await offered_visit(site.play, id_number="430102194203150030")
    other_code = (await site.play.offers(other.id))[0].code
    await keep_a_refusal(phone, site)
    site.clock.advance(timedelta(hours=73))  # the ticket in the form has run out
    await phone.goto("about:blank")
    await back_online(phone)
    await type_code(phone, site, other_code)
    await expect(phone.locator("#waiting")).to_contain_text("再次输入那次探访的任务号")
    assert (await site.play.visit(other.id)).status is not VisitStatus.REPORTED
    await phone.click("text=输入另一个任务号")
    await type_code(phone, site, code)
    await expect(phone.locator(".notice")).to_have_text("您的报告已收到。")
    assert [r.visit_id for r in await reports(site)] == [visit.id]


async def test_the_phone_keeps_files_and_one_empty_page_only(site: Site, phone: Page) -> None:
    await accepted_visit(site, phone, VisitKind.CARE)
    await phone.wait_for_function(READY)
    await phone.goto(f"{site.base}/t/arrive")
    await phone.goto(f"{site.base}/t")
    kept = await phone.evaluate(
        "caches.keys().then(async (names) => (await Promise.all(names.map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)))).flat())"
    )
    assert sorted(kept) == [
        "/static/base.css",
        "/static/icon.svg",
        "/static/phone.css",
        "/static/phone.js",
        "/static/phone_queue.js",
        "/t/offline",
    ]
    scope = await phone.evaluate("navigator.serviceWorker.ready.then((r) => new URL(r.scope).pathname)")
    assert scope == "/t"


async def test_a_refused_report_is_told_until_it_was_read(site: Site, phone: Page) -> None:
    visit = await accepted_visit(site, phone, VisitKind.CARE)
    await keep_a_refusal(phone, site)

    async def cancel(step: object) -> None:
        from services.changing import cancel as cancel_visit

        await cancel_visit(step, visit.id, "样本原因")  # type: ignore[arg-type]  # a Step

    await site.steps.run("staff:city", cancel)
    await phone.goto(f"{site.base}/t")
    await back_online(phone)
    await phone.goto(f"{site.base}/t")
    await expect(phone.locator("#waiting")).to_contain_text("未被接收")
    await phone.reload()
    await expect(phone.locator("#waiting")).to_contain_text("未被接收")
    await phone.click("text=知道了")
    await expect(phone.locator("#waiting")).to_be_hidden()
    assert await phone.evaluate("localStorage.length") == 0
