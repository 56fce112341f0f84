"""Pages × areas: rows of another area are not there; the matrix is made from the route table."""

from __future__ import annotations

from uuid import UUID

from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from api.app import create_app
from api.context import ApiContext
from api.rules import Access, rule_of
from models.audit import AuditEntry
from models.campaigns import DistrictPause
from models.care import Referral
from models.ids import new_id
from models.scope import SYSTEM
from models.staff import Role
from models.trips import VisitPart
from services.desk import open_visit_item
from services.steps import Step, Steps
from tests.api.conftest import PASSWORD, PEOPLE
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_campaign, add_retiree, add_visit, add_volunteer

# An import belongs to the person who made it, not to an area (tested with the uploads).
# Plans are the whole city's, for those who answer for it; they hold no names.
OWN_ONLY = {"/imports/{id}/report", "/plans/{id}", "/plans/{id}/stop"}
SOMEBODY = str(new_id())
# Everything that any of the forms asks for: each takes what it knows.
FORM = {
    "version": "1",
    "reason": "as agreed by telephone",
    "position": "0",
    "volunteer": SOMEBODY,
    "volunteer_id": SOMEBODY,
    "day": "2026-03-10",
    "at": "09:30",
    "answer": "accept",
    "outcome": "nobody_home",
    "form_key": "form-0001",
    "verdict": "approve",
    "approve": "yes",
    "fields": "phone",
    "resolution": "done",
}


def routes_with_ids(app_context: ApiContext) -> list[tuple[str, str, frozenset[Role]]]:
    found = []
    for route in create_app(app_context).router.routes():
        path, rule = route.resource.canonical if route.resource else "", rule_of(route.handler)
        is_page = "{id}" in path and path not in OWN_ONLY and route.method != "HEAD"
        if is_page and rule is not None:
            assert rule.access is Access.SIGNED_IN, f"{path} shows rows of an area to everybody"
            found.append((route.method, path, rule.roles))
    return found


async def add_rows(step: Step) -> dict[str, dict[str, UUID]]:
    """One row of each kind in both districts, by the first part of a page's path."""
    found = {}
    for name, code in (("yuhua", COMMUNITY), ("furong", OTHER_DISTRICT)):
        retiree = await add_retiree(step, division_code=code)
        visit = await add_visit(step, retiree_id=retiree.id, division_code=code)
        item = await open_visit_item(step, visit, "unfilled")
        campaign = await add_campaign(step, division_code=f"{code[:6]}000000")
        found[name] = {
            "visits": visit.id,
            "retirees": retiree.id,
            "desk": item.id,
            "campaigns": campaign.id,
            **await _add_more(step, retiree.id, visit.id, code),
        }
    return found


async def _add_more(step: Step, retiree_id: UUID, visit_id: UUID, code: str) -> dict[str, UUID]:
    """A volunteer, and rows that hang on a retiree or a visit."""
    area = {"division_code": code}
    volunteer = await add_volunteer(step, division_code=code)
    made = {
        "referrals": Referral(
            retiree_id=retiree_id, kind="repair", receiver="x", opened_on=step.today, opened_by="t",
            due_on=step.today, **area,
        ),
        "pauses": DistrictPause(
            reason="ice", created_by="t", created_at=step.now, from_on=step.today, to_on=step.today, **area
        ),
        "parts": VisitPart(
            visit_id=visit_id, retiree_id=retiree_id, kind="care", natural_key=f"part/{code}",
            due_on=step.today, created_at=step.now, **area,
        ),
    }  # fmt: skip
    step.session.add_all(made.values())
    await step.session.flush()
    return {"volunteers": volunteer.id, **{name: row.id for name, row in made.items()}}


async def test_pages_of_another_area_are_not_there(
    app_context: ApiContext, staff: None, steps: Steps
) -> None:
    rows = await steps.run("system", add_rows)
    routes = routes_with_ids(app_context)
    assert {path.split("/")[1] for _, path, _ in routes} == set(rows["yuhua"])
    async with TestClient(TestServer(create_app(app_context))) as browser:
        await browser.post("/api/v1/session", json={"username": "yuhua", "password": PASSWORD})
        token = (await (await browser.get("/api/v1/session")).json())["csrf_token"]
        for method, path, roles in routes:
            assert not roles or PEOPLE["yuhua"][0] in roles, f"{path} needs another role in this test"
            for name in ("furong", "yuhua"):
                row_id = str(rows[name][path.split("/")[1]])
                address = path.replace("{id}", row_id)
                for other in ("{file}", "{report}", "{certificate}"):
                    address = address.replace(other, SOMEBODY)
                form = {**FORM, "csrf": token} if method == "POST" else None
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


async def test_pages_ask_strangers_to_sign_in(app_context: ApiContext, staff: None) -> None:
    async with TestClient(TestServer(create_app(app_context))) as browser:
        for method, path, _ in routes_with_ids(app_context):
            address = path
            for part in ("{id}", "{file}", "{report}", "{certificate}"):
                address = address.replace(part, SOMEBODY)
            answer = await browser.request(method, address, allow_redirects=False)
            assert (answer.status, answer.headers["Location"]) == (303, "/sign-in"), (method, path)
