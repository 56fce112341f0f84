"""What callers send about volunteers' service, and what they get."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from api.openapi import Given, Shown


class Made(Shown):
    id: UUID


class RecordOut(Shown):
    """`why_not`: what keeps the volunteer from being asked today."""

    hours: float
    hours_this_year: float
    training_hours: float
    stars: int
    stars_earned: int
    reliability_percent: int
    why_not: list[str]


class TrainingIn(Given):
    training: str = Field(max_length=24)
    trained_on: date
    valid_until: date | None = None
    minutes: int = 0


class CorrectionIn(Given):
    entry_id: UUID
    minutes: int
    reason: str = Field(max_length=128)


class LoansIn(Given):
    """Days are both included."""

    volunteer_ids: list[UUID] = Field(max_length=500)
    district: str = Field(pattern=r"^\d{6}(\d{6})?$")
    from_on: date
    to_on: date
    reason: str = Field(max_length=128)
    campaign_id: UUID | None = None


class LoanList(Shown):
    loans: list[UUID]


class LoanEndIn(Given):
    last_on: date
    reason: str = Field(max_length=128)


class TransferIn(Given):
    division_code: str = Field(pattern=r"^\d{12}$")
    pool: str = Field(max_length=12)
    effective_on: date
    reason: str = Field(max_length=128)


class StatusIn(Given):
    status: str = Field(max_length=12)
    reason: str = Field(max_length=128)


class StarsIn(Given):
    stars: int


class CertificateIn(Given):
    from_on: date
    to_on: date
    issuer: str = Field(max_length=64)
    responsible_person: str = Field(max_length=64)
    contact: str = Field(max_length=32)


class CertificateOut(Shown):
    id: UUID
    number: str
    from_on: date
    to_on: date
    minutes: int
    notice_from: date
    notice_until: date
    issued_on: date | None
