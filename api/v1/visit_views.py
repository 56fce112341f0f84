"""Visits as they are shown: names masked, free texts masked, nothing sealed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from api.v1.visit_models import (
    MessageOut,
    OfferOut,
    ReportOut,
    SeatOut,
    TimelineOut,
    VisitLine,
    VisitOut,
)
from domain.masking import mask_name, mask_text
from models.messages import Message
from models.retirees import Retiree
from models.visits import Offer, Seat, TimelineEntry, Visit, VisitReport
from models.volunteers import Volunteer

ROW_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # one in a thousand looks like a number


def masked(value: Any) -> Any:
    """A JSON value with numbers of people in its texts masked; ids of rows stay what they are."""
    if isinstance(value, str):
        return value if ROW_ID.fullmatch(value) else mask_text(value)
    if isinstance(value, dict):
        return {key: masked(inner) for key, inner in value.items()}
    return [masked(inner) for inner in value] if isinstance(value, list) else value


async def load_lines(session: AsyncSession, visits: Iterable[Visit]) -> list[VisitLine]:
    """Visits with the masked names of whom they are for."""
    rows = list(visits)
    ids = {v.retiree_id for v in rows if v.retiree_id}
    found = await session.execute(select(col(Retiree.id), col(Retiree.name)).where(col(Retiree.id).in_(ids)))
    names = {row_id: mask_name(name) for row_id, name in found}
    return [VisitLine.model_validate(_line_values(v, names)) for v in rows]


def _line_values(visit: Visit, names: dict[UUID, str]) -> dict[str, Any]:
    values = {name: getattr(visit, name) for name in VisitLine.model_fields if name != "who"}
    who = names.get(visit.retiree_id, "") if visit.retiree_id else ""
    return {**values, "who": who or mask_text(visit.title)}


async def load_view(session: AsyncSession, visit: Visit) -> VisitOut:
    """One visit with seats, offers, texts, reports and timeline."""
    seats = await _all(session, Seat, visit, Seat.position)
    offers = await _all(session, Offer, visit, Offer.offered_at)
    people = await _names(session, {s.volunteer_id for s in seats} | {o.volunteer_id for o in offers})
    (line,) = await load_lines(session, [visit])
    return VisitOut(
        **line.model_dump(),
        wake_at=visit.wake_at,
        reason=masked(visit.reason),
        seats=[_show(SeatOut, s, volunteer=people.get(s.volunteer_id, "")) for s in seats],
        offers=[
            _show(OfferOut, o, volunteer=people.get(o.volunteer_id, ""), why=masked(o.why)) for o in offers
        ],
        messages=[_show(MessageOut, m) for m in await _all(session, Message, visit, Message.created_at)],
        reports=[
            _show(
                ReportOut,
                r,
                has_text=bool(r.text),
                checklist=masked(r.checklist),
                evidence=masked(r.evidence),
            )
            for r in await _all(session, VisitReport, visit, VisitReport.reported_at)
        ],
        timeline=[
            _show(TimelineOut, t, why=masked(t.why))
            for t in await _all(session, TimelineEntry, visit, TimelineEntry.position)
        ],
    )


def _show(model: Any, row: Any, **values: Any) -> Any:
    plain = {name: getattr(row, name) for name in model.model_fields if name not in values}
    return model.model_validate({**plain, **values})


async def _all(session: AsyncSession, table: Any, visit: Visit, order: Any) -> list[Any]:
    rows = await session.scalars(
        select(table).where(col(table.visit_id) == visit.id).order_by(col(order), col(table.id))
    )
    return list(rows)


async def _names(session: AsyncSession, ids: set[UUID | None]) -> dict[UUID | None, str]:
    """Masked names; somebody of another area who was asked stays nameless."""
    found = await session.execute(
        select(col(Volunteer.id), col(Volunteer.name)).where(col(Volunteer.id).in_(ids - {None}))
    )
    return {row_id: mask_name(name) for row_id, name in found}
