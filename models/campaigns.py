"""Holiday campaigns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import InArea, Row, Versioned
from models.columns import JsonText, UtcDateTime


class Campaign(InArea, Versioned, Row, table=True):
    """One festival's round of visits; each person gets one visit per campaign (Regulation art. 25(2))."""

    __tablename__ = "campaigns"
    __table_args__ = (UniqueConstraint("festival", "festival_on", "division_code"),)

    name: str = Field(max_length=64)
    festival: str = Field(max_length=24)
    festival_on: date
    opens_on: date
    ends_on: date
    results_by: date
    target_flags: list[str] = Field(default_factory=list, sa_type=JsonText)
    gift: str = Field(default="", max_length=64)
    gift_fen: int = 0
    created_by: str = Field(default="", max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JsonText)
