"""Consents of a retiree: recorded with their words, and taken back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field

from api.current import reader, steps
from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row, own_row
from api.rules import EDITORS, KNOW_RETIREES, signed_in
from domain.consents import Giver, Way
from domain.flags import Flag
from models.retirees import Retiree
from services.consents import ConsentForm, give_consent, load_consents, take_back
from services.steps import Step


class ConsentIn(Given):
    """`wording`: what was read out or signed, left out for the words of today; `on`: today when left out."""

    way: Way
    given_by: Giver = Giver.ONESELF
    on: date | None = None
    wording: str = Field("", max_length=500)


class TakenBackIn(Given):
    """How it was said."""

    way: Way


class ConsentOut(Shown):
    id: UUID
    purpose: str
    wording: str
    way: str
    given_by: str
    given_on: date
    recorded_by: str
    recorded_at: AwareDatetime
    withdrawn_at: AwareDatetime | None
    withdrawn_way: str
    withdrawn_by: str


class ConsentList(Shown):
    """The newest first."""

    consents: list[ConsentOut]


async def _list(step: Step, retiree_id: UUID) -> ConsentList:
    rows = await load_consents(step, retiree_id)
    return ConsentList(consents=[ConsentOut.model_validate(row) for row in rows])


@operation(
    "GET",
    "/api/v1/retirees/{retiree_id}/consents",
    rule=signed_in(*KNOW_RETIREES),
    tag="people",
    response=ConsentList,
)
async def list_consents(request: web.Request) -> ConsentList:
    """All that were ever given, with their words and their end (rule CONS-01)."""
    row = await own_row(request, Retiree, path_id(request, "retiree_id"))
    async with steps(request).look(reader(request)) as step:
        return await _list(step, row.id)


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/consents",
    rule=signed_in(*EDITORS),
    tag="people",
    body=ConsentIn,
    response=ConsentList,
    status=201,
    errors=(409,),
)
async def give(request: web.Request, body: ConsentIn) -> ConsentList:
    """The person has agreed to greetings by text."""

    async def run(step: Step, row: Retiree) -> ConsentList:
        await give_consent(step, row, ConsentForm(**body.model_dump()))
        return await _list(step, row.id)

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/consents/take-back",
    rule=signed_in(*EDITORS),
    tag="people",
    body=TakenBackIn,
    response=ConsentList,
)
async def end(request: web.Request, body: TakenBackIn) -> ConsentList:
    """The person does not want greetings any more; harmless when none were wanted."""

    async def run(step: Step, row: Retiree) -> ConsentList:
        await take_back(step, row, Flag.WANTS_GREETINGS, body.way)
        return await _list(step, row.id)

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


HANDLERS = (list_consents, give, end)
