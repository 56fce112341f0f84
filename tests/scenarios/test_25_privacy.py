"""Scenario 25: who sees whom, for how long, and what is written down about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from domain.visits import VisitKind, VisitStatus
from models.audit import AuditEntry, broken_links
from models.retirees import Retiree
from models.visits import Visit
from services.steps import Step
from tests.factories import OTHER_DISTRICT, add_contact, add_retiree, add_visit
from tests.scenarios.people import ID_NUMBER, add_certified, add_crew
from tests.scenarios.phone_page import open_page
from tests.scenarios.stage import Stage

ADDRESS = "样本小区9栋902室"


async def test_another_district_s_person_is_not_there_and_the_look_is_logged(stage: Stage) -> None:
    person: Retiree = await stage.run(
        lambda step: add_retiree(step, division_code=OTHER_DISTRICT, name="样本外区", id_number=ID_NUMBER),
        "system",
    )
    answer = await (await stage.staff("yuhua")).get(f"/api/v1/retirees/{person.id}")
    assert answer.status in (403, 404), "no difference between foreign and unknown"
    assert "样本外区" not in await answer.text()
    page = await (await stage.staff("yuhua")).get(f"/retirees/{person.id}")
    assert page.status in (403, 404)
    assert ID_NUMBER not in await page.text()
    refused = [e for e in await stage.rows(AuditEntry) if e.row_id == str(person.id)]
    assert {(e.who, e.action) for e in refused} == {("staff:yuhua", "access.refused")}
    assert len(refused) == 2
    assert (await stage.get("furong", f"/retirees/{person.id}"))["name"] == "样**区"
    assert broken_links(await stage.rows(AuditEntry)) == []


async def test_a_volunteer_sees_the_address_only_around_the_visit(stage: Stage) -> None:
    async def fill(step: Step) -> Visit:
        person = await add_retiree(step, address=ADDRESS, id_number=ID_NUMBER)
        await add_crew(step, 2)
        return await add_visit(step, VisitKind.CARE, person.id, opens_on=step.today + timedelta(days=4))

    visit: Visit = await stage.run(fill, "system")
    visit = await stage.agree(visit.id)
    lead = (await stage.crew(visit.id))[0]
    page = await open_page(stage, visit, lead)
    code = (await stage.seats(visit.id))[0].code
    assert "902" not in await page.say_who(), "days before"
    assert visit.starts_at is not None
    await stage.until(visit.starts_at - timedelta(hours=23))
    await page.send("", code=code)
    assert ADDRESS in await page.say_who()
    await stage.until(visit.starts_at + timedelta(days=2))
    await page.send("", code=code)
    later = await page.see()
    assert "902" not in later
    assert "样本小区" not in later
    looks = [e for e in await stage.audited("look") if e.who == f"volunteer:{lead.id}"]
    assert looks
    assert {e.row_id for e in looks} == {str(visit.retiree_id)}
    assert ID_NUMBER not in later
    assert (await stage.visit(visit.id)).status is not VisitStatus.ACCEPTED


async def test_an_export_needs_a_reason_and_is_logged(stage: Stage) -> None:
    async def fill(step: Step) -> None:
        for _ in range(30):
            await add_certified(step, date(2026, 3, 2), id_number=None, home_visit_ground="")

    await stage.run(fill, "system")
    await stage.skip(datetime(2027, 4, 1, 2, 0, tzinfo=UTC))
    order = {"month": "2027-04-01", "area": "430111"}
    browser = await stage.staff("yuhua")
    refused = await browser.post("/api/v1/lists/suspensions", json={**order, "reason": ""})
    assert refused.status == 422
    assert await stage.audited("list.suspensions") == []
    given = await browser.post("/api/v1/lists/suspensions", json={**order, "reason": "送经办机构核对"})
    assert given.status == 200
    assert given.content_type.endswith("spreadsheetml.sheet")
    (entry,) = await stage.audited("list.suspensions")
    assert (entry.who, entry.why, entry.table_name) == ("staff:yuhua", "送经办机构核对", "retirees")
    assert "30 rows" in entry.fields


async def test_a_person_gets_a_copy_of_everything_held(stage: Stage) -> None:
    """Edge: PIPL art. 45: the copy is complete, in plain text, for the one who asks, and logged."""

    async def fill(step: Step) -> Retiree:
        person = await add_retiree(step, name="样本王小英", address=ADDRESS, id_number=ID_NUMBER)
        await add_contact(step, person, name="样本女儿")
        await add_crew(step, 2)
        await add_visit(step, VisitKind.CARE, person.id)
        return person

    person: Retiree = await stage.run(fill, "system")
    copy = await stage.post("yuhua", f"/retirees/{person.id}/copy", reason="本人来电申请副本")
    text = str(copy)
    for held in ("样本王小英", ADDRESS, ID_NUMBER, "样本女儿"):
        assert held in text
    assert len(copy["visits"]) == 1
    (entry,) = await stage.audited("copy")
    assert (entry.row_id, entry.why) == (str(person.id), "本人来电申请副本")
