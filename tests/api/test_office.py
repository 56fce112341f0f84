"""The office's other work: desk, tasks, campaigns, registers, policy, oversight."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import FormData
from openpyxl import load_workbook
from sqlmodel import select

from config.clock import ManualClock
from models.audit import AuditEntry
from models.retirees import Retiree
from models.scope import SYSTEM
from services.desk import open_item
from services.steps import Step, Steps
from tests.api.conftest import Client, SignIn
from tests.factories import COMMUNITY, OTHER_DISTRICT

TASK = {
    "title": "Read the newspaper aloud",
    "division_code": COMMUNITY,
    "opens_on": "2026-03-03",
    "due_on": "2026-03-20",
}
CSV = (
    "姓名,性别,公民身份号码,联系电话,区县,街道,社区\n样本甲,女,{id},13912345678,雨花区,侯家塘街道,样本社区\n"
)


async def post(browser: Client, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = await browser.post(path, json=body)
    return answer.status, await answer.json()


async def test_desk_oldest_promise_first_and_closed_once(sign_in: SignIn, steps: Steps) -> None:
    async def make(step: Step) -> None:
        for hours, key in ((5, "later"), (1, "sooner")):
            due = step.now + timedelta(hours=hours)
            await open_item(step, "reply", key, COMMUNITY, due_at=due, detail={"text": f"{key} 13912345678"})

    browser = await sign_in("yuhua")
    await steps.run("system", make)
    found = await (await browser.get("/api/v1/desk")).json()
    assert [i["detail"]["text"] for i in found["items"]] == ["sooner 139****5678", "later 139****5678"]
    assert (await (await browser.get("/api/v1/desk", params={"mine": "true"})).json())["total"] == 2
    item = found["items"][0]
    path, body = f"/api/v1/desk/{item['id']}/close", {"version": item["version"], "resolution": "called back"}
    status, closed = await post(browser, path, body)
    assert (status, closed["resolution"]) == (200, "called back")
    status, again = await post(browser, path, {**body, "version": closed["version"]})
    assert status == 409, again
    assert (await (await browser.get("/api/v1/desk")).json())["total"] == 1
    async with steps.db.read(SYSTEM) as session:
        assert [e.action for e in await session.scalars(select(AuditEntry))][-1] == "desk.close"


async def test_tasks_are_opened_in_the_own_area(sign_in: SignIn) -> None:
    browser = await sign_in("lead")
    status, visit = await post(browser, "/api/v1/tasks", TASK)
    assert (status, visit["kind"], visit["status"], visit["who"]) == (201, "task", "due", TASK["title"])
    assert (await post(browser, "/api/v1/tasks", {**TASK, "division_code": OTHER_DISTRICT}))[0] == 404
    for field, value in (("due_on", "2026-03-01"), ("crew_size", 3), ("skills", ["flying"]), ("title", "")):
        status, found = await post(browser, "/api/v1/tasks", {**TASK, field: value})
        assert (status, found["error"]["field"]) == (422, field)


async def test_campaigns(sign_in: SignIn) -> None:
    browser = await sign_in("yuhua")
    form = {"festival": "dragon_boat", "year": 2026, "division_code": "430111000000", "gift": "粽子"}
    status, made = await post(browser, "/api/v1/campaigns", form)
    assert (status, made["festival_on"]) == (201, "2026-06-19")
    assert (await post(browser, "/api/v1/campaigns", form))[0] == 422, "once"
    assert (await post(browser, "/api/v1/campaigns", {**form, "division_code": "430100000000"}))[0] == 404
    listed = await (await browser.get("/api/v1/campaigns")).json()
    assert [c["id"] for c in listed["campaigns"]] == [made["id"]]
    assert (await (await (await sign_in("furong")).get("/api/v1/campaigns")).json())["campaigns"] == []


async def upload(browser: Client, content: bytes, name: str = "名册.csv", **fields: str) -> Any:
    form = FormData()
    form.add_field("file", content, filename=name, content_type="text/csv")
    for key, value in fields.items():
        form.add_field(key, value)
    token = (await (await browser.get("/api/v1/session")).json())["csrf_token"]
    return await browser.post("/api/v1/imports", data=form, headers={"X-CSRF-Token": token})


async def count_retirees(steps: Steps) -> int:
    async with steps.db.read(SYSTEM) as session:
        return len(list(await session.scalars(select(Retiree))))


async def test_registers_dry_run_then_real_with_report(sign_in: SignIn, steps: Steps, tmp_path: Any) -> None:
    browser = await sign_in("city")
    good = CSV.format(id="430102194203150022").encode("gb18030")
    tried = await upload(browser, good, kind="retirees")
    assert tried.status == 200, await tried.text()
    figures = await tried.json()
    assert (figures["dry_run"], figures["rows"]) == (True, 1)
    assert await count_retirees(steps) == 0
    done = await (await upload(browser, good, dry_run="false")).json()
    assert done["rows"] == done["accepted"] + done["rejected"] == 1
    assert await count_retirees(steps) == done["accepted"]
    report = await browser.get(f"/api/v1/imports/{done['id']}/report")
    assert report.status == 200
    place = tmp_path / "fetched.xlsx"
    place.write_bytes(await report.read())
    assert load_workbook(place).sheetnames
    assert list((tmp_path / "imports").rglob("register.*")) == [], "the register itself is not kept"


async def test_reports_belong_to_whoever_imported(sign_in: SignIn, steps: Steps) -> None:
    done = await (await upload(await sign_in("city"), CSV.format(id="430102194203150022").encode())).json()
    assert (await (await sign_in("yuhua")).get(f"/api/v1/imports/{done['id']}/report")).status == 403


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"nonsense", "a.xlsx"),
        (b"a,b\n1,2\n", "a.csv"),
        (CSV.format(id="1").encode(), "a.exe"),
        (CSV.encode(), "../../a"),
    ],
)
async def test_unusable_registers_are_refused_with_a_sentence(
    sign_in: SignIn, content: bytes, name: str
) -> None:
    answer = await upload(await sign_in("city"), content, name)
    found = await answer.json()
    assert (answer.status, found["error"]["field"]) == (422, "file"), found
    assert found["error"]["message"]


async def test_policy_is_decided_for_later_and_checked(
    sign_in: SignIn, clock: ManualClock, steps: Steps
) -> None:
    browser = await sign_in("city")

    async def value(key: str) -> Any:
        items = (await (await browser.get("/api/v1/policy")).json())["items"]
        return next(i for i in items if i["key"] == key)

    before = await value("no_show_minutes")
    body = {"value": before["default"] + 5, "effective_on": "2026-03-03", "reason": "decided by the office"}
    status, decided = await post(browser, "/api/v1/policy/no_show_minutes", body)
    assert (status, decided["value"]) == (201, before["default"]), "not yet"
    assert decided["decisions"][0]["set_by"] == "staff:city"
    clock.advance(timedelta(hours=20))
    browser = await sign_in("city")
    assert (await value("no_show_minutes"))["value"] == before["default"] + 5
    for wrong in ({"value": -1}, {"value": "many"}, {"value": None}, {"effective_on": "2026-02-01"}):
        status, found = await post(
            browser, "/api/v1/policy/no_show_minutes", {**body, "effective_on": "2026-03-09", **wrong}
        )
        assert status == 422, (wrong, found)
    clash = {**body, "effective_on": "2026-03-09", "value": 60}
    assert (await post(browser, "/api/v1/policy/cycle_months", clash))[0] == 422, "contradicts another value"
    assert (await post(browser, "/api/v1/policy/nothing", body))[0] == 404
    assert len((await value("no_show_minutes"))["decisions"]) == 1, "what was refused left nothing"


async def test_oversight(sign_in: SignIn) -> None:
    browser = await sign_in("auditor")
    figures = await (await browser.get("/api/v1/figures")).json()
    assert (figures["retirees"], figures["visits"]) == (0, {})
    doctor = await (await browser.get("/api/v1/doctor")).json()
    assert doctor["ok"] is True
    assert len(doctor["checked"]) >= 7
