"""Runs of the planner and periods of the scheduler."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Row
from models.columns import JsonText, UtcDateTime


class PlanRun(Row, table=True):
    """One run of the planner: what it was given, what it found, how long it took."""

    __tablename__ = "plan_runs"

    started_at: datetime = Field(sa_type=UtcDateTime)
    first_day: date
    days: int
    visits: int
    planned: int
    unserved: int
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JsonText)
    cause: str = Field(default="", max_length=32)


class Period(Row, table=True):
    """A period of a timetable entry: claimed by whichever scheduler was first, again when it was not done."""

    __tablename__ = "periods"
    __table_args__ = (UniqueConstraint("entry", "period"),)

    entry: str = Field(max_length=32)
    period: str = Field(max_length=32)
    lease_until: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Serial(Row, table=True):
    """Running numbers, for example visits of a month."""

    __tablename__ = "serials"

    name: str = Field(max_length=32, unique=True)
    value: int = 0
