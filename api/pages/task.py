"""Opening a volunteer task."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from api.current import actor, reader, steps
from api.pages.forms import Form, day, read_form, text, whole
from api.pages.rendering import page, say, see_other
from api.rules import EDITORS, signed_in
from models.staff import Role
from models.visits import Visit
from services.errors import BadInput, NotFound, ServiceError
from services.places import load_place_names, place
from services.planning.roster import SKILLS
from services.steps import Step
from services.tasks import TaskForm, open_task

OPENERS = (*EDITORS, Role.ORGANISATION_LEAD)
CODE = re.compile(r"\d{12}")
FIELDS = ("title", "where", "opens_on", "due_on", "minutes", "crew_size")


@signed_in(*OPENERS)
async def show(request: web.Request) -> web.StreamResponse:
    return await _form(request, {}, set(), "")


async def _form(
    request: web.Request, given: dict[str, str], skills: set[str], error: str
) -> web.StreamResponse:
    names = await load_place_names(steps(request))
    prefix = reader(request).prefix
    places = [
        (code, place(names, code))
        for code in sorted(names)
        if code.startswith(prefix) and not code.endswith("000")
    ]
    values: dict[str, Any] = {"given": given, "skills": SKILLS, "chosen": skills, "places": places}
    return await page(request, "task_new.html", status=422 if error else 200, error=error, **values)


@signed_in(*OPENERS)
async def open_new(request: web.Request) -> web.StreamResponse:
    """A refusal shows the form again as it was filled in."""
    form = await read_form(request)
    given = {name: text(form, name, 200) for name in FIELDS}
    skills = {skill for skill in SKILLS if text(form, f"skill_{skill}")}
    try:
        visit = await _open(request, form, skills)
    except ServiceError as refused:
        return await _form(request, given, skills, say(request, refused.message))
    raise see_other(f"/visits/{visit.id}?done=opened")


async def _open(request: web.Request, form: Form, skills: set[str]) -> Visit:
    code = CODE.search(text(form, "where", 200))
    if code is None:
        raise BadInput("where", "Choose a community from the list.", "where")
    if not reader(request).may_see(code[0], ""):
        raise NotFound("division", "There is nothing here, or it is outside your area.", "where")
    wanted = TaskForm(
        title=text(form, "title", 200),
        division_code=code[0],
        opens_on=day(form, "opens_on"),
        due_on=day(form, "due_on"),
        minutes=whole(form, "minutes", 30),
        crew_size=whole(form, "crew_size", 1),
        skills=sorted(skills),
    )

    async def work(step: Step) -> Visit:
        return await open_task(step, wanted)

    return await steps(request).run(actor(request), work)


ROUTES = [web.get("/tasks/new", show), web.post("/tasks/new", open_new)]
