"""Routes × areas: rows of another area are not there, and asking for them is written down.

The matrix is made from the application's own route table: a route with an id and no line here fails.
"""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from api.app import create_app
from api.context import ApiContext
from api.openapi import Operation, operation_of
from models.audit import AuditEntry
from models.scope import SYSTEM
from models.staff import Role
from services.steps import Steps
from tests.api.area_bodies import BODIES, OWN_ONLY, ROWS_OF, SOMEBODY, WITHOUT_BODY, WORDS
from tests.api.area_rows import DESK_ITEMS, Rows, add_rows
from tests.api.conftest import PEOPLE, SignIn

ID = re.compile(r"\{\w+_id\}")


@pytest.fixture
async def rows(steps: Steps) -> Rows:
    return await steps.run("system", add_rows)


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


async def last_entry(steps: Steps) -> AuditEntry:
    async with steps.db.read(SYSTEM) as session:
        return list(await session.scalars(select(AuditEntry)))[-1]


async def test_the_matrix_is_complete(app_context: ApiContext) -> None:
    names = {k.name for k in operations_with_ids(app_context)} | OWN_ONLY
    assert names == set(BODIES) | WITHOUT_BODY


async def test_rows_of_another_area_are_not_there(
    app_context: ApiContext, sign_in: SignIn, rows: Rows, steps: Steps
) -> None:
    browser = await sign_in("yuhua")
    checked = 0
    for known in operations_with_ids(app_context):
        key = known.path.partition("{")[2].partition("}")[0]
        for name, expected in (("furong", {404}), ("yuhua", {200, 201, 204, 403, 404, 409, 422})):
            row_id = rows[name][ROWS_OF.get(known.name, key)]
            body = BODIES.get(known.name)
            if body and "volunteer_id" in body:
                body = {**body, "volunteer_id": str(rows["yuhua"]["volunteer_id"])}
            path = ID.sub(SOMEBODY, known.path.replace(f"{{{key}}}", str(row_id)))
            answer = await browser.request(known.method, path, json=body)
            found = await answer.json()
            assert answer.status in expected, (known.name, name, found)
            if name == "furong":
                assert found["error"]["code"] == "not_found", known.name
                checked += 1
                entry = await last_entry(steps)
                assert (entry.action, entry.who) == ("access.refused", "staff:yuhua"), known.name
                assert (entry.row_id, entry.area, len(entry.request_id)) == (str(row_id), "430111", 32)
            else:
                code = found.get("error", {}).get("code")
                assert code != "not_found", (known.name, "own rows are there", found)
    assert checked == len(BODIES) + len(WITHOUT_BODY) - len(OWN_ONLY)


async def test_volunteers_of_another_area_are_not_there(
    app_context: ApiContext, sign_in: SignIn, rows: Rows, steps: Steps
) -> None:
    browser, stranger = await sign_in("yuhua"), str(rows["furong"]["volunteer_id"])
    for known in operations_with_ids(app_context):
        body = BODIES.get(known.name, {})
        if "volunteer_id" in body:
            key = known.path.partition("{")[2].partition("}")[0]
            path = known.path.replace(f"{{{key}}}", str(rows["yuhua"][key]))
            answer = await browser.request(known.method, path, json={**body, "volunteer_id": stranger})
            assert answer.status in {403, 404}, (known.name, await answer.text())
            if known.name.startswith("complaints_"):  # the others name who is in the crew
                entry = await last_entry(steps)
                assert (entry.action, entry.row_id) == ("access.refused", stranger), known.name


async def test_ids_of_nothing_and_no_ids_are_not_found(sign_in: SignIn) -> None:
    browser = await sign_in("yuhua")
    for row_id in (SOMEBODY, "1", "..%2f..%2fetc", "%00"):
        assert (await browser.get(f"/api/v1/visits/{row_id}")).status == 404


async def test_lists_hold_only_the_own_area(sign_in: SignIn, rows: Rows) -> None:
    for name, count in (("yuhua", 1), ("furong", 1), ("auditor", 2), ("city", 2)):
        browser = await sign_in(name)
        for path, field, each in (
            ("/api/v1/visits", "visits", 1),
            ("/api/v1/retirees", "retirees", 1),
            ("/api/v1/volunteers", "volunteers", 1),
            ("/api/v1/desk", "items", DESK_ITEMS),
        ):
            found = await (await browser.get(path)).json()
            assert (found["total"], len(found[field])) == (count * each, count * each), (name, path)


@pytest.mark.parametrize("name", sorted(PEOPLE))
async def test_roles_and_routes(name: str, app_context: ApiContext, sign_in: SignIn) -> None:
    """Whoever lacks the role is refused before anything is looked at; nobody without a session gets in."""
    browser, role = await sign_in(name), PEOPLE[name][0]
    for route in create_app(app_context, with_pages=False).router.routes():
        known = operation_of(route.handler)
        if known is None or known.rule.access != "signed_in" or route.method == "HEAD":
            continue
        path = ID.sub(SOMEBODY, known.path).format(**{**WORDS, "username": name})
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
