"""Certifications: who will be unpaid when and why, by month and area; lists for the agency."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from api.current import current_staff, language, reader, steps
from api.pages.forms import page_number, read_form, text
from api.pages.rendering import page
from api.rules import KNOW_RETIREES, LISTERS, signed_in
from api.v1.certifications import send_list
from domain.ages import add_months, month_start
from services.agency.forecast import LEVELS, forecast, list_persons
from services.agency.lists import TITLES, AgencyList, Order
from services.errors import BadInput
from services.steps import Step

PAGE = 50
NOW = "now"


@signed_in(*KNOW_RETIREES)
async def show(request: web.Request) -> web.StreamResponse:
    area, chosen = _area(request, request.query.get("area", "")), request.query.get("month", "")
    at = page_number(request)
    async with steps(request).look(reader(request)) as step:
        found = await forecast(step, area)
        month = _month(step, chosen)
        total, persons = await list_persons(step, area, month, limit=PAGE, offset=(at - 1) * PAGE)
        this_month = month_start(step.today)

    def link(**changed: object) -> str:
        values = {"area": area, "month": chosen, **changed}
        return f"/certifications?{urlencode({k: v for k, v in values.items() if v})}"

    return await page(
        request,
        "certifications.html",
        area=area,
        above=_above(area, current_staff(request).area),
        chosen=chosen or f"{month:%Y-%m}" if month else NOW,
        found=found,
        persons=persons,
        total=total,
        at=at,
        pages=-(-total // PAGE),
        link=link,
        is_lowest=len(area) >= LEVELS[-1],
        lists=TITLES,
        this_month=this_month,
        next_month=add_months(this_month, 1),
        may_export=current_staff(request).role in LISTERS,
    )


def _area(request: web.Request, wanted: str) -> str:
    """Digits within the reader's own area."""
    own = current_staff(request).area
    return wanted if wanted.isdigit() and len(wanted) in LEVELS and wanted.startswith(own) else own


def _above(area: str, own: str) -> str:
    """The area one level up, '' at the reader's own."""
    if area == own:
        return ""
    return area[: max(level for level in LEVELS if level < len(area))]


def _month(step: Step, chosen: str) -> date | None:
    """None for who is unpaid now; the next month when nothing was chosen."""
    if chosen == NOW:
        return None
    try:
        return date.fromisoformat(f"{chosen}-01")
    except ValueError:
        return add_months(month_start(step.today), 1)


@signed_in(*LISTERS)
async def export(request: web.Request) -> web.StreamResponse:
    """The workbook; the reason and who took it are kept."""
    form = await read_form(request)
    kind, month = text(form, "kind", 24), text(form, "month", 7)
    if kind not in set(AgencyList):
        raise BadInput("kind", "Choose one from the list.", "kind")
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise BadInput("month", "Choose a month.", "month") from error
    order = Order(
        AgencyList(kind),
        first,
        _area(request, text(form, "area", 12)),
        text(form, "reason", 256),
        language(request),
    )
    return await send_list(request, order)


ROUTES = [web.get("/certifications", show), web.post("/certifications/lists", export)]
