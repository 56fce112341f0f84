"""The board: what needs a person now, today, and the next seven days."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from api.current import current_staff, reader, steps
from api.pages.rendering import page
from api.rules import EDITORS, LOOKERS, signed_in
from services.board import load_desk, load_figures, load_today, load_week
from services.channels import load_pauses


async def _values(request: web.Request) -> dict[str, Any]:
    async with steps(request).look(reader(request)) as step:
        return {
            "pauses": await load_pauses(step),
            "figures": await load_figures(step),
            "matters": await load_desk(step),
            "today": await load_today(step),
            "week": await load_week(step, reader(request).prefix),
            "may_edit": current_staff(request).role in EDITORS,
            "may_close": current_staff(request).role in LOOKERS,
        }


@signed_in()
async def show(request: web.Request) -> web.StreamResponse:
    return await page(request, "board.html", **await _values(request))


@signed_in()
async def show_part(request: web.Request) -> web.StreamResponse:
    """The part that changes, fetched by the page after each change."""
    return await page(request, "board_part.html", **await _values(request))


ROUTES = [web.get("/", show), web.get("/board/part", show_part)]
