"""Screenshots of every page into var/screens, and what a machine finds wrong on each.

`python -m tools.screens [--base URL] [--language zh-CN|en] [--size desk|phone] [--tour NAME]`
"""

# ruff: noqa: T201  # a command line speaks to people

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tools import screen_tours
from tools.look_over import faults_of
from tools.sample_site import Site, sample_site
from tools.system import find_browser

OUT = Path("var") / "screens"
SIZES = {"desk": (1280, 900), "phone": (360, 740)}
LANGUAGES = ("zh-CN", "en")
TOURS = ("volunteer", "console", "rooms", "others", "locked")
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


def _shot(size: str, language: str, told: set[str]) -> screen_tours.Shot:
    async def shot(page: Page, name: str) -> None:
        await page.wait_for_timeout(100)  # live parts settle
        end = "" if language == "zh-CN" else f"-{language}"
        await page.screenshot(path=OUT / f"{name}-{size}{end}.png", full_page=True)
        print(f"{name}-{size}{end}", flush=True)
        if name == "docs":  # Swagger UI's own page
            return
        for fault in await faults_of(page, "phone" if name.startswith("t-") else "console"):
            if fault not in told:
                told.add(fault)
                print(f"    {fault}")

    return shot


async def take(site: Site, languages: list[str], sizes: list[str], tours: list[str]) -> None:
    """All pages of a site."""
    OUT.mkdir(parents=True, exist_ok=True)
    async with browser() as opened:
        for tour in tours:
            for language in languages:
                for size in sizes:
                    width, height = SIZES[size]
                    context = await opened.new_context(
                        viewport={"width": width, "height": height},
                        locale=language,
                        is_mobile=size == "phone",
                    )
                    page = await context.new_page()
                    page.set_default_timeout(15_000)
                    await page.goto(f"{site.base}/sign-in?lang={language}")
                    await getattr(screen_tours, tour)(page, site, _shot(size, language, set()))
                    await context.close()


async def main(base: str, languages: list[str], sizes: list[str], tours: list[str]) -> None:
    if base:
        await take(Site(base.rstrip("/"), {}, {}), languages, sizes, tours)
        return
    with tempfile.TemporaryDirectory() as folder:
        async with sample_site(Path(folder)) as site:
            await take(site, languages, sizes, tours)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="", help="a running demo; without it a sample city is served")
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--tour", choices=TOURS, action="append")
    given = parser.parse_args()
    asyncio.run(
        main(
            given.base,
            given.language or list(LANGUAGES),
            given.size or list(SIZES),
            given.tour or list(TOURS),
        )
    )
