"""Quotas, progress, the unvisited and the contact list by the API: each role and area sees its own."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from domain.visits import VisitKind, VisitStatus
from models.audit import AuditEntry
from models.campaigns import Campaign
from models.scope import SYSTEM
from services.contacts import ContactEntry, record_contact
from services.steps import Step, Steps
from tests.api.conftest import SignIn
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_campaign, add_retiree, add_visit

YUHUA, FURONG = "430111000000", "430102000000"


@pytest.fixture
async def campaign(steps: Steps) -> Campaign:
    async def fill(step: Step) -> Campaign:
        row = await add_campaign(step, target_flags=["bedridden"], opens_on=step.today)
        for code in (COMMUNITY, OTHER_DISTRICT):
            values: dict[str, Any] = {"created_at": step.now - timedelta(days=200), "name": "样本慰问"}
            person = await add_retiree(step, flags=("bedridden",), division_code=code, **values)
            await record_contact(step, person, ContactEntry("phone", True, step.now - timedelta(days=40)))
            visit = await add_visit(
                step, VisitKind.CAMPAIGN, person.id, campaign_id=row.id, division_code=code
            )
            visit.status, visit.starts_at, visit.wake_at = VisitStatus.ACCEPTED, step.now, None
        await step.session.flush()
        return row

    return await steps.run("staff:officer", fill)


async def last_entry(steps: Steps) -> AuditEntry:
    async with steps.db.read(SYSTEM) as session:
        return list(await session.scalars(select(AuditEntry)))[-1]


async def test_the_city_enters_quotas_and_each_district_sees_its_own(
    sign_in: SignIn, campaign: Campaign
) -> None:
    city, base = await sign_in("city"), f"/api/v1/campaigns/{campaign.id}"
    answer = await city.post(f"{base}/quotas", json={"quotas": {YUHUA: 8, FURONG: None}, "version": 1})
    assert (answer.status, (await answer.json())["quotas"]) == (200, {YUHUA: 8}), await answer.text()
    answer = await city.post(f"{base}/quotas", json={"quotas": {YUHUA: 9}, "version": 1})
    assert answer.status == 409, "somebody else has changed it since"
    answer = await city.post(f"{base}/quotas", json={"quotas": {FURONG: -3}})
    assert (answer.status, (await answer.json())["error"]["field"]) == (422, f"quotas.{FURONG}")
    found = await (await city.get(f"{base}/progress")).json()
    assert [(d["division_code"], d["quota"], d["wanted"], d["agreed"]) for d in found["districts"]] == [
        (FURONG, None, 1, 1),
        (YUHUA, 8, 8, 1),
    ]
    assert (found["total"]["wanted"], found["total"]["unvisited"], found["total"]["percent"]) == (9, 2, 0)
    district = await sign_in("yuhua")
    own = await (await district.get(f"{base}/progress")).json()
    assert [(d["division_code"], d["quota"]) for d in own["districts"]] == [(YUHUA, 8)]
    answer = await district.post(f"{base}/quotas", json={"quotas": {YUHUA: 1}})
    assert answer.status == 404, "the city's campaign has the city's quotas"


async def test_who_opened_a_campaign_stops_it_with_a_reason(
    sign_in: SignIn, campaign: Campaign, steps: Steps
) -> None:
    path, body = f"/api/v1/campaigns/{campaign.id}/stop", {"version": 1, "reason": "对象类别选错"}
    district = await sign_in("yuhua")
    assert (await district.post(path, json=body)).status == 404, "the city's campaign"
    city = await sign_in("city")
    assert (await city.post(path, json=body | {"reason": ""})).status == 422
    answer = await city.post(path, json=body)
    said = await answer.json()
    assert (answer.status, said["version"], said["stopped_at"] is None) == (200, 2, False)
    async with steps.db.read(SYSTEM) as session:
        stops = await session.scalars(select(AuditEntry).where(col(AuditEntry.action) == "campaign.stop"))
        assert [(stop.who, stop.why) for stop in stops] == [("staff:city", "对象类别选错")]
    answer = await city.post(path, json=body | {"version": 2})
    assert (answer.status, (await answer.json())["error"]["code"]) == (409, "campaign_over")
    found = await (await city.get("/api/v1/campaigns")).json()
    assert found["campaigns"][0]["stopped_at"] is not None


async def test_the_unvisited_are_masked_and_the_workbook_is_written_down(
    sign_in: SignIn, campaign: Campaign, steps: Steps
) -> None:
    path = f"/api/v1/campaigns/{campaign.id}/unvisited"
    browser = await sign_in("yuhua")
    found = await (await browser.get(path)).json()
    assert found["total"] == 1
    (one,) = found["persons"]
    assert (one["name"], one["division_code"], one["why"]) == ("样**问", COMMUNITY, "visit_agreed")
    assert (await browser.get(path, params={"area": "430102"})).status == 200
    elsewhere = await (await browser.get(path, params={"area": "430102"})).json()
    assert elsewhere["total"] == 1, "another area is not asked for: the own one is shown"
    assert (await browser.post(path, json={"reason": "    "})).status == 422
    answer = await browser.post(path, json={"reason": "节前逐户核对"})
    assert answer.status == 200
    sheet: Any = load_workbook(io.BytesIO(await answer.read())).active
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert [row[3] for row in rows[2:]] == ["姓名", "样本慰问"]
    entry = await last_entry(steps)
    assert (entry.action, entry.who, entry.row_id, entry.fields) == (
        "list.unvisited",
        "staff:yuhua",
        str(campaign.id),
        ["1 rows"],
    )
    for name, status in (("reviewer", 403), ("lead", 403)):
        assert (await (await sign_in(name)).post(path, json={"reason": "to look"})).status == status
    assert (await (await sign_in("lead")).get(path)).status == 403


async def test_17_contacts_of_the_own_area_with_the_overdue_first(
    sign_in: SignIn, campaign: Campaign, steps: Steps
) -> None:
    browser = await sign_in("yuhua")
    found = await (await browser.get("/api/v1/contacts", params={"only_overdue": "true"})).json()
    assert (found["total"], found["overdue"]) == (1, 1)
    (one,) = found["persons"]
    assert (one["name"], one["level"], one["channel"], one["last_contact_form"]) == (
        "样**问",
        "B",
        "text",
        "phone",
    )
    assert one["overdue_days"] > 0
    assert one["next_visit"]["status"] == "accepted"
    assert "****" in one["number"]
    person = await (await browser.get(f"/api/v1/retirees/{UUID(one['retiree_id'])}")).json()
    assert (person["last_contact_at"], person["last_contact_form"]) == (one["last_contact_at"], "phone")
    answer = await browser.post("/api/v1/contacts/overdue", json={"reason": "本周逐户联系"})
    assert answer.status == 200
    assert (await last_entry(steps)).action == "list.overdue_contacts"
    assert (await (await sign_in("auditor")).get("/api/v1/contacts")).status == 200
    assert (await (await sign_in("auditor")).post("/api/v1/contacts/overdue", json={})).status == 403
