"""Holiday campaigns, the gifts handed over, and days on which a district rests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

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
    gift_is_cash: bool = False  # cash is handed over by staff only
    quotas: dict[str, int] = Field(default_factory=dict, sa_type=JsonText)  # district → visits it plans
    created_by: str = Field(default="", max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JsonText)


class GiftReceipt(InArea, Row, table=True):
    """What one person got in a campaign, and who signed for it (Regulation art. 10)."""

    __tablename__ = "gift_receipts"
    __table_args__ = (UniqueConstraint("campaign_id", "retiree_id"),)

    campaign_id: UUID = Field(foreign_key="campaigns.id")
    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    visit_id: UUID | None = Field(default=None, foreign_key="visits.id")
    item: str = Field(max_length=64)
    value_fen: int
    received_on: date
    signed_by: str = Field(max_length=24)  # self, or the relation of whoever signed
    recorded_by: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class DistrictPause(InArea, Row, table=True):
    """Extreme weather: no visits in an area from a day to a day, both included (rule CARE-06)."""

    __tablename__ = "district_pauses"

    from_on: date
    to_on: date = Field(index=True)
    reason: str = Field(max_length=128)
    created_by: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str = Field(default="", max_length=64)
