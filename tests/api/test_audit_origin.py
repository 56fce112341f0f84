"""Every audit row of a click says in which role, by which request and from where it was written."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import FormData
from sqlmodel import col, select

from models.audit import AuditEntry, broken_links
from models.retirees import Retiree
from models.scope import SYSTEM
from models.visits import Visit
from services import changing
from services.desk import open_item
from services.steps import Origin, Step, Steps
from tests.api.conftest import SignIn
from tests.factories import COMMUNITY, add_retiree, add_visit

CSV = (
    "姓名,性别,公民身份号码,联系电话,区县,街道,社区\n"
    "样本甲,女,430102194203150022,13912345678,雨花区,侯家塘街道,样本社区\n"
)


async def entries(steps: Steps) -> list[AuditEntry]:
    async with steps.db.read(SYSTEM) as session:
        return list(await session.scalars(select(AuditEntry).order_by(col(AuditEntry.seq))))


async def test_clicks_leave_role_request_and_address(sign_in: SignIn, steps: Steps) -> None:
    async def make(step: Step) -> tuple[Retiree, Visit]:
        retiree = await add_retiree(step)
        await open_item(step, "reply", "x", COMMUNITY, due_at=step.now + timedelta(hours=1))
        return retiree, await add_visit(step, retiree_id=retiree.id)

    retiree, visit = await steps.run("system", make)
    before = len(await entries(steps))
    browser = await sign_in("yuhua")
    (item,) = (await (await browser.get("/api/v1/desk")).json())["items"]
    task = {
        "title": "Read the newspaper aloud",
        "division_code": COMMUNITY,
        "opens_on": "2026-03-03",
        "due_on": "2026-03-20",
    }
    register = FormData()
    register.add_field("file", CSV.encode(), filename="register.csv")
    for path, body in (
        (f"/api/v1/desk/{item['id']}/close", {"version": item["version"], "resolution": "called back"}),
        ("/api/v1/tasks", task),
        (f"/api/v1/retirees/{retiree.id}/look", {"fields": ["phone"], "reason": "before the visit"}),
        (f"/api/v1/visits/{visit.id}/cancel", {"version": visit.version, "reason": "moved away"}),
    ):
        answer = await browser.post(path, json=body)
        assert answer.status < 300, await answer.text()
    register.add_field("dry_run", "false")
    city = await sign_in("city")
    token = (await (await city.get("/api/v1/session")).json())["csrf_token"]
    answer = await city.post("/api/v1/imports", data=register, headers={"X-CSRF-Token": token})
    assert answer.status < 300, await answer.text()
    other = await sign_in("furong")
    assert (await other.get(f"/api/v1/retirees/{retiree.id}")).status == 404
    token = (await (await other.get("/api/v1/session")).json())["csrf_token"]
    assert (await other.delete("/api/v1/session", headers={"X-CSRF-Token": token})).status < 300

    written = [e for e in (await entries(steps))[before:] if e.action != "staff.create"]
    assert {e.action for e in written} == {
        "session.begin",
        "desk.close",
        "task.open",
        "look",
        "visit.cancel",
        "import.create",
        "register.import",
        "access.refused",
        "session.end",
    }
    for entry in written:
        assert (entry.action, entry.role, entry.address, len(entry.request_id)) == (
            entry.action,
            "city_admin" if entry.who == "staff:city" else "district_agency",
            "127.0.0.1",
            32,
        )
    requests = [e.request_id for e in written if not e.action.startswith(("import", "register"))]
    assert len(set(requests)) == len(requests), "one request, one number"
    assert broken_links(await entries(steps)) == []


async def test_what_the_system_does_has_no_origin(steps: Steps) -> None:
    retiree = await steps.run("system", add_retiree)
    visit = await steps.run("system", lambda step: add_visit(step, retiree_id=retiree.id))
    await steps.run("staff:a", lambda step: changing.cancel(step, visit.id, "moved away"))
    last = (await entries(steps))[-1]
    assert (last.role, last.request_id, last.address) == ("", "", "")


async def test_a_caller_s_steps_share_the_process_s_things(steps: Steps) -> None:
    seen = steps.seen_from(Origin("auditor", "n", "127.0.0.1"))
    async with seen.look() as step:
        assert step.origin.role == "auditor"
    assert seen.cache is steps.cache
    assert "policy" in steps.cache, "read once for all callers"
    async with steps.look() as step:
        assert step.origin == Origin()
