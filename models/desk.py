"""What needs a person: one item per matter, with who has it and when it goes to the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import InArea, Row, Versioned
from models.columns import JsonText, UtcDateTime


class DeskItem(InArea, Versioned, Row, table=True):
    """A matter on a coordinator's desk, then the deputy's, then the city desk's."""

    __tablename__ = "desk_items"
    __table_args__ = (
        Index(
            "ix_desk_items_waking",
            "wake_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    natural_key: str = Field(max_length=128, unique=True)
    kind: str = Field(
        max_length=24
    )  # unfilled, missed, review, alarm, reply, verify_phone, call, outcome, step_failed
    visit_id: UUID | None = Field(default=None, foreign_key="visits.id", index=True)
    retiree_id: UUID | None = Field(default=None, foreign_key="retirees.id")
    volunteer_id: UUID | None = Field(default=None, foreign_key="volunteers.id")
    inbound_id: UUID | None = Field(default=None, foreign_key="inbound.id")
    rung: int = 0  # 0 coordinator, 1 deputy, 2 city desk
    responsible: str = Field(max_length=64)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JsonText)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)  # the promise: oldest first on the board
    wake_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = Field(default="", max_length=64)
    resolution: str = Field(default="", max_length=64)
