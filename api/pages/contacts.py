"""The contact list of an area (art. 17): how each is reached, the last contact, who waits too long."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from api.current import current_staff, reader, steps
from api.named_lists import own_area, send_overdue
from api.pages.forms import page_number, read_form, text
from api.pages.rendering import page
from api.rules import EDITORS, KNOW_RETIREES, signed_in
from services.agency.forecast import LEVELS
from services.contact_list import count_areas, load_clocks, load_lines

PAGE = 50


@signed_in(*KNOW_RETIREES)
async def show(request: web.Request) -> web.StreamResponse:
    own, area = current_staff(request).area, own_area(request, request.query.get("area", ""))
    which = "all" if request.query.get("which") == "all" else "overdue"
    at = page_number(request)
    async with steps(request).look(reader(request)) as step:
        clocks = await load_clocks(step, area)
        late = [clock for clock in clocks if clock.overdue_days]
        chosen = clocks if which == "all" else late
        lines = await load_lines(step, chosen[(at - 1) * PAGE : at * PAGE])

    def link(**changed: object) -> str:
        values = {"area": area, "which": which, **changed}
        return f"/contacts?{urlencode({k: v for k, v in values.items() if v})}"

    return await page(
        request,
        "contacts.html",
        area=area,
        above="" if area == own else area[: max((n for n in LEVELS if n < len(area)), default=len(own))],
        areas=count_areas(clocks, area),
        which=which,
        people=len(clocks),
        late=len(late),
        total=len(chosen),
        lines=lines,
        at=at,
        pages=-(-len(chosen) // PAGE),
        link=link,
        is_lowest=len(area) >= LEVELS[-1],
        may_take=current_staff(request).role in EDITORS,
    )


@signed_in(*EDITORS)
async def take(request: web.Request) -> web.StreamResponse:
    """The overdue contacts as Excel; the reason and who took it are kept."""
    form = await read_form(request)
    return await send_overdue(request, text(form, "area", 12), text(form, "reason", 256))


ROUTES = [web.get("/contacts", show), web.post("/contacts/overdue", take)]
