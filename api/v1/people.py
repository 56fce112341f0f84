"""Retirees and volunteers of the caller's area."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy import func
from sqlmodel import col, select

from api.current import context, current_staff, reader
from api.openapi import operation, path_id
from api.rows import change_row, own_row
from api.rules import KNOW_RETIREES, LOOKERS, signed_in
from api.v1.people_models import (
    LookIn,
    LookOut,
    PeopleQuery,
    RetireeList,
    RetireeOut,
    SearchIn,
    VolunteerLine,
    VolunteerList,
)
from api.v1.people_views import load_retiree, load_retiree_lines, load_volunteer_lines
from models.retirees import Retiree
from models.seal import blind_index
from models.volunteers import Volunteer
from services.looks import look_at
from services.steps import Step

SEARCH_LIMIT = 50


@operation(
    "GET",
    "/api/v1/retirees",
    rule=signed_in(*KNOW_RETIREES),
    tag="people",
    query=PeopleQuery,
    response=RetireeList,
)
async def list_retirees(request: web.Request, query: PeopleQuery) -> RetireeList:
    """Retirees of the caller's area, masked."""
    total, lines = await _page(request, Retiree, query, load_retiree_lines)
    return RetireeList(total=total, retirees=lines)


@operation(
    "POST",
    "/api/v1/retirees/search",
    rule=signed_in(*KNOW_RETIREES),
    tag="people",
    body=SearchIn,
    response=RetireeList,
)
async def search_retirees(request: web.Request, body: SearchIn) -> RetireeList:
    """By whole name, ID number or phone (E.164 or as dialled in the country); masked."""
    value = body.value.strip()
    if body.by == "name":
        where = col(Retiree.name) == value
    elif body.by == "phone":
        number = value if value.startswith("+") else f"+86{value.lstrip('0')}"
        where = col(Retiree.phone_index) == blind_index("phone", number)
    else:
        where = col(Retiree.id_number_index) == blind_index("id_number", value.upper())
    async with context(request).db.read(reader(request)) as session:
        rows = list(await session.scalars(select(Retiree).where(where).limit(SEARCH_LIMIT)))
        return RetireeList(total=len(rows), retirees=await load_retiree_lines(session, rows))


@operation(
    "GET",
    "/api/v1/retirees/{retiree_id}",
    rule=signed_in(*KNOW_RETIREES),
    tag="people",
    response=RetireeOut,
)
async def get_retiree(request: web.Request) -> RetireeOut:
    """One retiree, masked."""
    row = await own_row(request, Retiree, path_id(request, "retiree_id"))
    async with context(request).db.read(reader(request)) as session:
        return await load_retiree(session, row)


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/look",
    rule=signed_in(*LOOKERS),
    tag="people",
    body=LookIn,
    response=LookOut,
)
async def look_at_retiree(request: web.Request, body: LookIn) -> LookOut:
    """Sealed fields in plain text, with a reason; every look is kept in the audit trail."""

    async def run(step: Step, row: Retiree) -> LookOut:
        values = await look_at(step, row, current_staff(request), body.fields, body.reason)
        return LookOut(values=values)

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@operation(
    "GET",
    "/api/v1/volunteers",
    rule=signed_in(),
    tag="people",
    query=PeopleQuery,
    response=VolunteerList,
)
async def list_volunteers(request: web.Request, query: PeopleQuery) -> VolunteerList:
    """Volunteers of the caller's area and the city pool, masked."""
    total, lines = await _page(request, Volunteer, query, load_volunteer_lines)
    return VolunteerList(total=total, volunteers=lines)


@operation(
    "GET",
    "/api/v1/volunteers/{volunteer_id}",
    rule=signed_in(),
    tag="people",
    response=VolunteerLine,
)
async def get_volunteer(request: web.Request) -> VolunteerLine:
    """One volunteer, masked."""
    row = await own_row(request, Volunteer, path_id(request, "volunteer_id"))
    async with context(request).db.read(reader(request)) as session:
        (line,) = await load_volunteer_lines(session, [row])
    return line


async def _page(request: web.Request, table: Any, query: PeopleQuery, show: Any) -> tuple[int, Any]:
    where = [col(table.division_code).startswith(query.area)] if query.area else []
    async with context(request).db.read(reader(request)) as session:
        total = await session.scalar(select(func.count()).select_from(table).where(*where))
        rows = list(
            await session.scalars(
                select(table).where(*where).order_by(col(table.id)).limit(query.limit).offset(query.offset)
            )
        )
        return total or 0, await show(session, rows)


HANDLERS = (
    list_retirees,
    search_retirees,
    get_retiree,
    look_at_retiree,
    list_volunteers,
    get_volunteer,
)
