"""Telephone numbers: changed, found right, or texted again after an opt-out."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from aiohttp import web
from pydantic import Field

from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row
from api.rules import EDITORS, signed_in
from models.retirees import Contact, Retiree
from models.staff import Role
from models.volunteers import Volunteer
from services.number_notices import NumberNotice, note_number, own_contact
from services.steps import Step

TAG = "numbers"


class NumberIn(Given):
    """`number` as it was told, empty where the known one is right; `wants_texts`: again, after an opt-out."""

    number: str = Field(default="", max_length=32)
    source: Literal["oneself", "relative", "neighbour", "community", "employer", "other"]
    wants_texts: bool = False


class RetireeNumberIn(NumberIn):
    """`contact_id`: whose number of the retiree's contacts; the retiree's own without it."""

    contact_id: UUID | None = None


class NumberOut(Shown):
    done: Literal["changed", "right", "texts_again"]


def _notice(body: NumberIn) -> NumberNotice:
    return NumberNotice(body.source, body.number, body.wants_texts)


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/number",
    rule=signed_in(*EDITORS),
    tag=TAG,
    body=RetireeNumberIn,
    response=NumberOut,
)
async def of_retiree(request: web.Request, body: RetireeNumberIn) -> NumberOut:
    """The person's own number, or a contact's."""

    async def run(step: Step, row: Retiree) -> NumberOut:
        person: Retiree | Contact = await own_contact(step, row, body.contact_id) if body.contact_id else row
        return NumberOut.model_validate({"done": await note_number(step, person, _notice(body))})

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@operation(
    "POST",
    "/api/v1/volunteers/{volunteer_id}/number",
    rule=signed_in(*EDITORS, Role.ORGANISATION_LEAD),
    tag=TAG,
    body=NumberIn,
    response=NumberOut,
)
async def of_volunteer(request: web.Request, body: NumberIn) -> NumberOut:
    """A volunteer's number: mobile only."""

    async def run(step: Step, row: Volunteer) -> NumberOut:
        return NumberOut.model_validate({"done": await note_number(step, row, _notice(body))})

    return await change_row(request, Volunteer, path_id(request, "volunteer_id"), None, run)


HANDLERS = (of_retiree, of_volunteer)
