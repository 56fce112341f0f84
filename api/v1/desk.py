"""What needs a person now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from api.current import actor, context, reader
from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row
from api.rules import LOOKERS, signed_in
from api.v1.visit_views import masked
from models.desk import DeskItem
from services import desk
from services.audit import audit
from services.steps import Step


class DeskQuery(Given):
    """`mine`: only what is on the caller's own desk."""

    kind: str = Field("", max_length=24)
    mine: bool = False
    area: str = Field("", pattern=r"^\d{0,12}$", description="leading digits of a division code")
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class DeskItemOut(Shown):
    id: UUID
    kind: str
    division_code: str
    visit_id: UUID | None
    retiree_id: UUID | None
    volunteer_id: UUID | None
    rung: int
    responsible: str
    detail: dict[str, Any]
    opened_at: AwareDatetime
    due_at: AwareDatetime
    closed_at: AwareDatetime | None
    resolution: str
    version: int


class DeskList(Shown):
    total: int
    items: list[DeskItemOut]


class CloseIn(Given):
    """`resolution`: what was done, in a word or two."""

    version: int
    resolution: str = Field(min_length=2, max_length=64)


def show_item(item: DeskItem) -> DeskItemOut:
    values: dict[str, Any] = {name: getattr(item, name) for name in DeskItemOut.model_fields}
    return DeskItemOut(**{**values, "detail": masked(item.detail)})


@operation("GET", "/api/v1/desk", rule=signed_in(), tag="desk", query=DeskQuery, response=DeskList)
async def list_desk(request: web.Request, query: DeskQuery) -> DeskList:
    """Open matters of the caller's area, oldest promise first."""
    where: list[ColumnElement[bool]] = [*desk.is_open_at(context(request).clock.now())]
    if query.kind:
        where.append(col(DeskItem.kind) == query.kind)
    if query.mine:
        where.append(col(DeskItem.responsible) == actor(request))
    if query.area:
        where.append(col(DeskItem.division_code).startswith(query.area))
    async with context(request).db.read(reader(request)) as session:
        total = await session.scalar(select(func.count()).select_from(DeskItem).where(*where))
        rows = await session.scalars(
            select(DeskItem)
            .where(*where)
            .order_by(col(DeskItem.due_at), col(DeskItem.id))
            .limit(query.limit)
            .offset(query.offset)
        )
        return DeskList(total=total or 0, items=[show_item(item) for item in rows])


@operation(
    "POST",
    "/api/v1/desk/{item_id}/close",
    rule=signed_in(*LOOKERS),
    tag="desk",
    body=CloseIn,
    response=DeskItemOut,
    errors=(409,),
)
async def close(request: web.Request, body: CloseIn) -> DeskItemOut:
    """A person has dealt with it."""

    async def run(step: Step, item: DeskItem) -> DeskItemOut:
        await desk.close_item(step, item.id, body.resolution)
        await audit(step, "desk.close", item, why=body.resolution)
        return show_item(item)

    return await change_row(request, DeskItem, path_id(request, "item_id"), body.version, run)


HANDLERS = (list_desk, close)
