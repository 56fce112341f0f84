"""Whom a volunteer serves beyond the home pool, and who may not meet whom."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from models.base import InArea, Row
from models.columns import EnumText, UtcDateTime


class VolunteerLoan(InArea, Row, table=True):
    """A volunteer lent to a district for some days, both included (rule VOL-01).

    Its area is the borrower's: who borrows sees whom.
    """

    __tablename__ = "volunteer_loans"

    volunteer_id: UUID = Field(foreign_key="volunteers.id", index=True)
    from_district: str = Field(default="", max_length=6)  # '' = the city pool
    from_on: date
    to_on: date = Field(index=True)
    approved_by: str = Field(max_length=64)
    approved_at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=128)
    campaign_id: UUID | None = Field(default=None, foreign_key="campaigns.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # before the day agreed
    ended_by: str = Field(default="", max_length=64)


class PoolTransfer(InArea, Row, table=True):
    """A volunteer changes pool or district from a day on; append-only. Its area is the new one."""

    __tablename__ = "pool_transfers"

    volunteer_id: UUID = Field(foreign_key="volunteers.id", index=True)
    from_pool: str = Field(max_length=12)
    from_division: str = Field(max_length=12)
    to_pool: str = Field(max_length=12)
    effective_on: date = Field(index=True)
    decided_by: str = Field(max_length=64)
    decided_at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=128)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TieKind(StrEnum):
    """What stands between a volunteer and a retiree, or binds them."""

    RECUSED_BY_RETIREE = "recused_by_retiree"
    RECUSED_BY_VOLUNTEER = "recused_by_volunteer"
    RELATIVE = "relative"
    KNOWN_FACE = "known_face"


class Tie(InArea, Row, table=True):
    """One tie with who said so and when; ended, never deleted (rule VOL-13). Its area is the retiree's."""

    __tablename__ = "ties"

    volunteer_id: UUID = Field(foreign_key="volunteers.id", index=True)
    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    kind: TieKind = Field(sa_type=EnumText(TieKind))
    reason: str = Field(default="", max_length=128)
    set_on: date
    set_by: str = Field(max_length=64)
    ended_on: date | None = None
    ended_by: str = Field(default="", max_length=64)
