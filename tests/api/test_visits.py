"""A coordinator's whole work on a visit, by the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from config.clock import ManualClock
from domain.visits import VisitKind
from models.audit import AuditEntry
from models.scope import SYSTEM
from models.visits import Visit
from services.steps import Step, Steps
from tests.api.conftest import Client, SignIn
from tests.factories import OTHER_DISTRICT, add_retiree, add_visit, add_volunteer

WHEN = "2026-03-05T02:00:00Z"


class City:
    """Ids of what the fixture made."""

    visit: UUID
    lead: UUID
    mate: UUID
    foreigner: UUID


@pytest.fixture
async def city(steps: Steps) -> City:
    async def make(step: Step) -> City:
        made = City()
        retiree = await add_retiree(step, name="样本王小英", flags=("living_alone",))
        made.visit = (await add_visit(step, VisitKind.CERTIFICATION, retiree.id)).id
        made.lead = (await add_volunteer(step, name="样本李")).id
        made.mate = (await add_volunteer(step)).id
        made.foreigner = (await add_volunteer(step, division_code=OTHER_DISTRICT)).id
        return made

    return await steps.run("system", make)


async def get(browser: Client, city: City) -> dict[str, Any]:
    answer = await browser.get(f"/api/v1/visits/{city.visit}")
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def post(browser: Client, city: City, action: str, **body: Any) -> tuple[int, dict[str, Any]]:
    version = body.pop("version", None) or (await get(browser, city))["version"]
    path = f"/api/v1/visits/{city.visit}/{action}"
    answer = await browser.post(path, json={"version": version, **body})
    return answer.status, await answer.json()


async def staff_a_visit(browser: Client, city: City) -> None:
    for position, person in enumerate((city.lead, city.mate)):
        status, found = await post(
            browser,
            city,
            "assign",
            position=position,
            volunteer_id=str(person),
            reason="agreed by telephone",
            **({"starts_at": WHEN} if position == 0 else {}),
        )
        assert status == 200, found
    assert found["answer"] == "accepted"


async def test_from_assigning_to_the_reviewed_report(
    sign_in: SignIn, city: City, clock: ManualClock, steps: Steps
) -> None:
    browser = await sign_in("yuhua")
    await staff_a_visit(browser, city)
    found = await get(browser, city)
    assert found["status"] == "accepted"
    assert [s["status"] for s in found["seats"]] == ["accepted", "accepted"]
    assert found["seats"][0]["volunteer"] == "样*李"
    assert {m["template"] for m in found["messages"]} >= {"V2"}
    assert found["timeline"][-1]["to_status"] == "accepted"
    clock.advance(timedelta(days=3, hours=1))
    browser, reviewer = await sign_in("yuhua"), await sign_in("reviewer")
    status, changed = await post(browser, city, "check-in", volunteer_id=str(city.lead), place="at the door")
    assert (status, changed["status"]) == (200, "checked_in")
    evidence = {"dated_photo": True, "id_checked": True, "visitors": 2}
    status, changed = await post(
        browser,
        city,
        "report",
        volunteer_id=str(city.lead),
        form_key="telephone-1",
        outcome="done_evidence",
        evidence=evidence,
        text="all is well, call 13912345678",
    )
    assert (status, changed["status"]) == (200, "reported")
    found = await get(reviewer, city)
    assert found["reports"][0]["has_text"] is True
    assert "13912345678" not in str(found)
    status, changed = await post(reviewer, city, "review", approve=False, reason="no signature")
    assert (status, changed["status"]) == (200, "returned")
    async with steps.db.read(SYSTEM) as session:
        rows = await session.scalars(
            select(AuditEntry).where(col(AuditEntry.row_id) == str(city.visit)).order_by(col(AuditEntry.seq))
        )
        told = [(row.action, row.who) for row in rows]
    assert told == [
        ("visit.assign", "staff:yuhua"),
        ("visit.assign", "staff:yuhua"),
        ("visit.check_in", "staff:yuhua"),
        ("visit.report", "staff:yuhua"),
        ("visit.review", "staff:reviewer"),
    ]


async def test_somebody_elses_change_is_not_overwritten(sign_in: SignIn, city: City) -> None:
    browser = await sign_in("yuhua")
    before = (await get(browser, city))["version"]
    await staff_a_visit(browser, city)
    now = (await get(browser, city))["version"]
    status, found = await post(browser, city, "cancel", version=before, reason="not wanted")
    assert (status, found["error"]["code"], found["error"]["version"]) == (409, "stale_version", now)
    assert (await get(browser, city))["status"] == "accepted"


async def test_cancel_and_what_cannot_follow(sign_in: SignIn, city: City) -> None:
    browser = await sign_in("yuhua")
    assert (await post(browser, city, "cancel", reason=""))[0] == 422
    status, changed = await post(browser, city, "cancel", reason="moved away")
    assert (status, changed["status"]) == (200, "cancelled")
    for action, body in (
        ("cancel", {"reason": "again"}),
        ("reoffer", {"reason": "again"}),
        ("reschedule", {"reason": "again", "starts_at": WHEN}),
    ):
        status, found = await post(browser, city, action, **body)
        assert (status, found["error"]["code"]) == (409, "cancelled"), action
        assert "探访" in found["error"]["message"]


async def test_reschedule_and_withdraw(sign_in: SignIn, city: City) -> None:
    browser = await sign_in("yuhua")
    await staff_a_visit(browser, city)
    status, changed = await post(
        browser, city, "reschedule", starts_at="2026-03-06T02:00:00Z", reason="doctor"
    )
    assert (status, changed["status"]) == (200, "accepted")
    past = await post(browser, city, "reschedule", starts_at="2026-02-06T02:00:00Z", reason="doctor")
    assert (past[0], past[1]["error"]["field"]) == (422, "starts_at")
    naive = await post(browser, city, "reschedule", starts_at="2026-03-06T02:00:00", reason="doctor")
    assert naive[0] == 422, "a time without a zone is no instant"
    status, answered = await post(
        browser, city, "answer", volunteer_id=str(city.mate), answer="withdraw", reason="ill"
    )
    assert (status, answered["answer"]) == (200, "withdrawn")
    assert (await get(browser, city))["status"] == "offered"
    status, found = await post(browser, city, "answer", volunteer_id=str(city.foreigner), answer="accept")
    assert (status, found["error"]["field"]) == (404, "volunteer_id"), "was never asked"


async def test_volunteers_of_other_districts_cannot_be_assigned(sign_in: SignIn, city: City) -> None:
    browser = await sign_in("yuhua")
    status, found = await post(
        browser, city, "assign", position=0, volunteer_id=str(city.foreigner), reason="agreed", starts_at=WHEN
    )
    assert (status, found["error"]["code"]) == (404, "volunteer")


async def test_suggestions_are_masked_and_of_the_district(sign_in: SignIn, city: City) -> None:
    browser = await sign_in("yuhua")
    answer = await browser.get(f"/api/v1/visits/{city.visit}/suggestions", params={"starts_at": WHEN})
    found = (await answer.json())["suggestions"]
    assert {s["volunteer_id"] for s in found} == {str(city.lead), str(city.mate)}
    assert all("*" in s["name"] for s in found)


async def test_the_view_follows_the_row(sign_in: SignIn, city: City, steps: Steps) -> None:
    browser = await sign_in("auditor")
    found = await get(browser, city)
    async with steps.db.read(SYSTEM) as session:
        row = (await session.scalars(select(Visit))).one()
    assert (found["number"], found["version"], found["status"]) == (row.number, row.version, "due")
    assert found["who"] == "样**英"
