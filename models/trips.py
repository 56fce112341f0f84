"""One trip, several results: duties that a visit fulfils beside its own."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from domain.visits import VisitKind
from models.base import InArea, Row
from models.columns import EnumText, UtcDateTime


class PartStatus(StrEnum):
    """What became of a part of a trip."""

    OPEN = "open"
    REPORTED = "reported"  # evidence waits for the reviewer
    DONE = "done"
    FAILED = "failed"  # the visitors found something else; a person goes on
    RELEASED = "released"  # the trip ended without a result for it: a duty of its own again


class VisitPart(InArea, Row, table=True):
    """A duty of the same household carried by another visit, with a result of its own.

    `natural_key` is the one that the duty's own visit would have; it is given up on release.
    """

    __tablename__ = "visit_parts"

    visit_id: UUID = Field(foreign_key="visits.id", index=True)
    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    kind: VisitKind = Field(sa_type=EnumText(VisitKind))
    natural_key: str | None = Field(default=None, max_length=96, unique=True)
    status: PartStatus = Field(default=PartStatus.OPEN, sa_type=EnumText(PartStatus), index=True)
    level: str = Field(default="", max_length=2)
    ground: str = Field(default="", max_length=24)
    campaign_id: UUID | None = Field(default=None, foreign_key="campaigns.id")
    due_on: date
    outcome: str = Field(default="", max_length=24)
    report_id: UUID | None = Field(default=None, foreign_key="visit_reports.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    reported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
