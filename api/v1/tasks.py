"""Volunteer tasks that a coordinator opens."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aiohttp import web
from pydantic import Field

from api.current import actor, reader, steps
from api.openapi import Given, operation
from api.rows import own_row
from api.rules import EDITORS, signed_in
from api.v1.visit_models import VisitLine
from api.v1.visit_views import load_lines
from models.retirees import Retiree
from models.staff import Role
from services.errors import NotFound
from services.steps import Step
from services.tasks import TaskForm, open_task


class TaskIn(Given):
    """Days are local and both included; minutes and crew follow the policy when not given."""

    title: str = Field(min_length=1, max_length=128)
    division_code: str = Field(pattern=r"^\d{12}$")
    opens_on: date
    due_on: date
    minutes: int | None = None
    crew_size: int | None = None
    skills: list[str] = Field(default=[], max_length=10)
    retiree_id: UUID | None = None


@operation(
    "POST",
    "/api/v1/tasks",
    rule=signed_in(*EDITORS, Role.ORGANISATION_LEAD),
    tag="tasks",
    body=TaskIn,
    response=VisitLine,
    status=201,
    errors=(404,),
)
async def open_new(request: web.Request, body: TaskIn) -> VisitLine:
    """Open a task; it goes the way of all visits."""
    agency = ""
    if body.retiree_id is not None:
        agency = (await own_row(request, Retiree, body.retiree_id)).managing_agency
    if not reader(request).may_see(body.division_code, agency):
        raise NotFound("division", "There is nothing here, or it is outside your area.", "division_code")

    async def run(step: Step) -> VisitLine:
        visit = await open_task(step, TaskForm(**body.model_dump()))
        (line,) = await load_lines(step.session, [visit])
        return line

    return await steps(request).run(actor(request), run)


HANDLERS = (open_new,)
