"""Pages of rules, volunteers, care, referrals and pauses: used as staff use them, looked at by a machine."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Page
from sqlmodel import col, select

from api import certificate_pdf
from domain.policy import POLICY_ITEMS
from domain.visits import VisitKind
from models.audit import AuditEntry
from models.policies import PolicyValue
from models.pools import VolunteerLoan
from models.retirees import RetireeFlag
from models.service_records import ServiceCertificate
from models.volunteers import MinutesEntry, Volunteer, VolunteerStatus
from services.policies import load_lines
from services.steps import Step
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.pages.conftest import Site, sign_in
from tests.services.scenes import rows_of
from tools.look_over import faults_of


async def fill(step: Step) -> tuple[UUID, UUID]:
    person = await add_retiree(step, flags=("childless", "bedridden"))
    volunteer = await add_volunteer(step)
    volunteer.id_number = "430102196005153421"
    visit = await add_visit(step, VisitKind.CARE, person.id)
    visit.starts_at = step.now - timedelta(days=3)
    step.session.add(
        MinutesEntry(visit_id=visit.id, volunteer_id=volunteer.id, minutes=95, credited_at=step.now)
    )
    await step.session.flush()
    return person.id, volunteer.id


async def audited(site: Site, action: str) -> int:
    """How often something was written into the audit trail."""
    async with site.steps.look() as step:
        found = await step.session.scalars(select(AuditEntry).where(col(AuditEntry.action) == action))
        return len(list(found))


async def send(page: Page, where: str, **values: str) -> None:
    """Fill the form that posts to `where` and send it."""
    form = page.locator(f"form[action='{where}']").first
    await form.evaluate("f => { const d = f.closest('details'); if (d) d.open = true }")
    for name, value in values.items():
        field = form.locator(f"[name={name}]")
        if await field.evaluate("e => e.tagName") == "SELECT":
            await field.select_option(value)
        else:
            await field.fill(value)
    await form.locator("button").first.click()
    await page.wait_for_load_state()


async def test_a_rule_is_changed_from_a_day_on_and_keeps_its_history(page: Page, site: Site) -> None:
    await sign_in(page, site)
    await page.goto(f"{site.base}/policy")
    assert await page.locator("table tbody tr").count() == len(POLICY_ITEMS)
    await page.goto(f"{site.base}/policy/max_visits_day")
    await send(page, "/policy/max_visits_day", value="3", effective_on="2026-03-05", reason="夏季高温")
    assert "新值已确定" in await page.inner_text("main")
    assert "夏季高温" in await page.inner_text("main")
    assert "4 次" in await page.inner_text(".facts b"), "it does not hold yet"
    (row,) = await rows_of(site.steps, PolicyValue)
    assert (row.key, row.value, row.set_by) == ("max_visits_day", {"value": 3}, "staff:city")
    assert await audited(site, "policy.set") == 1
    site.clock.advance(timedelta(days=3))
    async with site.steps.look() as step:
        assert step.policy.max_visits_day == 3
        line = next(x for x in await load_lines(step.session, step.today) if x.item.key == "max_visits_day")
        assert line.value == 3


@pytest.mark.parametrize(
    ("key", "values", "says"),
    [
        ("max_visits_day", {"value": "99"}, ["规则 POLICY-01", "每名志愿者每天最多", "1 至 20 次"]),
        ("max_visits_day", {"value": "11"}, ["规则 POLICY-01", "与另一条规则矛盾", "每名志愿者每周最多"]),
        ("max_visits_day", {"effective_on": "2026-03-01"}, ["规则 POLICY-02", "今天或以后"]),
        ("reminder_days", {"value": "7, 30"}, ["规则 POLICY-01"]),
        ("retiree_hours", {"value": "12:00-08:30"}, ["规则 POLICY-01", "08:30-12:00"]),
    ],
)
async def test_a_value_that_cannot_be_is_refused_with_the_rules_name_and_the_way_out(
    page: Page, site: Site, key: str, values: dict[str, str], says: list[str]
) -> None:
    await sign_in(page, site)
    await page.goto(f"{site.base}/policy/{key}")
    await send(page, f"/policy/{key}", reason="试一试", **values)
    fault = await page.inner_text(".fault")
    assert all(piece in fault for piece in says), fault
    assert await rows_of(site.steps, PolicyValue) == []


async def test_only_the_city_changes_rules(page: Page, site: Site) -> None:
    await sign_in(page, site, "furong")
    await page.goto(f"{site.base}/policy/max_visits_day")
    assert await page.locator("form[action='/policy/max_visits_day']").count() == 0
    assert "只有市级" in await page.inner_text("main")


async def test_a_certificate_goes_from_notice_to_file(page: Page, site: Site) -> None:
    _, volunteer_id = await site.steps.run("system", fill)
    where = f"/volunteers/{volunteer_id}"
    await sign_in(page, site)
    await page.goto(site.base + where)
    assert "1.5" in await page.inner_text(".figures")
    await send(
        page, f"{where}/certificates", from_on="2026-01-01", to_on="2026-03-02", issuer="样本社区",
        responsible_person="样本主任", contact="0731-12345678",
    )  # fmt: skip
    (row,) = await rows_of(site.steps, ServiceCertificate)
    assert row.minutes == 95
    await page.goto(f"{site.base}/volunteers/notices")
    assert row.number in await page.inner_text("main")
    assert (await page.request.get(f"{site.base}{where}/certificates/{row.id}.pdf")).status == 409
    site.clock.advance(timedelta(days=7))
    await sign_in(page, site)
    await page.goto(site.base + where)
    await send(page, f"{where}/certificates/decide")
    assert "出具" in await page.inner_text("main")
    if certificate_pdf.FONT.exists():
        got = await page.request.get(f"{site.base}{where}/certificates/{row.id}.pdf")
        assert (got.status, (await got.body())[:5]) == (200, b"%PDF-")
        assert row.number in got.headers["content-disposition"]
        assert await audited(site, "certificate.download") == 1


async def test_a_volunteer_is_lent_and_paused_from_the_page(page: Page, site: Site) -> None:
    _, volunteer_id = await site.steps.run("system", fill)
    where = f"/volunteers/{volunteer_id}"
    await sign_in(page, site)
    await page.goto(f"{site.base}/volunteers?name=样本")
    await page.click(f"a[href='{where}']")
    await send(page, f"{where}/loans", district="430102", to_on="2026-03-20", reason="年节支援")
    (loan,) = await rows_of(site.steps, VolunteerLoan)
    assert (loan.volunteer_id, loan.approved_by) == (volunteer_id, "staff:city")
    await send(page, f"{where}/loans", district="430102", to_on="2026-03-20", reason="再借一次")
    assert "规则 VOL-01" in await page.inner_text(".fault")
    await send(page, f"{where}/status", status="paused", reason="被投诉")
    (volunteer,) = await rows_of(site.steps, Volunteer)
    assert volunteer.status is VolunteerStatus.PAUSED


async def test_contradicting_facts_are_refused_on_the_page(page: Page, site: Site) -> None:
    retiree_id, _ = await site.steps.run("system", fill)
    where = f"/retirees/{retiree_id}"
    await sign_in(page, site)
    await page.goto(f"{site.base}{where}")
    await page.click(f"a[href='{where}/care']")
    assert "B级" in await page.inner_text("main")
    await send(page, f"{where}/flags")
    details = page.locator(f"details form[action='{where}/flags']")
    await details.evaluate("f => { f.closest('details').open = true }")
    await details.locator("select").select_option("empty_nest")
    await details.locator("button").click()
    await page.wait_for_load_state()
    flags = {f.flag: f for f in await rows_of(site.steps, RetireeFlag)}
    if flags["childless"].ended_on is None:
        assert "规则 CARE-01" in await page.inner_text(".fault")
        assert "empty_nest" not in flags


@pytest.mark.parametrize("size", ["desk", "phone"])
async def test_a_machine_finds_nothing_wrong(page: Page, phone: Page, site: Site, size: str) -> None:
    retiree_id, volunteer_id = await site.steps.run("system", fill)
    window = page if size == "desk" else phone
    await sign_in(window, site)
    found: dict[str, Any] = {}
    for where in (
        "/policy",
        "/policy/campaign_days_before",
        "/policy/level_b_flags",
        "/volunteers",
        f"/volunteers/{volunteer_id}",
        "/volunteers/notices",
        f"/retirees/{retiree_id}/care",
        "/referrals",
        "/pauses",
    ):
        await window.goto(site.base + where)
        await window.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        faults = [f for f in await faults_of(window) if not f.endswith((": city", " test"))]  # accounts
        if faults:
            found[where] = faults
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)
