"""Runs of the planner and periods of the scheduler."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Row
from models.columns import EnumText, JsonText, UtcDateTime


class PlanStatus(StrEnum):
    """How far a run is."""

    READING = "reading"  # rows into a problem
    SOLVING = "solving"  # no transaction open; parts may be under way on several workers
    APPLYING = "applying"  # proposals are written, some hundred visits at a time
    DONE = "done"
    STOPPED = "stopped"  # a person said stop: what was found until then is applied
    FAILED = "failed"  # it raised, or its worker died


class PlanRun(Row, table=True):
    """One run of the planner: what it was given, how far it is, what it found."""

    __tablename__ = "plan_runs"
    __table_args__ = (Index("ix_plan_runs_started_at", "started_at"),)

    started_at: datetime = Field(sa_type=UtcDateTime)
    first_day: date
    days: int
    visits: int
    planned: int
    unserved: int
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JsonText)
    cause: str = Field(default="", max_length=32)
    status: PlanStatus = Field(default=PlanStatus.DONE, sa_type=EnumText(PlanStatus))
    # What it keeps others from doing at the same time; empty when it has ended.
    lane: str | None = Field(default=None, max_length=24, unique=True, index=True)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # renewed while it works
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stop_asked_by: str = Field(default="", max_length=64)  # who wants it to end with what it has
    done: int = 0  # of `visits`, in the present status; counted anew in each
    campaign_id: UUID | None = Field(default=None, foreign_key="campaigns.id", index=True)  # a forecast


class PlanPart(Row, table=True):
    """A district of a large run, for any worker to take; area '' joins the districts and ends the run."""

    __tablename__ = "plan_parts"
    __table_args__ = (
        UniqueConstraint("run_id", "area"),
        Index(
            "ix_plan_parts_waking",
            "wake_at",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
    )

    run_id: UUID = Field(foreign_key="plan_runs.id")
    area: str = Field(default="", max_length=6)
    wake_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # empty when it is done
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # a worker is at it
    attempts: int = 0
    visits: int = 0
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # [visit, seat, volunteer, day, start] of what was planned
    seats: list[list[Any]] = Field(default_factory=list, sa_type=JsonText)


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
