"""Complaints of retirees: what waits for an answer, by when, and what came of it (art. 15(3))."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from api.current import current_staff, reader, steps
from api.pages.forms import path_id, read_form, text
from api.pages.rendering import page, say, see_other
from api.rows import change_row, own_row
from api.rules import EDITORS, KNOW_RETIREES, LISTERS, signed_in
from models.desk import DeskItem
from models.retirees import Retiree
from models.volunteers import Volunteer
from services.complaints import answer_complaint, file_complaint, load_complaints
from services.errors import BadInput, NotFound, ServiceError
from services.steps import Step


@signed_in(*KNOW_RETIREES)
async def show(request: web.Request) -> web.StreamResponse:
    return await _show(request, "")


async def _show(request: web.Request, error: str) -> web.StreamResponse:
    which = "all" if request.query.get("which") == "all" else "open"
    async with steps(request).look(reader(request)) as step:
        found = await load_complaints(step, only_open=which == "open")
    return await page(
        request,
        "complaints.html",
        status=422 if error else 200,
        error=error,
        found=found,
        which=which,
        may_answer=current_staff(request).role in LISTERS,
    )


@signed_in(*LISTERS)
async def answer(request: web.Request) -> web.StreamResponse:
    result = text(await read_form(request), "result", 64)

    async def work(step: Step, item: DeskItem) -> object:
        return await answer_complaint(step, item, result)

    try:
        await change_row(request, DeskItem, path_id(request), None, work)
    except NotFound:
        raise
    except ServiceError as refused:
        return await _show(request, say(request, refused.message))
    raise see_other("/complaints?done=complaint_answered")


@signed_in(*EDITORS)
async def complain(request: web.Request) -> web.StreamResponse:
    """Entered on the person's page; a volunteer is named by the address of the volunteer's page."""
    form, retiree_id = await read_form(request), path_id(request)
    await own_row(request, Retiree, retiree_id)
    about = text(form, "about", 12)
    volunteer = await read_volunteer(request, text(form, "volunteer", 120)) if about == "volunteer" else None

    async def work(step: Step, retiree: Retiree) -> object:
        return await file_complaint(step, retiree, about, volunteer)

    await change_row(request, Retiree, retiree_id, None, work)
    raise see_other("/complaints?done=complaint_filed")


async def read_volunteer(request: web.Request, typed: str) -> Volunteer | None:
    """The volunteer whom the caller may see by id or by the address of the page; None for nothing typed.

    Raises:
        BadInput: something else was typed. NotFound: nobody, or of another area.
    """
    if not typed:
        return None
    try:
        volunteer_id = UUID(typed.partition("?")[0].rstrip("/").rpartition("/")[2].strip())
    except ValueError as error:
        raise BadInput("volunteer", "Paste the address of the volunteer's page.", "volunteer") from error
    found: Volunteer = await own_row(request, Volunteer, volunteer_id)
    return found


ROUTES = [
    web.get("/complaints", show),
    web.post("/complaints/{id}/answer", answer),
    web.post("/retirees/{id}/complaints", complain),
]
