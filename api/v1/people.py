"""Retirees and volunteers of the caller's area."""

from __future__ import annotations

from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import func
from sqlmodel import col, select

from api.current import context, current_staff, reader, steps
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
from api.v1.people_views import load_retiree, load_retiree_lines, load_volunteer, load_volunteer_lines
from models.retirees import Retiree
from models.seal import blind_index
from models.volunteers import Volunteer
from services.due.care import load_last_contacts
from services.looks import look_at
from services.steps import Step

SEARCH_LIMIT = 50
_get = partial(operation, "GET", tag="people")


@_get("/api/v1/retirees", rule=signed_in(*KNOW_RETIREES), query=PeopleQuery, response=RetireeList)
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


@_get("/api/v1/retirees/{retiree_id}", rule=signed_in(*KNOW_RETIREES), response=RetireeOut)
async def get_retiree(request: web.Request) -> RetireeOut:
    """One retiree, masked."""
    shown: RetireeOut = await _one(request, Retiree, "retiree_id", load_retiree)
    async with steps(request).look(reader(request)) as step:
        last = (await load_last_contacts(step, shown.id))[0].get(shown.id)
    if last is None:
        return shown
    return shown.model_copy(update={"last_contact_at": last.at, "last_contact_form": last.form})


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


@_get("/api/v1/volunteers", rule=signed_in(), query=PeopleQuery, response=VolunteerList)
async def list_volunteers(request: web.Request, query: PeopleQuery) -> VolunteerList:
    """Volunteers of the caller's area and the city pool, masked."""
    total, lines = await _page(request, Volunteer, query, load_volunteer_lines)
    return VolunteerList(total=total, volunteers=lines)


@_get("/api/v1/volunteers/{volunteer_id}", rule=signed_in(), response=VolunteerLine)
async def get_volunteer(request: web.Request) -> VolunteerLine:
    """One volunteer, masked."""
    shown: VolunteerLine = await _one(request, Volunteer, "volunteer_id", load_volunteer)
    return shown


async def _one(request: web.Request, table: Any, name: str, show: Any) -> Any:
    """The row of the caller's area that the path names, as it is shown."""
    row = await own_row(request, table, path_id(request, name))
    async with context(request).db.read(reader(request)) as session:
        return await show(session, row)


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
