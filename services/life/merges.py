"""A community or street is merged into another: its code is revoked, history keeps it (§4.1, §8.28)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, select

from domain.divisions import prefix
from domain.visits import FINAL
from models.campaigns import Campaign, DistrictPause
from models.desk import DeskItem
from models.divisions import Division
from models.life import IncidentStep, Transfer, TransferStatus
from models.messages import Message
from models.pools import PoolTransfer
from models.retirees import Retiree
from models.staff import Staff
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from models.volunteers import Volunteer
from services.audit import audit_other
from services.errors import BadInput, NotFound
from services.life.belongings import OF_A_PERSON
from services.steps import Step

# What is alive goes along; finished visits, reports, texts and the timeline keep the old code.
ALIVE: tuple[Any, ...] = (
    *OF_A_PERSON, Retiree, IncidentStep, Volunteer, PoolTransfer, Campaign, DistrictPause,
)  # fmt: skip
# Of these only what has not ended.
UNTIL: tuple[tuple[Any, Any], ...] = (
    (Visit, col(Visit.status).not_in(FINAL)),
    (VisitPart, col(VisitPart.status) == PartStatus.OPEN),
    (DeskItem, col(DeskItem.closed_at).is_(None)),
    (Message, col(Message.closed_at).is_(None)),
)


async def merge_division(step: Step, code: str, successor: str, on: date, reason: str) -> int:
    """Revoke a code in favour of another of the same level; returns how many people moved.

    A street is revoked after its communities.

    Raises:
        NotFound: an unknown code.
        BadInput: another level, itself, a revoked successor, a day to come, or communities still in force.
    """
    old, new = await step.session.get(Division, code), await step.session.get(Division, successor)
    if old is None or new is None:
        raise NotFound("division", "There is no such area.")
    if code == successor or old.level != new.level:
        raise BadInput("successor", "Choose another area of the same level as successor.", "successor")
    if new.valid_to is not None:
        raise BadInput("successor", "The successor is revoked itself; use its own successor.", "successor")
    if old.valid_to is not None:
        raise BadInput("revoked", "This code was revoked before.", "code")
    if on > step.today:
        raise BadInput("on", "A merger takes effect today or earlier: enter it on its day.", "on")
    below = await step.session.scalar(
        select(func.count())
        .select_from(Division)
        .where(col(Division.parent_code) == code, col(Division.valid_to).is_(None))
    )
    if below:
        raise BadInput("children", "Merge the communities below it first.", "code")
    old.valid_to, old.successor_code = on, successor
    moved = await _carry(step, code, successor)
    await _move_staff(step, prefix(code), prefix(successor))
    await audit_other(step, "division.merge", area=code, table_name="divisions", row_id=code, why=reason)
    step.cache.pop("division_names", None)
    return moved


async def _carry(step: Step, code: str, successor: str) -> int:
    people = await step.session.scalar(
        select(func.count()).select_from(Retiree).where(col(Retiree.division_code) == code)
    )
    for model in ALIVE:
        await step.session.execute(
            update(model).where(col(model.division_code) == code).values(division_code=successor)
        )
    for model, is_alive in UNTIL:
        await step.session.execute(
            update(model).where(col(model.division_code) == code, is_alive).values(division_code=successor)
        )
    for side in ("from_division", "to_division"):
        await step.session.execute(
            update(Transfer)
            .where(col(getattr(Transfer, side)) == code, col(Transfer.status) == TransferStatus.REQUESTED)
            .values({side: successor})
        )
    return people or 0


async def _move_staff(step: Step, old: str, new: str) -> None:
    for staff in await step.session.scalars(select(Staff).where(col(Staff.area) == old)):
        staff.area = new
