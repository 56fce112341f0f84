"""Matters about a person, and visits that an event calls for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.care import derived_flags
from domain.crews import lead_sex
from domain.flags import Flag
from domain.visits import FINAL, VisitKind
from models.desk import DeskItem
from models.retirees import Retiree, RetireeFlag
from models.visits import Visit
from services import desk
from services.due.new_visits import add_visits, kind_values
from services.steps import Step

EVENT_WEIGHT = 10
HOSPITAL = "hospital"  # title of the visit that is made there


async def open_matter(
    step: Step,
    kind: str,
    key: str,
    retiree: Retiree,
    *,
    due_at: datetime | None = None,
    rung: int = 0,
    visit_id: UUID | None = None,
    **detail: Any,
) -> DeskItem:
    """A matter about a retiree, on the desk of the retiree's community."""
    return await desk.open_item(
        step,
        kind,
        key,
        retiree.division_code,
        managing_agency=retiree.managing_agency,
        due_at=due_at,
        rung=rung,
        retiree_id=retiree.id,
        visit_id=visit_id,
        detail=detail,
    )


async def close_matters(step: Step, retiree_id: UUID, resolution: str, *keep: str) -> int:
    """Everything open about a person, but some kinds, is over."""
    rows = await step.session.scalars(
        select(DeskItem).where(col(DeskItem.retiree_id) == retiree_id, col(DeskItem.closed_at).is_(None))
    )
    closed = [row for row in rows if row.kind not in keep]
    for row in closed:
        await desk.close_item(step, row.id, resolution)
    return len(closed)


async def open_visits(step: Step, retiree_id: UUID, *kinds: VisitKind) -> list[Visit]:
    """The person's visits that have not ended."""
    query = select(Visit).where(col(Visit.retiree_id) == retiree_id, col(Visit.status).not_in(FINAL))
    if kinds:
        query = query.where(col(Visit.kind).in_(kinds))
    return list(await step.session.scalars(query.order_by(col(Visit.due_on), col(Visit.id))))


async def event_visit(
    step: Step, retiree: Retiree, title: str, key: str, opens_on: date, due_on: date
) -> Visit | None:
    """A visit that an event calls for; None when it was opened before. `title`: a word of what for."""
    flags = await flags_of(step, retiree)
    draft: dict[str, Any] = {
        **kind_values(step.policy, VisitKind.EVENT),
        "natural_key": f"{title}/{key}",
        "kind": VisitKind.EVENT,
        "retiree_id": retiree.id,
        "title": title,
        "lead_sex": lead_sex(retiree.sex, flags, step.policy),
        "weight": EVENT_WEIGHT,
        "opens_on": opens_on,
        "due_on": due_on,
        "division_code": retiree.division_code,
        "managing_agency": retiree.managing_agency,
    }
    made = await add_visits(step, [draft])
    return made[0] if made else None


async def flags_of(step: Step, retiree: Retiree) -> set[Flag]:
    """What holds of the person today, with what follows from age and disability."""
    rows = await step.session.scalars(
        select(col(RetireeFlag.flag)).where(
            col(RetireeFlag.retiree_id) == retiree.id,
            col(RetireeFlag.ended_on).is_(None) | (col(RetireeFlag.ended_on) > step.today),
        )
    )
    return set(derived_flags(set(rows), retiree.born_on, retiree.disability_level, step.today, step.policy))
