"""The list of visits with its filters."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from api.current import reader, steps
from api.pages.forms import page_number
from api.pages.rendering import page
from api.rules import signed_in
from domain.visits import VisitKind, VisitStatus
from services.places import load_place_names
from services.visit_lists import PAGE, Filters, find_visits

FILTERS = ("status", "kind", "day", "area", "text")


def _chosen(request: web.Request) -> dict[str, str]:
    return {name: request.query.get(name, "").strip()[:64] for name in FILTERS}


def _filters(chosen: dict[str, str]) -> Filters:
    try:
        day = date.fromisoformat(chosen["day"]) if chosen["day"] else None
    except ValueError:
        day = None
    return Filters(
        status=VisitStatus(chosen["status"]) if chosen["status"] in list(VisitStatus) else None,
        kind=VisitKind(chosen["kind"]) if chosen["kind"] in list(VisitKind) else None,
        day=day,
        area=chosen["area"] if chosen["area"].isdigit() else "",
        text=chosen["text"],
    )


@signed_in()
async def show(request: web.Request) -> web.StreamResponse:
    chosen = _chosen(request)
    at = page_number(request)
    eyes = reader(request)
    async with steps(request).look(eyes) as step:
        found = await find_visits(step, _filters(chosen), at)
    given = {name: value for name, value in chosen.items() if value}

    def link(other: int) -> str:
        return "/visits?" + urlencode({**given, "page": other})

    values: dict[str, Any] = {
        "chosen": chosen,
        "lines": found.lines,
        "total": found.total,
        "at": at,
        "pages": max(1, -(-found.total // PAGE)),
        "link": link,
        "statuses": list(VisitStatus),
        "kinds": list(VisitKind),
        "areas": areas_below(await load_place_names(steps(request)), eyes.prefix),
    }
    return await page(request, "visits.html", **values)


def areas_below(names: dict[str, str], prefix: str) -> list[tuple[str, str]]:
    """(leading digits, name) of the divisions one level below an area."""
    digits = 6 if len(prefix) < 6 else 9 if len(prefix) < 9 else 12
    found = {
        code[:digits]: name
        for code, name in names.items()
        if code.startswith(prefix or "43")
        and not code[digits:].strip("0")
        and code[digits - (2 if digits == 6 else 3) : digits].strip("0")
    }
    return sorted(found.items())


ROUTES = [web.get("/visits", show)]
