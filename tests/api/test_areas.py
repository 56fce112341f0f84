"""Routes × areas: rows of another area are not there, and asking for them is written down.

The matrix is made from the application's own route table: a route with an id and no line here fails.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from api.app import create_app
from api.context import ApiContext
from api.openapi import Operation, operation_of
from models.audit import AuditEntry
from models.campaigns import DistrictPause
from models.care import Referral
from models.ids import new_id
from models.pools import Tie, VolunteerLoan
from models.scope import SYSTEM
from models.staff import Role
from models.trips import VisitPart
from services.desk import open_visit_item
from services.steps import Step, Steps
from tests.api.conftest import PEOPLE, SignIn
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_retiree, add_visit, add_volunteer

SOMEBODY = str(new_id())
ID = re.compile(r"\{\w+_id\}")
BODIES: dict[str, dict[str, Any]] = {
    "changes_assign": {"version": 1, "reason": "agreed", "position": 0, "volunteer_id": SOMEBODY},
    "changes_reoffer": {"version": 1, "reason": "again"},
    "changes_cancel": {"version": 1, "reason": "not wanted"},
    "changes_reschedule": {"version": 1, "reason": "later", "starts_at": "2026-03-10T02:00:00Z"},
    "changes_review": {"version": 1, "approve": True},
    "answers_enter_answer": {"version": 1, "volunteer_id": SOMEBODY, "answer": "accept"},
    "answers_check_in": {"version": 1, "volunteer_id": SOMEBODY},
    "answers_report": {
        "version": 1,
        "volunteer_id": SOMEBODY,
        "form_key": "form-0001",
        "outcome": "nobody_home",
    },
    "people_look_at_retiree": {"fields": ["phone"], "reason": "to call back"},
    "desk_close": {"version": 1, "resolution": "done"},
    "care_set_flags": {"add": ["hardship"]},
    "care_add_contact": {"form": "phone", "with_person": True, "occurred_at": "2026-03-01T02:00:00Z"},
    "care_add_event": {"kind": "fall", "occurred_at": "2026-03-01T02:00:00Z"},
    "care_refer": {"kind": "repair", "receiver": "物业"},
    "care_close_referral": {"result": "done"},
    "care_add_tie": {"volunteer_id": SOMEBODY, "kind": "relative"},
    "care_add_gift": {"campaign_id": SOMEBODY, "signed_by": "self"},
    "service_add_training": {"training": "first_aid", "trained_on": "2026-02-01"},
    "service_correct": {"entry_id": SOMEBODY, "minutes": 30, "reason": "wrong"},
    "service_grant": {"stars": 1},
    "service_move": {
        "division_code": OTHER_DISTRICT,
        "pool": "district",
        "effective_on": "2026-03-09",
        "reason": "moved",
    },
    "service_end_loan": {"last_on": "2026-03-05", "reason": "over"},
    "service_request_certificate": {
        "from_on": "2026-01-01",
        "to_on": "2026-03-01",
        "issuer": "ab",
        "responsible_person": "ab",
        "contact": "ab",
    },
    "service_set_status": {"status": "paused", "reason": "ill"},
    "trips_report": {"volunteer_id": SOMEBODY, "form_key": "form-0002", "outcome": "nobody_home"},
    "trips_review": {"approve": True},
    # Nothing to say: an empty object keeps the request a program's, not a form's.
    "care_close_tie": {},
    "care_resume": {},
    "service_issue": {},
}
WITHOUT_BODY = {
    "visits_get_visit",
    "answers_suggestions",
    "people_get_retiree",
    "people_get_volunteer",
    "imports_report",
    "service_show_record",
    "service_download",
    "trips_list_parts",
}
# Not a row of an area: an import belongs to the person who made it.
OWN_ONLY = {"imports_report"}


@pytest.fixture
async def rows(steps: Steps) -> dict[str, dict[str, UUID]]:
    """One row of each kind in both districts, by the name of the path's id."""

    async def make(step: Step) -> dict[str, dict[str, UUID]]:
        found = {}
        for name, code in (("yuhua", COMMUNITY), ("furong", OTHER_DISTRICT)):
            retiree = await add_retiree(step, division_code=code)
            visit = await add_visit(step, retiree_id=retiree.id, division_code=code)
            volunteer = await add_volunteer(step, division_code=code)
            item = await open_visit_item(step, visit, "unfilled")
            found[name] = {
                "retiree_id": retiree.id,
                "visit_id": visit.id,
                "volunteer_id": volunteer.id,
                "item_id": item.id,
                **await _add_more(step, retiree.id, visit.id, volunteer.id, code),
            }
        return found

    return await steps.run("system", make)


async def _add_more(
    step: Step, retiree_id: UUID, visit_id: UUID, volunteer_id: UUID, code: str
) -> dict[str, UUID]:
    """Rows that hang on a retiree, a visit or a volunteer."""
    area = {"division_code": code}
    whose = {"retiree_id": retiree_id, "volunteer_id": volunteer_id}
    days = {"from_on": step.today, "to_on": step.today + timedelta(days=9)}
    made = {
        "referral_id": Referral(
            retiree_id=retiree_id, kind="repair", receiver="x", opened_on=step.today, opened_by="t",
            due_on=step.today, **area,
        ),
        "tie_id": Tie(**whose, kind="recused_by_retiree", set_on=step.today, set_by="t", **area),
        "loan_id": VolunteerLoan(
            volunteer_id=volunteer_id, approved_by="t", approved_at=step.now, **days, **area
        ),
        "pause_id": DistrictPause(reason="ice", created_by="t", created_at=step.now, **days, **area),
        "part_id": VisitPart(
            visit_id=visit_id, retiree_id=retiree_id, kind="care", natural_key=f"part/{code}",
            due_on=step.today, created_at=step.now, **area,
        ),
    }  # fmt: skip
    step.session.add_all(made.values())
    await step.session.flush()
    return {name: row.id for name, row in made.items()}


def operations_with_ids(app_context: ApiContext) -> list[Operation]:
    known = [
        operation_of(route.handler) for route in create_app(app_context, with_pages=False).router.routes()
    ]
    return [k for k in known if k and "_id}" in k.path and k.name not in OWN_ONLY]


def role_for(known: Operation, area: str) -> str:
    """Who of the people of an area may call it by role."""
    usual = [n for n, (role, a) in PEOPLE.items() if a == area and role in (known.rule.roles or set(Role))]
    assert usual, f"nobody of {area} may call {known.name}"
    return usual[0]


async def test_the_matrix_is_complete(app_context: ApiContext) -> None:
    names = {k.name for k in operations_with_ids(app_context)} | OWN_ONLY
    assert names == set(BODIES) | WITHOUT_BODY


async def test_rows_of_another_area_are_not_there(
    app_context: ApiContext, sign_in: SignIn, rows: dict[str, dict[str, UUID]], steps: Steps
) -> None:
    browser = await sign_in("yuhua")
    checked = 0
    for known in operations_with_ids(app_context):
        key = known.path.partition("{")[2].partition("}")[0]
        for name, expected in (("furong", {404}), ("yuhua", {200, 201, 204, 403, 404, 409, 422})):
            row_id = rows[name][key]
            body = BODIES.get(known.name)
            path = ID.sub(SOMEBODY, known.path.replace(f"{{{key}}}", str(row_id)))
            answer = await browser.request(known.method, path, json=body)
            found = await answer.json()
            assert answer.status in expected, (known.name, name, found)
            if name == "furong":
                assert found["error"]["code"] == "not_found", known.name
                checked += 1
                async with steps.db.read(SYSTEM) as session:
                    entry = list(await session.scalars(select(AuditEntry)))[-1]
                assert (entry.action, entry.who) == ("access.refused", "staff:yuhua"), known.name
                assert (entry.row_id, entry.area, len(entry.request_id)) == (str(row_id), "430111", 32)
            else:
                code = found.get("error", {}).get("code")
                assert code != "not_found", (known.name, "own rows are there", found)
    assert checked == len(BODIES) + len(WITHOUT_BODY) - len(OWN_ONLY)


async def test_ids_of_nothing_and_no_ids_are_not_found(sign_in: SignIn) -> None:
    browser = await sign_in("yuhua")
    for row_id in (SOMEBODY, "1", "..%2f..%2fetc", "%00"):
        assert (await browser.get(f"/api/v1/visits/{row_id}")).status == 404


async def test_lists_hold_only_the_own_area(sign_in: SignIn, rows: dict[str, dict[str, UUID]]) -> None:
    for name, count in (("yuhua", 1), ("furong", 1), ("auditor", 2), ("city", 2)):
        browser = await sign_in(name)
        for path, field in (
            ("/api/v1/visits", "visits"),
            ("/api/v1/retirees", "retirees"),
            ("/api/v1/volunteers", "volunteers"),
            ("/api/v1/desk", "items"),
        ):
            found = await (await browser.get(path)).json()
            assert (found["total"], len(found[field])) == (count, count), (name, path)


@pytest.mark.parametrize("name", sorted(PEOPLE))
async def test_roles_and_routes(name: str, app_context: ApiContext, sign_in: SignIn) -> None:
    """Whoever lacks the role is refused before anything is looked at; nobody without a session gets in."""
    browser, role = await sign_in(name), PEOPLE[name][0]
    for route in create_app(app_context, with_pages=False).router.routes():
        known = operation_of(route.handler)
        if known is None or known.rule.access != "signed_in" or route.method == "HEAD":
            continue
        path = known.path.replace("{key}", "nothing")
        path = ID.sub(SOMEBODY, path)
        answer = await browser.request(known.method, path, json={})
        is_allowed = not known.rule.roles or role in known.rule.roles
        assert (answer.status == 403) != is_allowed, (known.name, answer.status)
        assert answer.status < 500, known.name
        unknown = await browser.request(known.method, path, json={}, cookies={"tanfang": "x"})
        assert unknown.status == 401


async def test_auditor_changes_nothing(app_context: ApiContext) -> None:
    for route in create_app(app_context, with_pages=False).router.routes():
        known = operation_of(route.handler)
        if known and route.method not in ("GET", "HEAD") and Role.AUDITOR in (known.rule.roles or ()):
            assert known.name == "people_search_retirees", "a search, by POST to keep names out of addresses"
