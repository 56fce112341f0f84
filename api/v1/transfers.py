"""Moves from one community to another, or out of the city: both sides confirm."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field

from api.current import actor, reader, steps
from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row, own_transfer
from api.rules import EDITORS, signed_in
from models.life import Transfer
from models.retirees import Retiree
from services.life import transfers
from services.life.transfers import MoveTo
from services.steps import Step


class TransferIn(Given):
    """Either a community of the city, or where outside it."""

    division_code: str = Field("", pattern=r"^(\d{12})?$")
    agency: str = Field("", max_length=24)
    where_to: Literal["", "other_province", "abroad"] = ""
    address: str = Field("", max_length=200)
    in_institution: bool = False


class SideIn(Given):
    side: Literal["from", "to"]


class RejectIn(SideIn):
    reason: str = Field(min_length=4, max_length=128)


class TransferOut(Shown):
    id: UUID
    retiree_id: UUID
    route: str
    from_division: str
    to_division: str
    where_to: str
    status: str
    from_confirmed_at: AwareDatetime | None
    to_confirmed_at: AwareDatetime | None
    reason: str


class TransferList(Shown):
    transfers: list[TransferOut]


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/transfers",
    rule=signed_in(*EDITORS),
    tag="life",
    body=TransferIn,
    response=TransferOut,
    errors=(409,),
)
async def request_transfer(request: web.Request, body: TransferIn) -> TransferOut:
    """The person has moved."""
    to = MoveTo(body.division_code, body.agency, body.where_to, body.address, body.in_institution)

    async def run(step: Step, retiree: Retiree) -> TransferOut:
        return TransferOut.model_validate(await transfers.request_transfer(step, retiree, to))

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@operation("GET", "/api/v1/transfers", rule=signed_in(*EDITORS), tag="life", response=TransferList)
async def list_transfers(request: web.Request) -> TransferList:
    """Moves from or to the caller's area that wait for a side."""
    async with steps(request).look() as step:
        rows = await transfers.load_transfers(step, reader(request))
        return TransferList(transfers=[TransferOut.model_validate(row) for row in rows])


@operation(
    "POST",
    "/api/v1/transfers/{transfer_id}/confirm",
    rule=signed_in(*EDITORS),
    tag="life",
    body=SideIn,
    response=TransferOut,
    errors=(409,),
)
async def confirm(request: web.Request, body: SideIn) -> TransferOut:
    """One side agrees; with both, person and open visits belong to the new community."""
    return await _answer(
        request, lambda step, row_id: transfers.confirm(step, row_id, body.side, reader(request))
    )


@operation(
    "POST",
    "/api/v1/transfers/{transfer_id}/reject",
    rule=signed_in(*EDITORS),
    tag="life",
    body=RejectIn,
    response=TransferOut,
    errors=(409,),
)
async def reject(request: web.Request, body: RejectIn) -> TransferOut:
    """One side does not agree: the person stays where they are."""
    return await _answer(
        request, lambda step, row_id: transfers.reject(step, row_id, body.side, reader(request), body.reason)
    )


async def _answer(request: web.Request, work: Callable[[Step, UUID], Awaitable[Transfer]]) -> TransferOut:
    row_id = await own_transfer(request, path_id(request, "transfer_id"))

    async def run(step: Step) -> TransferOut:
        return TransferOut.model_validate(await work(step, row_id))

    return await steps(request).run(actor(request), run)


HANDLERS = (request_transfer, list_transfers, confirm, reject)
