"""Staff on leave: what they answer for goes to the next most local person at once."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from domain.visits import FINAL
from models.desk import DeskItem
from models.staff import Staff
from models.visits import Visit
from services.audit import audit
from services.desk import responsible_for
from services.errors import BadInput
from services.steps import Step


async def set_leave(step: Step, staff: Staff, until: datetime | None) -> int:
    """Away until a moment, or back (`None`); returns how many matters and visits went to others.

    Raises:
        BadInput: a moment that has passed.
    """
    if until is not None and until <= step.now:
        raise BadInput("until", "Choose a day in the future, or none for being back.", "until")
    staff.away_until = until
    await step.session.flush()
    await audit(step, "staff.leave", staff, fields=["away_until"])
    return await pass_everything_on(step, f"staff:{staff.username}") if until is not None else 0


async def pass_everything_on(step: Step, responsible: str) -> int:
    """Open matters and visits of somebody who is not there, each to whoever is next for its area."""
    moved = 0
    items = await step.session.scalars(
        select(DeskItem).where(col(DeskItem.responsible) == responsible, col(DeskItem.closed_at).is_(None))
    )
    for item in items.all():
        item.responsible = await responsible_for(step, item.division_code, item.rung)
        moved += 1
    visits = await step.session.scalars(
        select(Visit).where(col(Visit.responsible) == responsible, col(Visit.status).not_in(FINAL))
    )
    for visit in visits.all():
        visit.responsible = await responsible_for(step, visit.division_code)
        moved += 1
    return moved
