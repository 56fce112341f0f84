"""Pages × areas: rows of another area are not there; the matrix is made from the route table."""

from __future__ import annotations

from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from api.app import create_app
from api.context import ApiContext
from api.rules import Access, rule_of
from models.audit import AuditEntry
from models.scope import SYSTEM
from models.staff import Role
from services.steps import Steps
from tests.api.area_bodies import FORM, FORMS, ROWS_OF_PAGES, SOMEBODY
from tests.api.area_rows import add_rows
from tests.api.conftest import PASSWORD, PEOPLE

# An import belongs to the person who made it, not to an area (tested with the uploads).
# Plans are the whole city's, for those who answer for it; they hold no names.
OWN_ONLY = {"/imports/{id}/report", "/plans/{id}", "/plans/{id}/stop"}


def routes_with_ids(app_context: ApiContext) -> list[tuple[str, str, frozenset[Role]]]:
    found = []
    for route in create_app(app_context).router.routes():
        path, rule = route.resource.canonical if route.resource else "", rule_of(route.handler)
        is_page = "{id}" in path and path not in OWN_ONLY and route.method != "HEAD"
        if is_page and rule is not None:
            assert rule.access is Access.SIGNED_IN, f"{path} shows rows of an area to everybody"
            found.append((route.method, path, rule.roles))
    return found


async def test_pages_of_another_area_are_not_there(
    app_context: ApiContext, staff: None, steps: Steps
) -> None:
    rows = await steps.run("system", add_rows)
    routes = routes_with_ids(app_context)
    assert {path.split("/")[1] for _, path, _ in routes} == set(ROWS_OF_PAGES)
    whom = dict.fromkeys(("volunteer", "volunteer_id"), str(rows["yuhua"]["volunteer_id"]))
    async with TestClient(TestServer(create_app(app_context))) as browser:
        await browser.post("/api/v1/session", json={"username": "yuhua", "password": PASSWORD})
        token = (await (await browser.get("/api/v1/session")).json())["csrf_token"]
        for method, path, roles in routes:
            assert not roles or PEOPLE["yuhua"][0] in roles, f"{path} needs another role in this test"
            for name in ("furong", "yuhua"):
                row_id = str(rows[name][ROWS_OF_PAGES[path.split("/")[1]]])
                address = path.replace("{id}", row_id)
                for other in ("{file}", "{report}", "{certificate}"):
                    address = address.replace(other, SOMEBODY)
                form = {**FORM, **FORMS.get(path, {}), **whom, "csrf": token} if method == "POST" else None
                query = None if form else {"position": "0", "day": "2026-03-10", "at": "09:30"}
                answer = await browser.request(
                    method, address, data=form, params=query, allow_redirects=False
                )
                assert answer.status < 500, (method, path, name)
                if name == "furong":
                    assert answer.status == 404, (method, path)
                    async with steps.db.read(SYSTEM) as session:
                        entry = list(await session.scalars(select(AuditEntry)))[-1]
                    assert (entry.action, entry.who, entry.row_id) == (
                        "access.refused",
                        "staff:yuhua",
                        row_id,
                    ), (method, path)
                elif SOMEBODY not in address:
                    assert answer.status != 404, (method, path, "own rows are there")


async def test_pages_ask_strangers_to_sign_in(app_context: ApiContext, staff: None) -> None:
    async with TestClient(TestServer(create_app(app_context))) as browser:
        for method, path, _ in routes_with_ids(app_context):
            address = path
            for part in ("{id}", "{file}", "{report}", "{certificate}"):
                address = address.replace(part, SOMEBODY)
            answer = await browser.request(method, address, allow_redirects=False)
            assert (answer.status, answer.headers["Location"]) == (303, "/sign-in"), (method, path)
