"""Volunteers: pool, skills, shifts, limits."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, UniqueConstraint
from sqlmodel import Field, col

from models.base import InArea, Row, Versioned
from models.columns import EnumText, JsonText, UtcDateTime
from models.seal import Sealed


class Pool(StrEnum):
    """Two levels of volunteers (Regulation art. 22)."""

    CITY = "city"
    DISTRICT = "district"


class VolunteerStatus(StrEnum):
    """待审, 在册, 暂停, 退出."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class Volunteer(InArea, Versioned, Row, table=True):
    """Somebody who goes. City-pool volunteers may serve, and be seen by coordinators, everywhere."""

    __tablename__ = "volunteers"

    name: str = Field(max_length=64)
    sex: int = 0
    born_on: date
    id_number_sealed: bytes | None = None
    id_number_index: bytes | None = Field(default=None, index=True, unique=True)
    id_number = Sealed(index="id_number")
    phone_sealed: bytes | None = None
    phone_index: bytes | None = Field(default=None, index=True)
    phone = Sealed(index="phone")
    phone_kind: str = Field(default="", max_length=12)
    address_sealed: bytes | None = None
    address = Sealed()
    place_sealed: bytes | None = None
    place = Sealed()
    health_sealed: bytes | None = None
    health = Sealed()
    notes_sealed: bytes | None = None
    notes = Sealed()
    registry_number: str = Field(default="", max_length=32)  # 志愿者编号
    organisation: str = Field(default="", max_length=128)
    pool: Pool = Field(default=Pool.DISTRICT, sa_type=EnumText(Pool))
    status: VolunteerStatus = Field(default=VolunteerStatus.ACTIVE, sa_type=EnumText(VolunteerStatus))
    is_staff: bool = False
    walks: bool = False  # on foot; else e-bike
    max_km_day: int = 20
    max_visits_day: int | None = None
    max_visits_week: int | None = None
    registered_on: date | None = None
    insured_from: date | None = None
    insured_to: date | None = None
    committed_on: date | None = None
    commitment_version: str = Field(default="", max_length=16)
    health_declared_on: date | None = None
    opted_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    no_shows: int = 0
    guardian_consent_on: date | None = None  # of who is under age
    conduct_checked_on: date | None = None  # the tick only, never the record (rule VOL-14)
    conduct_checked_by: str = Field(default="", max_length=64)
    stars: int = 0  # granted on application (rule VOL-08)
    stars_on: date | None = None
    stars_by: str = Field(default="", max_length=64)
    languages: list[str] = Field(default_factory=list, sa_type=JsonText)
    recused_retirees: list[str] = Field(default_factory=list, sa_type=JsonText)
    extra_sealed: bytes | None = None
    extra = Sealed()  # JSON of register columns without a field of their own, kept as they came
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)

    @classmethod
    def shared_with_all_areas(cls) -> ColumnElement[bool]:
        return col(cls.pool) == Pool.CITY


class VolunteerSkill(Row, table=True):
    """A skill or training with the day until which it holds."""

    __tablename__ = "volunteer_skills"

    volunteer_id: UUID = Field(foreign_key="volunteers.id", index=True)
    skill: str = Field(max_length=24)
    trained_on: date | None = None
    valid_until: date | None = None


class VolunteerShift(Row, table=True):
    """When a volunteer can usually go: weekday 0 = Monday, part of the day from the policy."""

    __tablename__ = "volunteer_shifts"

    volunteer_id: UUID = Field(foreign_key="volunteers.id", index=True)
    weekday: int
    part: str = Field(max_length=12)  # morning, afternoon, evening


class MinutesEntry(Row, table=True):
    """Truthful minutes of service (order 67, rule VOL-07): once for each time somebody stood at the door."""

    __tablename__ = "minutes_ledger"
    __table_args__ = (UniqueConstraint("visit_id", "volunteer_id", "attempt"),)

    visit_id: UUID = Field(foreign_key="visits.id", index=True)
    volunteer_id: UUID = Field(foreign_key="volunteers.id", index=True)
    attempt: int = 0  # the same visit again after nobody opened
    minutes: int
    to_confirm: int = 0  # planned minutes without a noted arrival; a correction beside the entry confirms
    credited_at: datetime = Field(sa_type=UtcDateTime)
