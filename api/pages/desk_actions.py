"""Closing a matter from the board."""

from __future__ import annotations

from aiohttp import web

from api.pages.forms import path_id, read_form, text, whole
from api.pages.rendering import see_other
from api.rows import change_row
from api.rules import LOOKERS, signed_in
from models.desk import DeskItem
from services import desk
from services.audit import audit
from services.errors import BadInput
from services.steps import Step

SHORTEST = 2


@signed_in(*LOOKERS)
async def close(request: web.Request) -> web.StreamResponse:
    """With a note of what was done."""
    form = await read_form(request)
    note = text(form, "resolution", 64)
    if len(note) < SHORTEST:
        raise BadInput("resolution", "Say in a few words what was done.", "resolution")

    async def work(step: Step, item: DeskItem) -> None:
        await desk.close_item(step, item.id, note)
        await audit(step, "desk.close", item, why=note)

    await change_row(request, DeskItem, path_id(request), whole(form, "version"), work)
    raise see_other("/?done=closed")


ROUTES = [web.post("/desk/{id}/close", close)]
