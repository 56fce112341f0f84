"""Complaints of retirees, and minors who come along to a holiday visit."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from aiohttp import web
from pydantic import Field

from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row, own_row
from api.rules import EDITORS, LISTERS, signed_in
from api.v1.change_models import ChangedOut
from models.desk import DeskItem
from models.retirees import Retiree
from models.visits import Visit
from models.volunteers import Volunteer
from services.complaints import answer_complaint, file_complaint
from services.steps import Step
from services.third_persons import take_along


class ComplaintIn(Given):
    about: Literal["visit", "volunteer", "staff", "service", "other"]
    volunteer_id: UUID | None = None


class ComplaintOut(Shown):
    """`due_on`: the answer is given by this day."""

    id: UUID
    number: str
    due_on: date


class ComplaintAnswerIn(Given):
    result: str = Field(min_length=4, max_length=64)


class ThirdPersonIn(Given):
    version: int
    volunteer_id: UUID
    guardian: str = Field(min_length=2, max_length=64)


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/complaints",
    rule=signed_in(*EDITORS),
    tag="people",
    body=ComplaintIn,
    response=ComplaintOut,
)
async def complain(request: web.Request, body: ComplaintIn) -> ComplaintOut:
    """A complaint gets its number and the day by which it is answered."""
    retiree_id = path_id(request, "retiree_id")
    await own_row(request, Retiree, retiree_id)
    about = await own_row(request, Volunteer, body.volunteer_id) if body.volunteer_id else None

    async def run(step: Step, retiree: Retiree) -> ComplaintOut:
        item = await file_complaint(step, retiree, body.about, about)
        return ComplaintOut(id=item.id, number=item.detail["number"], due_on=step.local_date(item.due_at))

    return await change_row(request, Retiree, retiree_id, None, run)


@operation(
    "POST",
    "/api/v1/complaints/{item_id}/answer",
    rule=signed_in(*LISTERS),
    tag="people",
    body=ComplaintAnswerIn,
    response=ComplaintOut,
    errors=(409,),
)
async def answer(request: web.Request, body: ComplaintAnswerIn) -> ComplaintOut:
    """What came of it; somebody rings the retiree."""

    async def run(step: Step, item: DeskItem) -> ComplaintOut:
        number, due_on = str(item.detail.get("number", "")), step.local_date(item.due_at)
        await answer_complaint(step, item, body.result)
        return ComplaintOut(id=item.id, number=number, due_on=due_on)

    return await change_row(request, DeskItem, path_id(request, "item_id"), None, run)


@operation(
    "POST",
    "/api/v1/visits/{visit_id}/companions",
    rule=signed_in(*EDITORS),
    tag="visits",
    body=ThirdPersonIn,
    response=ChangedOut,
    errors=(409,),
)
async def companions(request: web.Request, body: ThirdPersonIn) -> ChangedOut:
    """A minor comes along, with the guardian."""
    visit_id = path_id(request, "visit_id")
    await own_row(request, Visit, visit_id)
    young = await own_row(request, Volunteer, body.volunteer_id)

    async def run(step: Step, visit: Visit) -> ChangedOut:
        await take_along(step, visit, young, body.guardian)
        await step.session.flush()
        return ChangedOut(status=visit.status, version=visit.version)

    return await change_row(request, Visit, visit_id, body.version, run)


HANDLERS = (complain, answer, companions)
