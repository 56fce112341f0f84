"""The way of each kind of user through all pages, with a picture of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import Page

from simulation.city import DEMO_PASSWORD
from tools.sample_site import Site

Shot = Callable[[Page, str], Awaitable[None]]
REGISTER = """姓名,公民身份号码,社区编码,手机
样本红,430102194203150022,430111001001,13900001111
样本蓝,430102194203150023,430111001001,13900002222
"""


async def sign_in(page: Page, base: str, username: str = "city", password: str = DEMO_PASSWORD) -> None:
    await page.goto(f"{base}/sign-in")
    await page.fill("input[name=username]", username)
    await page.fill("input[name=password]", password)
    await page.click("main button.primary")


async def console(page: Page, site: Site, shot: Shot) -> None:
    """The city desk's pages."""
    await page.goto(f"{site.base}/sign-in")
    await shot(page, "sign-in")
    await sign_in(page, site.base, password="not the password")  # noqa: S106  # meant to be wrong
    await shot(page, "sign-in-wrong")
    await sign_in(page, site.base)
    await page.wait_for_url(f"{site.base}/")
    await shot(page, "board")
    if await page.locator("#menu:visible").count():
        await page.click("#menu")
        await shot(page, "menu")
        await page.keyboard.press("Escape")
    for name, which in (
        ("reoffer", ".pop:has(form[action$=reoffer])"),
        ("close", ".pop:has(form[action$=close])"),
    ):
        if await page.locator(which).count():
            await page.locator(f"{which} summary").first.click()
            await shot(page, f"board-{name}")
            await page.keyboard.press("Escape")
    for name, path in (
        ("visits", "/visits"),
        ("visits-none", "/visits?text=9999-99999"),
        ("imports", "/imports"),
        ("task", "/tasks/new"),
        ("phones", "/phones"),
        ("not-found", "/visits/nothing"),
        ("broken", "/broken"),
        ("docs", "/api/docs"),
    ):
        await page.goto(site.base + path)
        await shot(page, name)
    await _calls(page, site, shot)
    await _forms(page, site, shot)
    for status, path in site.visits.items():
        await page.goto(site.base + path)
        await shot(page, f"visit-{status}")
    await _dialogs(page, site, shot)
    await _person(page, site, shot)


async def _calls(page: Page, site: Site, shot: Shot) -> None:
    """The call list, then one call with its numbers, then the sheet."""
    await page.goto(f"{site.base}/calls")
    if await page.locator(".call button").count():
        await page.locator(".call button").first.click()
        await page.locator(".outcome").first.wait_for()
    await shot(page, "calls")
    if await page.locator(".paper summary").count():
        await page.locator(".paper summary").click()
        await page.fill(".paper input[name=reason]", "今天打电话")
        await page.click(".paper button.primary")
        await shot(page, "calls-paper")


async def _forms(page: Page, site: Site, shot: Shot) -> None:
    await page.goto(f"{site.base}/imports")
    content = {"name": "名册.csv", "mimeType": "text/csv", "buffer": REGISTER.encode()}
    await page.set_input_files("input[type=file]", content)  # type: ignore[arg-type]  # a FilePayload
    await page.click("button[value=try]")
    await shot(page, "imports-tried")
    await page.goto(f"{site.base}/tasks/new")
    await page.fill("input[name=title]", "陪同就医")
    await page.fill("input[name=where]", "不在列表里")
    await page.fill("input[name=due_on]", "2026-12-20")
    await page.click("main button.primary")
    await shot(page, "task-wrong")
    await page.goto(f"{site.base}/phones")
    if await page.locator(".phone-list a").count():
        await page.locator(".phone-list a").first.click()
        await shot(page, "phones-open")


async def _dialogs(page: Page, site: Site, shot: Shot) -> None:
    if "accepted" not in site.visits:
        return
    await page.goto(site.base + site.visits["accepted"])
    for summary in await page.locator(".act details summary").all():
        await summary.click()
    await shot(page, "visit-dialogs")
    await page.goto(site.base + site.visits["unfilled"])
    await page.fill("#assign input[name=on]", "2026-12-01")
    await page.fill("#assign input[name=at]", "10:00")
    await page.click("#assign button.primary")
    await page.wait_for_selector("#found > *")
    await shot(page, "assign")


async def _person(page: Page, site: Site, shot: Shot) -> None:
    if "completed" not in site.visits:
        return
    await page.goto(site.base + site.visits["completed"])
    await page.locator(".facts a[href^='/retirees/']").first.click()
    await page.fill("form[hx-post] input[name=reason]", "核对电话")
    await page.click("form[hx-post] button")
    await page.wait_for_selector("#look dl")
    await shot(page, "person")


async def rooms(page: Page, site: Site, shot: Shot) -> None:
    """The lists of the city desk, and the first entry of each."""
    await sign_in(page, site.base)
    await page.wait_for_url(f"{site.base}/")
    await shot(page, "board")
    for whose in ("retirees", "volunteers"):
        doubted = page.locator(f".matter a[href^='/{whose}/'][href$='#number']")
        if await doubted.count():
            await page.goto(site.base + (await doubted.first.get_attribute("href") or ""))
            await shot(page, f"number-{whose}")
            await page.goto(f"{site.base}/")
    for name, path, entry in (
        ("certifications", "/certifications", ""),
        ("transfers", "/transfers", ""),
        ("calls", "/calls", ""),
        ("campaigns", "/campaigns", "main a[href^='/campaigns/']"),
        ("plans", "/plans", "main a[href^='/plans/']"),
        ("volunteers", "/volunteers", "main td a[href^='/volunteers/']"),
        ("notices", "/volunteers/notices", ""),
        ("minutes", "/volunteers/minutes", ""),
        ("complaints", "/complaints", ""),
        ("office", "/office", ""),
        ("contacts", "/contacts", ""),
        ("contacts-all", "/contacts?which=all", ""),
        ("referrals", "/referrals", ""),
        ("pauses", "/pauses", ""),
        ("policy", "/policy", "main a[href^='/policy/']"),
    ):
        await page.goto(site.base + path)
        await shot(page, name)
        if entry and await page.locator(entry).count():
            await page.goto(site.base + (await page.locator(entry).first.get_attribute("href") or path))
            await shot(page, f"{name}-one")
    if "completed" in site.visits:
        await page.goto(site.base + site.visits["completed"])
        path = await page.locator(".facts a[href^='/retirees/']").first.get_attribute("href") or ""
        for name, end in (("person-page", ""), ("care", "/care")):
            await page.goto(site.base + path + end)
            await shot(page, name)
            for summary in await page.locator("main details > summary").all():
                await summary.click()
            await shot(page, f"{name}-open")


async def others(page: Page, site: Site, shot: Shot) -> None:
    """A street of its own, a reviewer at a report, and somebody who may not."""
    await sign_in(page, site.base, "houjiatang")
    await shot(page, "board-street")
    await page.click("form[action='/sign-out'] button")
    await sign_in(page, site.base, "reviewer")
    await shot(page, "board-reviewer")
    await page.goto(f"{site.base}/tasks/new")
    await shot(page, "forbidden")
    for status in ("reported", "returned"):
        if status in site.visits:
            await page.goto(site.base + site.visits[status])
            await shot(page, f"review-{status}")


async def volunteer(page: Page, site: Site, shot: Shot) -> None:
    """The phone page in every state."""
    await _code(page, site, "T9999-0000")
    await shot(page, "t-code-wrong")
    for state, (code, digits) in site.codes.items():
        await page.context.clear_cookies(name="tanfang_t")
        await _code(page, site, code)
        await shot(page, f"t-{state}")
        if state == "agreed":
            await page.goto(f"{site.base}/t/withdraw")
            await shot(page, "t-withdraw")
        if state == "near":
            await _door(page, site, shot, digits)
        if state == "certifies":
            await _report(page, site, shot)
    for name, path in (("t-offline", "/t/offline"), ("t-broken", "/t/broken")):
        await page.goto(site.base + path)
        await shot(page, name)


async def _code(page: Page, site: Site, code: str) -> None:
    await page.goto(f"{site.base}/t")
    await page.fill("input[name=code]", code)
    await page.click("main button.primary")
    await page.wait_for_load_state()


async def _door(page: Page, site: Site, shot: Shot, digits: str) -> None:
    await page.fill("input[name=digits]", "0000" if digits != "0000" else "1111")
    await page.click("form[action$=know] button")
    await shot(page, "t-digits-wrong")
    await page.goto(f"{site.base}/t")
    await page.fill("input[name=digits]", digits)
    await page.click("form[action$=know] button")
    await shot(page, "t-near-address")
    await page.goto(f"{site.base}/t/arrive")
    await page.click("summary")
    await shot(page, "t-arrive")
    await page.context.set_offline(True)
    await page.click("button.primary")
    await page.wait_for_selector("#waiting:has-text(' '), #waiting.hold")
    await shot(page, "t-kept")
    await page.evaluate("localStorage.clear()")
    await page.context.set_offline(False)


async def _report(page: Page, site: Site, shot: Shot) -> None:
    await page.goto(f"{site.base}/t/report")
    await shot(page, "t-outcomes")
    await page.goto(f"{site.base}/t/report?outcome=done_evidence")
    step = 0
    while True:
        step += 1
        if step == 1 or not await page.locator("fieldset.choices:visible").count():
            await shot(page, f"t-report-{step}")
        forward = page.locator(".pair button.primary:visible")
        if not await forward.count():
            return
        await forward.click()


async def locked(page: Page, site: Site, shot: Shot) -> None:
    """Too many wrong tries; last, because they count for all that come from here."""
    for n in range(11):
        await _code(page, site, f"T9999-{n:04}")
    await shot(page, "t-locked")
    for _ in range(11):
        await sign_in(page, site.base, "auditor", "not the password")
    await shot(page, "sign-in-locked")
