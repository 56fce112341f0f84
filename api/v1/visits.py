"""Visits: the list and the whole of one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from api.current import context, reader
from api.openapi import operation, path_id
from api.rows import own_row
from api.rules import signed_in
from api.v1.visit_models import VisitList, VisitOut, VisitQuery
from api.v1.visit_views import load_lines, load_view
from models.visits import Visit


@operation("GET", "/api/v1/visits", rule=signed_in(), tag="visits", query=VisitQuery, response=VisitList)
async def list_visits(request: web.Request, query: VisitQuery) -> VisitList:
    """Visits of the caller's area, soonest first."""
    where = _conditions(request, query)
    async with context(request).db.read(reader(request)) as session:
        total = await session.scalar(select(func.count()).select_from(Visit).where(*where))
        rows = await session.scalars(
            select(Visit)
            .where(*where)
            .order_by(func.coalesce(col(Visit.starts_at), col(Visit.due_on)), col(Visit.id))
            .limit(query.limit)
            .offset(query.offset)
        )
        return VisitList(total=total or 0, visits=await load_lines(session, rows))


def _conditions(request: web.Request, query: VisitQuery) -> list[Any]:
    where: list[Any] = []
    if query.status:
        where.append(col(Visit.status) == query.status)
    if query.kind:
        where.append(col(Visit.kind) == query.kind)
    if query.area:
        where.append(col(Visit.division_code).startswith(query.area))
    if query.text:
        where.append(
            or_(
                col(Visit.number).contains(query.text, autoescape=True),
                col(Visit.title).contains(query.text, autoescape=True),
            )
        )
    if query.day:
        begin = datetime.combine(query.day, time(), context(request).settings.zone)
        where.append(
            or_(
                and_(col(Visit.starts_at) >= begin, col(Visit.starts_at) < begin + timedelta(days=1)),
                and_(col(Visit.starts_at).is_(None), col(Visit.due_on) == query.day),
            )
        )
    return where


@operation("GET", "/api/v1/visits/{visit_id}", rule=signed_in(), tag="visits", response=VisitOut)
async def get_visit(request: web.Request) -> VisitOut:
    """One visit with seats, offers, texts, reports and timeline."""
    visit = await own_row(request, Visit, path_id(request, "visit_id"))
    async with context(request).db.read(reader(request)) as session:
        return await load_view(session, visit)


HANDLERS = (list_visits, get_visit)
