"""Office, complaints, third persons, gifts and minutes to confirm: they read well and do what they say."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from sqlmodel import col, select

from domain.visits import SeatStatus, VisitKind, VisitStatus
from models.campaigns import GiftReceipt
from models.desk import DeskItem
from models.divisions import Division
from models.holidays import HolidayYear
from models.retirees import Retiree
from models.staff import Staff
from models.visits import Seat, Visit
from models.volunteers import MinutesEntry, Volunteer
from services import desk
from services.complaints import file_complaint
from services.gifts import GiftForm, record_gift
from services.steps import Step
from services.third_persons import load_third_persons, take_along
from services.volunteers.records import load_ledger
from tests.factories import OTHER_DISTRICT, add_campaign, add_retiree, add_visit, add_volunteer
from tests.pages.conftest import Site, sign_in
from tests.pages.test_rules_and_people import send
from tests.servers.absent import absent
from tests.services.scenes import rows_of
from tools.look_over import AXE, faults_of

pytestmark = pytest.mark.browser
NAMES = (
    "English: city",
    "English: furong",
    "English: reviewer",
    "English: street",
    "English: 已返岗：street",
)
TABLE_2027 = "2027-01-01至2027-01-03，2027-02-05至2027-02-11、2027-04-05 2027-05-01至2027-05-05"


async def fill(step: Step) -> dict[str, UUID]:
    """An agreed visit of a campaign with two adults, a minor, and somebody's unconfirmed minutes."""
    person = await add_retiree(step, name="样本红")
    campaign = await add_campaign(step, opens_on=step.today, gift="米油", gift_fen=12_000)
    visit = await add_visit(step, VisitKind.CAMPAIGN, person.id, campaign_id=campaign.id)
    visit.status, visit.starts_at = VisitStatus.ACCEPTED, step.now + timedelta(days=1)
    crew = [await add_volunteer(step) for _ in range(2)]
    seats = await step.session.scalars(select(Seat).where(col(Seat.visit_id) == visit.id))
    for seat, volunteer in zip(seats, crew, strict=True):
        seat.volunteer_id, seat.status = volunteer.id, SeatStatus.ACCEPTED
    minor = await add_volunteer(
        step, name="样本少年", born_on=date(2010, 5, 1), guardian_consent_on=date(2026, 1, 1)
    )
    done = await add_visit(step, VisitKind.CARE, person.id)
    done.starts_at = step.now - timedelta(days=1)
    entry = MinutesEntry(
        visit_id=done.id, volunteer_id=crew[0].id, minutes=0, to_confirm=30, credited_at=step.now
    )
    step.session.add(entry)
    await step.session.flush()
    return {
        "person": person.id, "campaign": campaign.id, "visit": visit.id, "minor": minor.id,
        "volunteer": crew[0].id,
    }  # fmt: skip


async def with_entries(site: Site) -> dict[str, UUID]:
    """As `fill`, with a complaint, a third person, a gift, somebody away, a loaded year and a merged area."""

    async def work(step: Step) -> dict[str, UUID]:
        found = await fill(step)
        visit = await step.session.get(Visit, found["visit"])
        person = await step.session.get(Retiree, found["person"])
        minor = await step.session.get(Volunteer, found["minor"])
        assert visit is not None
        assert person is not None
        assert minor is not None
        await take_along(step, visit, minor, "样本监护人")
        await record_gift(step, person, GiftForm(found["campaign"], "self", visit_id=visit.id))
        await file_complaint(step, person, "service")
        street = await step.session.scalar(select(Staff).where(col(Staff.username) == "street"))
        assert street is not None
        street.away_until = step.now + timedelta(days=3)
        old = await step.session.get(Division, OTHER_DISTRICT)
        assert old is not None
        old.valid_to, old.successor_code = step.today, "430111001001"
        return found

    return await site.steps.run("staff:city", work)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_the_pages_read_well(site: Site, page: Page, language: str, width: int) -> None:
    if not AXE.exists():
        absent("axe-core is missing: make setup fetches it")
    found = await with_entries(site)
    await page.set_viewport_size({"width": width, "height": 900})
    await sign_in(page, site)
    seen = {}
    for path in (
        "/office",
        "/complaints",
        "/volunteers/minutes",
        f"/visits/{found['visit']}",
        f"/campaigns/{found['campaign']}",
        f"/volunteers/{found['volunteer']}",
        f"/retirees/{found['person']}",
    ):
        await page.goto(f"{site.base}{path}?lang={language}")
        await page.wait_for_load_state("networkidle")
        await page.eval_on_selector_all("details:not(.pop)", "all => all.forEach(d => d.open = true)")
        seen[path] = [fault for fault in await faults_of(page) if fault not in NAMES]
    assert {path: faults for path, faults in seen.items() if faults} == {}


async def test_a_year_s_table_is_loaded_and_what_is_wrong_is_named(site: Site, page: Page) -> None:
    await sign_in(page, site)
    await page.goto(f"{site.base}/office")
    next_year = page.locator("table.list tbody tr").first
    await expect(next_year).to_contain_text("2027")
    await expect(next_year).to_contain_text("暂定")
    for wrong, says in (
        ({"days_off": "一月一日"}, "2027-01-01"),
        ({"days_off": "2027-02-11至2027-02-05"}, "先后有序"),
        ({"days_off": "2027-01-01"}, "工作日规则"),
        ({"days_off": TABLE_2027, "work_days": "2027-05-01"}, "工作日规则"),
    ):
        await send(page, "/office/holidays", year="2027", source="国务院办公厅通知", **wrong)
        await expect(page.locator(".fault")).to_contain_text(says)
    assert await rows_of(site.steps, HolidayYear) == []
    await send(page, "/office/holidays", year="2027", days_off=TABLE_2027, source="国务院办公厅通知")
    (row,) = await rows_of(site.steps, HolidayYear)
    assert len(row.days["off"]) == 16
    assert (row.source, row.loaded_by) == ("国务院办公厅通知", "staff:city")
    first = page.locator("table.list tbody tr").first
    await expect(first).not_to_contain_text("暂定")
    await expect(first).to_contain_text("16")


async def test_leave_goes_to_the_next_person_and_ends(site: Site, page: Page) -> None:
    async def matter(step: Step) -> None:
        person = await add_retiree(step)
        visit = await add_visit(step, VisitKind.CARE, person.id)
        await desk.open_visit_item(step, visit, "unfilled")

    await site.steps.run("system", matter)
    await sign_in(page, site, "street")
    await page.goto(f"{site.base}/office")
    await expect(page.locator("main")).to_contain_text("休假期间，事项转交： city")
    assert await page.locator("form[action='/office/mergers']").count() == 0, "the city's"
    await send(page, "/office/leave", last_on="2026-03-04")
    await expect(page.locator("section:has(#l-h)")).to_contain_text("street")
    (item,) = await rows_of(site.steps, DeskItem)
    assert item.responsible == "staff:city"
    await page.click("text=已返岗：street")
    await expect(page.locator("main")).to_contain_text("全员在岗")
    csrf = await page.locator("input[name=csrf]").first.get_attribute("value") or ""
    for where, form, status in (
        ("leave", {"username": "city", "last_on": "2026-03-09"}, 422),
        ("leave", {"last_on": "2026-03-01"}, 422),
        ("leave", {"last_on": "soon"}, 422),
        ("mergers", {"old": "x"}, 403),
        ("holidays", {"year": "2027"}, 403),
    ):
        got = await page.request.post(f"{site.base}/office/{where}", form={"csrf": csrf, **form})
        assert got.status == status, where
    staff = {row.username: row.away_until for row in await rows_of(site.steps, Staff)}
    assert staff["city"] is None


async def test_an_area_is_merged_and_what_is_wrong_is_named(site: Site, page: Page) -> None:
    person = await site.steps.run("system", lambda step: add_retiree(step, division_code=OTHER_DISTRICT))
    await sign_in(page, site)
    await page.goto(f"{site.base}/office")
    for old, successor, says in (
        ("哪里", OTHER_DISTRICT, "列表"),
        (OTHER_DISTRICT, OTHER_DISTRICT, "同级"),
    ):
        await send(page, "/office/mergers", old=old, successor=successor, on="2026-03-02", reason="区划调整")
        await expect(page.locator(".fault")).to_contain_text(says)
    await send(
        page, "/office/mergers", old=f"样本二社区 {OTHER_DISTRICT}", successor="430111001001",
        on="2026-03-02", reason="区划调整",
    )  # fmt: skip
    await expect(page.locator("main")).to_contain_text(f"{OTHER_DISTRICT} → 430111001001")
    (moved,) = await rows_of(site.steps, Retiree, col(Retiree.id) == person.id)
    assert moved.division_code == "430111001001"


async def test_a_complaint_gets_its_number_its_day_and_its_answer(site: Site, page: Page) -> None:
    found = await site.steps.run("system", fill)
    await sign_in(page, site)
    await page.goto(f"{site.base}/retirees/{found['person']}")
    where = f"/retirees/{found['person']}/complaints"
    await send(page, where, about="volunteer")
    await expect(page.locator("main")).to_contain_text("志愿者")
    assert await rows_of(site.steps, DeskItem) == [], "a volunteer is named"
    await page.goto(f"{site.base}/retirees/{found['person']}")
    await send(page, where, about="volunteer", volunteer=f"{site.base}/volunteers/{found['volunteer']}?x=1")
    row = page.locator("table.list tbody tr")
    await expect(row).to_contain_text("TS2603-0001")
    (item,) = await rows_of(site.steps, DeskItem)
    assert item.volunteer_id == found["volunteer"]
    await page.context.clear_cookies()
    await sign_in(page, site, "furong")
    await page.goto(f"{site.base}/complaints")
    await expect(page.locator("main")).to_contain_text("没有待答复的投诉")
    await page.context.clear_cookies()
    await sign_in(page, site, "reviewer")
    await page.goto(f"{site.base}/complaints")
    await expect(row).to_have_count(1)
    assert await page.locator("form[action$=answer]").count() == 0, "the agency answers"
    await page.context.clear_cookies()
    await sign_in(page, site)
    await page.goto(f"{site.base}/complaints")
    await send(page, f"/complaints/{item.id}/answer", result="已向本人致歉")
    await expect(page.locator(".notice")).to_contain_text("已答复")
    await page.goto(f"{site.base}/complaints?which=all")
    await expect(row).to_contain_text("已向本人致歉")
    kinds = sorted(m.kind for m in await rows_of(site.steps, DeskItem, col(DeskItem.closed_at).is_(None)))
    assert kinds == ["call"], "somebody rings"


async def test_a_minor_comes_along_and_the_gift_is_signed_for(site: Site, page: Page) -> None:
    found = await site.steps.run("system", fill)
    visit = f"/visits/{found['visit']}"
    await sign_in(page, site)
    await page.goto(site.base + visit)
    await page.wait_for_selector(f"form[action='{visit}/companions']", state="attached")
    assert await page.locator(f"form[action='{visit}/gift']").count() == 0, "not before the visit"
    adult = f"{site.base}/volunteers/{found['volunteer']}"
    await send(page, f"{visit}/companions", volunteer=adult, guardian="样本监护人")
    await expect(page.locator("main")).to_contain_text("VOL-10")
    await page.goto(site.base + visit)
    await page.wait_for_selector(f"form[action='{visit}/companions']", state="attached")
    young = f"{site.base}/volunteers/{found['minor']}"
    await send(page, f"{visit}/companions", volunteer=young, guardian="样本监护人")
    await expect(page.locator("main")).to_contain_text("样**年")

    async def begin(step: Step) -> list[UUID]:
        row = await step.session.get(Visit, found["visit"])
        assert row is not None
        row.status = VisitStatus.CHECKED_IN
        return [one.id for one in await load_third_persons(step, row)]

    assert await site.steps.run("system", begin) == [found["minor"]]
    await page.goto(site.base + visit)
    await page.wait_for_selector(f"form[action='{visit}/gift']", state="attached")
    await send(page, f"{visit}/gift", yuan="-1")
    await expect(page.locator("main")).to_contain_text("CAMP-02")
    assert await rows_of(site.steps, GiftReceipt) == []
    await page.goto(site.base + visit)
    await page.wait_for_selector(f"form[action='{visit}/gift']", state="attached")
    await send(page, f"{visit}/gift", relation="女儿")
    (row,) = await rows_of(site.steps, GiftReceipt)
    assert (row.signed_by, row.item, row.value_fen, row.visit_id) == ("女儿", "米油", 12_000, found["visit"])
    await page.goto(f"{site.base}/campaigns/{found['campaign']}")
    await expect(page.locator("section:has(#gifts-h)")).to_contain_text("120.00 元")
    csrf = await page.locator("input[name=csrf]").first.get_attribute("value") or ""
    again = await page.request.post(f"{site.base}{visit}/gift", form={"csrf": csrf, "signed_by": "self"})
    assert again.status == 409, "one gift per person and campaign"
    await page.context.clear_cookies()
    await sign_in(page, site, "furong")
    await page.goto(f"{site.base}/campaigns/{found['campaign']}")
    assert await page.locator("#gifts-h").count() == 0, "of the own area only"


async def test_vol_07_planned_minutes_count_once_they_are_confirmed(site: Site, page: Page) -> None:
    found = await site.steps.run("system", fill)

    async def true_minutes() -> list[int]:
        async with site.steps.look() as step:
            return [line.spell.true_minutes for line in await load_ledger(step, found["volunteer"])]

    assert await true_minutes() == [0]
    await sign_in(page, site)
    await page.goto(f"{site.base}/volunteers/{found['volunteer']}")
    await expect(page.locator("main")).to_contain_text("计划 30 分钟，待确认")
    await page.goto(f"{site.base}/volunteers/minutes")
    await send(page, f"/volunteers/{found['volunteer']}/minutes", minutes="25", reason="同行者与社区均确认")
    await expect(page.locator(".notice")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("没有待确认的时长")
    assert await true_minutes() == [25]
    await page.goto(f"{site.base}/volunteers/{found['volunteer']}")
    await expect(page.locator("main")).not_to_contain_text("待确认")
