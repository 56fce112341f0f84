"""Figures and the doctor's findings, for those who answer for the whole."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import func
from sqlmodel import col, select

from api.current import context, reader, steps
from api.openapi import Shown, operation
from api.rules import OVERSEERS, signed_in
from models.desk import DeskItem
from models.messages import Message
from models.retirees import Retiree
from models.visits import Visit
from models.volunteers import Volunteer
from services.doctor import examine


class FiguresOut(Shown):
    """Rows of the caller's area by status or kind."""

    retirees: int
    volunteers: int
    visits: dict[str, int]
    messages: dict[str, int]
    open_matters: dict[str, int]


class ProblemOut(Shown):
    invariant: str
    table: str
    id: str
    what: str


class DoctorOut(Shown):
    """`checked`: rows looked at for each invariant."""

    ok: bool
    checked: dict[str, int]
    problems: list[ProblemOut]


@operation("GET", "/api/v1/figures", rule=signed_in(*OVERSEERS), tag="oversight", response=FiguresOut)
async def figures(request: web.Request) -> FiguresOut:
    """How much there is of what."""
    queries = {
        "visits": select(col(Visit.status), func.count()).group_by(col(Visit.status)),
        "messages": select(col(Message.status), func.count()).group_by(col(Message.status)),
        "open_matters": select(col(DeskItem.kind), func.count())
        .where(col(DeskItem.closed_at).is_(None))
        .group_by(col(DeskItem.kind)),
    }
    async with context(request).db.read(reader(request)) as session:
        counted = {
            name: {str(label): count for label, count in await session.execute(query)}
            for name, query in queries.items()
        }
        retirees = await session.scalar(select(func.count()).select_from(Retiree))
        volunteers = await session.scalar(select(func.count()).select_from(Volunteer))
    return FiguresOut(retirees=retirees or 0, volunteers=volunteers or 0, **counted)


@operation("GET", "/api/v1/doctor", rule=signed_in(*OVERSEERS), tag="oversight", response=DoctorOut)
async def doctor(request: web.Request) -> DoctorOut:
    """Whether the database keeps the invariants, for the whole city."""
    async with steps(request).look() as step:
        report = await examine(step)
    return DoctorOut.model_validate(report.to_json())


HANDLERS = (figures, doctor)
