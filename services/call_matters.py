"""Calls that a person makes because no text reaches somebody: opened here, worked off on the call list."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlmodel import col, select

from domain.announcing import ANNOUNCED, TAKEN_BACK
from domain.visits import FINAL
from models.desk import DeskItem
from models.messages import Message
from models.retirees import Retiree
from models.visits import Visit
from services import announcements, desk
from services.steps import Step

CERTIFICATION = frozenset({"R1", "R1b"})
WELCOME = timedelta(hours=12)  # so long after it is opened a call with no other limit is due


async def instead_of_text(
    step: Step, message: Message, retiree: Retiree, tried: list[dict[str, str]]
) -> None:
    """The retiree's side could not be told by text: the same, by telephone, with what was tried."""
    if message.template in CERTIFICATION:
        await ring_about_certification(step, retiree, tried=tried)
        return
    visit = await step.session.get(Visit, message.visit_id) if message.visit_id else None
    if visit is None or message.template not in ANNOUNCED | TAKEN_BACK:
        return
    about = message.template.removesuffix("b")
    if about == "R4":
        if expected := message.starts_at or visit.starts_at:
            await announcements.ask_to_ring(step, visit, "R4", None, expected, tried)
    elif visit.status not in FINAL and visit.starts_at == message.starts_at and visit.starts_at:
        await announcements.ask_to_ring(step, visit, about, visit.starts_at, None, tried)


async def ring_about_certification(
    step: Step, retiree: Retiree, *, due_on: str = "", tried: list[dict[str, str]] | None = None
) -> DeskItem:
    """The certification falls due, and no text reaches the person: one call for each due date."""
    detail: dict[str, Any] = {"about": "R1", "tried": tried or []}
    if due_on:
        detail["due_on"] = due_on
    known: DeskItem | None = await step.session.scalar(
        select(DeskItem).where(col(DeskItem.natural_key) == f"call/R1/{retiree.id}/{due_on}")
    )
    if known is not None:
        return known  # rung once for each due date
    return await desk.open_item(
        step,
        "call",
        f"R1/{retiree.id}/{due_on}",
        retiree.division_code,
        managing_agency=retiree.managing_agency,
        due_at=_next_evening(step),
        detail=detail,
        retiree_id=retiree.id,
    )


async def ring_volunteer(step: Step, message: Message) -> DeskItem | None:
    """A volunteer who has promised a visit cannot be texted about it: told by telephone, before it starts."""
    visit = await step.session.get(Visit, message.visit_id) if message.visit_id else None
    if visit is None or message.expires_at <= step.now or message.person_id is None:
        return None
    item = await desk.open_item(
        step,
        "call",
        f"{visit.id}/{message.person_id}",
        message.division_code,
        managing_agency=message.managing_agency,
        due_at=min(message.expires_at, step.now + WELCOME),
        detail={"about": message.template, "code": message.code, "failure": message.failure},
        visit_id=visit.id,
        volunteer_id=message.person_id,
    )
    item.detail = {**item.detail, "about": message.template, "code": message.code}
    return item


def _next_evening(step: Step) -> datetime:
    return datetime.combine(step.today + timedelta(days=1), time(18), step.zone)
