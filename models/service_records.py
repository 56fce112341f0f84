"""What is recorded of a volunteer's service: trainings, absences, corrections, certificates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Row
from models.columns import JsonText, UtcDateTime


class VolunteerTraining(Row, table=True):
    """One training; its minutes are counted apart from service (rules VOL-04, VOL-07)."""

    __tablename__ = "volunteer_trainings"

    volunteer_id: UUID = Field(foreign_key="volunteers.id", index=True)
    training: str = Field(max_length=24)  # domain.service.Training
    trained_on: date
    valid_until: date | None = None
    minutes: int = 0
    recorded_by: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Absence(Row, table=True):
    """Somebody who had promised did not come; excused when a good reason is told, illness among them."""

    __tablename__ = "absences"
    __table_args__ = (UniqueConstraint("visit_id", "volunteer_id", "starts_at"),)

    visit_id: UUID = Field(foreign_key="visits.id")
    volunteer_id: UUID = Field(foreign_key="volunteers.id", index=True)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    noted_at: datetime = Field(sa_type=UtcDateTime)
    excused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    excused_by: str = Field(default="", max_length=64)
    excuse: str = Field(default="", max_length=24)  # domain.service.Excuse


class MinutesCorrection(Row, table=True):
    """The true minutes of an entry that was wrong; the entry itself stays as it was (rule VOL-06)."""

    __tablename__ = "minutes_corrections"

    entry_id: UUID = Field(foreign_key="minutes_ledger.id", index=True)
    minutes: int
    reason: str = Field(max_length=128)
    corrected_by: str = Field(max_length=64)
    corrected_at: datetime = Field(sa_type=UtcDateTime)


class ServiceCertificate(Row, table=True):
    """A certificate of service: put up for public notice, then issued or withdrawn (rule VOL-11)."""

    __tablename__ = "service_certificates"

    number: str = Field(max_length=24, unique=True)
    volunteer_id: UUID = Field(foreign_key="volunteers.id", index=True)
    from_on: date
    to_on: date
    minutes: int
    content: dict[str, Any] = Field(
        default_factory=dict, sa_type=JsonText
    )  # kind of visit → {visits, minutes}
    issuer: str = Field(max_length=64)
    responsible_person: str = Field(max_length=64)
    contact: str = Field(max_length=32)
    notice_from: date
    notice_until: date
    requested_by: str = Field(max_length=64)
    requested_at: datetime = Field(sa_type=UtcDateTime)
    issued_on: date | None = None
    issued_by: str = Field(default="", max_length=64)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_why: str = Field(default="", max_length=128)
