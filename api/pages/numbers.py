"""Numbers to ring about a visit: the retiree's side, the crew, who was asked; each look is written down."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from sqlmodel import col, select

from api.current import actor, current_staff, reader, steps
from api.pages.forms import path_id, read_form, text
from api.pages.rendering import page
from api.rows import own_row
from api.rules import EDITORS, signed_in
from models.retirees import Contact, Retiree
from models.visits import Visit
from models.volunteers import Volunteer
from services.looks import look_at
from services.steps import Step
from services.visit_page import load_visit_page


@dataclass(frozen=True)
class Line:
    """`kind`: retiree, contact or volunteer; `numbers` may be empty."""

    kind: str
    name: str
    relation: str
    numbers: list[str]


@signed_in(*EDITORS)
async def show(request: web.Request) -> web.StreamResponse:
    """A fragment of the visit's page, after the audit rows."""
    visit = await own_row(request, Visit, path_id(request))
    why = text(await read_form(request), "reason", 256)
    async with steps(request).look(reader(request)) as step:
        shown = await load_visit_page(step, visit)
    wanted = {s.volunteer_id for s in shown.seats} | {o.volunteer_id for o in shown.open_offers}
    # Only those whom the reader may see have a name on the page.
    volunteers = wanted & shown.names.keys()

    async def work(step: Step) -> list[Line]:
        rows: list[Retiree | Contact | Volunteer] = []
        if visit.retiree_id:
            rows += await step.session.scalars(select(Retiree).where(col(Retiree.id) == visit.retiree_id))
            contacts = select(Contact).where(col(Contact.retiree_id) == visit.retiree_id)
            rows += await step.session.scalars(contacts.order_by(col(Contact.rank)))
        rows += await step.session.scalars(select(Volunteer).where(col(Volunteer.id).in_(volunteers)))
        return [await _line(request, step, row, why) for row in rows]

    return await page(request, "visit/numbers.html", lines=await steps(request).run(actor(request), work))


async def _line(request: web.Request, step: Step, row: Retiree | Contact | Volunteer, why: str) -> Line:
    fields = ["name", "phone", "landline"] if isinstance(row, Retiree) else ["name", "phone"]
    seen = await look_at(step, row, current_staff(request), fields, why)
    kind = type(row).__name__.lower()
    relation = row.relation if isinstance(row, Contact) else ""
    return Line(kind, seen["name"], relation, [n for f in fields[1:] if (n := seen[f])])


ROUTES = [web.post("/visits/{id}/numbers", show)]
