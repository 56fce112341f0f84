"""Pages are readable by all: axe-core, type, targets, widths, and one language at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page

from domain.visits import VisitKind
from services import desk
from services.steps import Step
from tests.pages.conftest import Site, sign_in
from tests.pages.test_phone import type_code
from tests.pages.ways import offered_visit
from tests.servers.absent import absent
from tools.look_over import AXE, faults_of

pytestmark = pytest.mark.browser
NAMES = ("English: city", "English: street")  # of this test's staff
FAULTY = """() => {
  const main = document.querySelector("main"), button = document.createElement("button");
  const wide = document.createElement("p");
  button.textContent = "Hi";
  Object.assign(button.style, {fontSize: "9px", minHeight: "9px", width: "9px", color: "#aaa"});
  wide.style.width = "900px";
  wide.textContent = "长";
  main.replaceChildren(button, wide, document.createElement("input"));
}"""


@pytest.fixture(autouse=True)
def _axe() -> None:
    if not AXE.exists():
        absent("axe-core is missing: make setup fetches it")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", ["desk", "small"])
async def test_console(site: Site, page: Page, language: str, size: str) -> None:
    visit = await offered_visit(site.play)

    async def call(step: Step) -> None:
        await desk.open_visit_item(step, visit, "call", due_at=step.now - timedelta(minutes=5))

    await site.steps.run("system", call)
    if size == "small":
        await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(f"{site.base}/sign-in?lang={language}")
    found = {"/sign-in": await faults_of(page)}
    await sign_in(page, site)
    paths = ("/", "/visits", f"/visits/{visit.id}", f"/retirees/{visit.retiree_id}", "/imports", "/tasks/new")
    for path in (*paths, "/phones", "/nowhere"):
        await page.goto(site.base + path)
        found[path] = [fault for fault in await faults_of(page) if fault not in NAMES]
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_phone_page(site: Site, phone: Page, language: str) -> None:
    visit = await offered_visit(site.play, VisitKind.TASK, crew_size=1, volunteers=1)
    code = (await site.play.offers(visit.id))[0].code
    await phone.goto(f"{site.base}/t?lang={language}")
    found = {"code": await faults_of(phone, "phone")}
    await type_code(phone, site, code)
    found["offered"] = await faults_of(phone, "phone")
    await phone.click("button[value=accept]")
    await phone.wait_for_selector("text=" + ("已确认" if language == "zh-CN" else "Agreed"))
    assert visit.starts_at is not None
    site.clock.set(visit.starts_at - timedelta(minutes=5))
    for path in (
        "/t",
        "/t/arrive",
        "/t/withdraw",
        "/t/report",
        "/t/report?outcome=done_evidence",
        "/t/offline",
    ):
        await phone.goto(site.base + path)
        found[path] = await faults_of(phone, "phone")
    assert {path: faults for path, faults in found.items() if faults} == {}


async def test_the_look_finds_faults(site: Site, phone: Page) -> None:
    await phone.goto(f"{site.base}/t")
    await phone.evaluate(FAULTY)
    found = " / ".join(await faults_of(phone, "phone"))
    for part in (
        "type of 9.0 px",
        "target of",
        "English: Hi",
        "wider than the screen",
        "color-contrast",
        "label",
    ):
        assert part in found, part
