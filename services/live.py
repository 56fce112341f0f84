"""Whether anything that pages show has changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from models.desk import DeskItem
from models.messages import Inbound, PhoneText
from models.scope import SYSTEM
from models.visits import TimelineEntry
from services.steps import Steps


async def change_mark(steps: Steps) -> str:
    """Differs whenever something the pages show has changed; cheap enough to ask twice a second."""
    async with steps.db.read(SYSTEM) as session:
        marks: list[Any] = []
        for table in (TimelineEntry, DeskItem, Inbound, PhoneText):
            newest = select(col(table.id)).order_by(col(table.id).desc()).limit(1)
            marks.append(await session.scalar(newest))
        is_open = col(DeskItem.closed_at).is_(None), col(DeskItem.opened_at) <= steps.clock.now()
        marks += (await session.execute(select(func.count(), func.max(DeskItem.rung)).where(*is_open))).one()
    return "/".join(str(mark) for mark in marks)
