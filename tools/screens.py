"""Screenshots of every page, desktop and 360 px, into var/screens: `python -m tools.screens [--base URL]`."""

# ruff: noqa: T201  # a command line speaks to people

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from simulation.city import DEMO_PASSWORD
from tools.sample_site import Site, sample_site
from tools.system import find_browser

OUT = Path("var") / "screens"
SIZES = {"desk": (1280, 900), "phone": (360, 740)}
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, or whichever is on the path."""
    async with async_playwright() as play:
        opened = await play.chromium.launch(executable_path=find_browser(), args=ARGS)
        try:
            yield opened
        finally:
            await opened.close()


async def sign_in(page: Page, base: str, username: str = "city", password: str = DEMO_PASSWORD) -> None:
    await page.goto(f"{base}/sign-in")
    await page.fill("input[name=username]", username)
    await page.fill("input[name=password]", password)
    await page.click("main button.primary")
    await page.wait_for_url(f"{base}/")


async def _shot(page: Page, name: str, size: str) -> None:
    await page.wait_for_timeout(150)  # fonts and live parts settle
    await page.screenshot(path=OUT / f"{name}-{size}.png", full_page=True)
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    print(f"{'TOO WIDE ' if wide else ''}{name}-{size}")


async def _console(context: BrowserContext, site: Site, size: str) -> None:
    page = await context.new_page()
    await page.goto(f"{site.base}/sign-in")
    await _shot(page, "sign-in", size)
    await sign_in(page, site.base)
    paths = {
        "board": "/",
        "visits": "/visits",
        "imports": "/imports",
        "task": "/tasks/new",
        "phones": "/phones",
    }
    paths |= {f"visit-{status}": path for status, path in site.visits.items()}
    for name, path in {**paths, "not-found": "/visits/nothing"}.items():
        await page.goto(site.base + path)
        await _shot(page, name, size)
    await page.goto(f"{site.base}/phones")
    if await page.locator(".phone-list a").count():
        await page.locator(".phone-list a").first.click()
        await _shot(page, "phones-open", size)
    await _people(page, site, size)


async def _people(page: Page, site: Site, size: str) -> None:
    for status in ("unfilled", "offered", "due"):
        if status not in site.visits:
            continue
        await page.goto(site.base + site.visits[status])
        if await page.locator("#assign button.primary").count():
            await page.fill("#assign input[name=at]", "10:00")
            await page.click("#assign button.primary")
            await page.wait_for_selector("#found > *")
            await _shot(page, "assign", size)
            break
    link = page.locator(".facts a[href^='/retirees/']")
    if await link.count():
        await link.first.click()
        await page.fill("form[hx-post] input[name=reason]", "核对电话")
        await page.click("form[hx-post] button")
        await page.wait_for_selector("#look dl")
        await _shot(page, "person", size)


async def _volunteer(context: BrowserContext, site: Site, size: str) -> None:
    page = await context.new_page()
    await page.goto(f"{site.base}/t")
    await _shot(page, "t-code", size)
    for status, code in site.codes.items():
        await context.clear_cookies()
        await page.goto(f"{site.base}/t")
        await page.fill("input[name=code]", code)
        await page.click("main button.primary")
        await page.wait_for_selector(".bigfacts, .other")
        await _shot(page, f"t-{status}", size)
    for name, path in (
        ("t-arrive", "/t/arrive"),
        ("t-outcomes", "/t/report"),
        ("t-report", "/t/report?outcome=done_evidence"),
        ("t-withdraw", "/t/withdraw"),
    ):
        await page.goto(site.base + path)
        await _shot(page, name, size)


async def take(site: Site) -> None:
    """All pages of a site in all sizes."""
    OUT.mkdir(parents=True, exist_ok=True)
    async with browser() as opened:
        for size, (width, height) in SIZES.items():
            for tour in (_console, _volunteer):
                context = await opened.new_context(
                    viewport={"width": width, "height": height}, locale="zh-CN", is_mobile=size == "phone"
                )
                await tour(context, site, size)
                await context.close()


async def main(base: str) -> None:
    if base:
        await take(Site(base.rstrip("/"), {}, {}))
        return
    with tempfile.TemporaryDirectory() as folder:
        async with sample_site(Path(folder)) as site:
            await take(site)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="", help="a running demo; without it a sample city is served")
    asyncio.run(main(parser.parse_args().base))
