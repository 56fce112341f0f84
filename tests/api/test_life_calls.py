"""Events in people's lives, lists and upkeep through the API: areas, roles, refusals."""

from __future__ import annotations

import io
from datetime import date
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from models.audit import AuditEntry
from models.desk import DeskItem
from models.retirees import Retiree
from models.scope import SYSTEM
from services.retirees import record_certification
from services.steps import Step, Steps
from tests.api.conftest import SignIn
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_retiree


@pytest.fixture
async def person(steps: Steps) -> UUID:
    async def make(step: Step) -> UUID:
        row = await add_retiree(step, name="样本王", id_number="430102194203150022")
        await record_certification(step, row, "self_face", date(2025, 3, 10))
        return row.id

    return await steps.run("system", make)


async def test_a_death_twice_and_its_reversal(sign_in: SignIn, person: UUID) -> None:
    browser = await sign_in("yuhua")
    path = f"/api/v1/retirees/{person}/death"
    first = await browser.post(path, json={"died_on": "2026-02-20", "source": "relative"})
    assert first.status == 200, await first.text()
    proposal = await first.json()
    assert (proposal["due_on"], proposal["is_late"]) == ("2026-03-20", False)
    again = await browser.post(path, json={"died_on": "2026-02-20"})
    assert again.status == 409
    assert "十六条" in (await again.json())["error"]["message"]
    decide = f"/api/v1/proposals/{proposal['id']}/decide"
    wrong = {"version": proposal["version"], "decision": "withdraw", "reason": ""}
    assert (await browser.post(decide, json=wrong)).status == 422
    done = await browser.post(decide, json={**wrong, "reason": "同名同姓误报"})
    assert (await done.json())["status"] == "withdrawn"
    shown = await (await browser.get(f"/api/v1/retirees/{person}")).json()
    assert shown["life_status"] == "living"


async def test_the_future_is_refused_and_other_areas_see_nothing(sign_in: SignIn, person: UUID) -> None:
    own, foreign = await sign_in("yuhua"), await sign_in("furong")
    answer = await own.post(
        f"/api/v1/retirees/{person}/certifications", json={"occurred_on": "2026-03-03", "channel": "silent"}
    )
    assert answer.status == 422
    assert "CERT-05" in (await answer.json())["error"]["message"]
    for what, body in (("death", {}), ("hospital", {}), ("transfers", {"where_to": "abroad"})):
        assert (await foreign.post(f"/api/v1/retirees/{person}/{what}", json=body)).status == 404
    reviewer = await sign_in("reviewer")
    assert (await reviewer.post(f"/api/v1/retirees/{person}/death", json={})).status == 403


async def test_a_move_needs_both_sides(sign_in: SignIn, person: UUID, steps: Steps) -> None:
    old, new = await sign_in("yuhua"), await sign_in("furong")
    asked = await old.post(
        f"/api/v1/retirees/{person}/transfers", json={"division_code": OTHER_DISTRICT, "address": "样本新居"}
    )
    move = await asked.json()
    assert (move["status"], move["from_division"]) == ("requested", COMMUNITY)
    path = f"/api/v1/transfers/{move['id']}/confirm"
    assert (await old.post(path, json={"side": "to"})).status == 403
    assert (await (await old.post(path, json={"side": "from"})).json())["status"] == "requested"
    (waiting,) = (await (await new.get("/api/v1/transfers")).json())["transfers"]
    assert waiting["id"] == move["id"]
    assert (await (await new.post(path, json={"side": "to"})).json())["status"] == "done"
    assert (await new.post(path, json={"side": "to"})).status == 409
    async with steps.db.read(SYSTEM) as session:
        row = await session.get(Retiree, person)
        assert row is not None
        assert (row.division_code, row.address) == (OTHER_DISTRICT, "样本新居")


async def test_lists_leave_with_a_reason_and_a_trace(sign_in: SignIn, person: UUID, steps: Steps) -> None:
    browser = await sign_in("yuhua")
    path = "/api/v1/lists/suspensions"
    assert (await browser.post(path, json={"month": "2026-04-01", "reason": ""})).status == 422
    answer = await browser.post(path, json={"month": "2026-04-15", "reason": "报送四月名单"})
    assert answer.status == 200
    cells = load_workbook(io.BytesIO(await answer.read())).worksheets[0].iter_rows(values_only=True)
    assert any("样本王" in row for row in cells)
    async with steps.db.read(SYSTEM) as session:
        entry = await session.scalar(select(AuditEntry).where(col(AuditEntry.action) == "list.suspensions"))
    assert entry is not None
    assert (entry.who, entry.role, entry.fields) == (
        "staff:yuhua",
        "district_agency",
        ["1 rows", "2026-04-01"],
    )
    assert (
        await browser.post("/api/v1/lists/all", json={"month": "2026-04-01", "reason": "报送四月名单"})
    ).status == 404
    auditor = await sign_in("auditor")
    assert (await auditor.post(path, json={"month": "2026-04-01", "reason": "报送四月名单"})).status == 403
    shown = await (await auditor.get("/api/v1/certifications/forecast?months=2")).json()
    assert [area["counts"] for area in shown["areas"]] == [[1, 0]]
    listed = await (await auditor.get("/api/v1/certifications/persons?month=2026-04-01")).text()
    assert "样本王" not in listed


async def test_upkeep_is_the_city_s(sign_in: SignIn, person: UUID) -> None:
    city, district = await sign_in("city"), await sign_in("yuhua")
    off = [f"2027-01-0{n}" for n in range(1, 5)] + [f"2027-10-0{n}" for n in range(1, 8)]
    body = {"days_off": off, "work_days": [], "source": "国办发明电样本"}
    assert (await district.post("/api/v1/holidays/2027", json=body)).status == 403
    assert (await (await city.post("/api/v1/holidays/2027", json=body)).json()) == {"moved": 0}
    assert (await city.post("/api/v1/holidays/2027", json={**body, "days_off": off[:2]})).status == 422
    merge = {"successor": OTHER_DISTRICT, "on": "2026-03-02", "reason": "社区合并"}
    moved = await city.post(f"/api/v1/divisions/{COMMUNITY}/merge", json=merge)
    assert (await moved.json()) == {"moved": 1}
    assert (await city.post(f"/api/v1/divisions/{COMMUNITY}/merge", json=merge)).status == 422
    away = {"until": "2026-03-09T00:00:00Z"}
    assert (await district.post("/api/v1/staff/furong/leave", json=away)).status == 403
    assert (await district.post("/api/v1/staff/yuhua/leave", json=away)).status == 200


async def test_only_a_complaint_is_answered_as_one(sign_in: SignIn, person: UUID, steps: Steps) -> None:
    browser = await sign_in("yuhua")
    moved = await browser.post(f"/api/v1/retirees/{person}/transfers", json={"where_to": "abroad"})
    assert moved.status == 200
    async with steps.db.read(SYSTEM) as session:
        item = (await session.scalars(select(DeskItem).where(col(DeskItem.kind) == "transfer"))).one()
    body = {"result": "apologised"}
    refused = await browser.post(f"/api/v1/complaints/{item.id}/answer", json=body)
    assert (refused.status, (await refused.json())["error"]["code"]) == (404, "complaint")
    filed = await browser.post(f"/api/v1/retirees/{person}/complaints", json={"about": "service"})
    item_id = (await filed.json())["id"]
    assert (await browser.post(f"/api/v1/complaints/{item_id}/answer", json=body)).status == 200
    assert (await browser.post(f"/api/v1/complaints/{item_id}/answer", json=body)).status == 409
