"""Retirees, the facts known of them, and the people to reach them by."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from models.base import InArea, Row, Versioned
from models.columns import EnumText, UtcDateTime
from models.seal import Sealed


class LifeStatus(StrEnum):
    """States that change what may be done for a person (Regulation art. 28)."""

    LIVING = "living"
    AWAY = "away"  # 居住流动: lives elsewhere
    HOSPITALISED = "hospitalised"
    MISSING = "missing"
    IMPRISONED = "imprisoned"
    DECEASED = "deceased"


class Retiree(InArea, Versioned, Row, table=True):
    """A person drawing a monthly pension; belongs to the community of residence (Regulation art. 2, 12)."""

    __tablename__ = "retirees"

    name: str = Field(max_length=64)
    sex: int = 0  # GB/T 2261.1: 0 unknown, 1 male, 2 female
    born_on: date
    id_number_sealed: bytes | None = None
    id_number_index: bytes | None = Field(default=None, index=True, unique=True)
    id_number = Sealed(index="id_number")
    personal_number: str = Field(default="", max_length=32)  # 个人编号
    phone_sealed: bytes | None = None
    phone_index: bytes | None = Field(default=None, index=True)
    phone = Sealed(index="phone")  # E.164
    phone_kind: str = Field(default="", max_length=12)  # mobile, landline, ''
    landline_sealed: bytes | None = None
    landline = Sealed()
    address_sealed: bytes | None = None
    address = Sealed()
    place_sealed: bytes | None = None
    place = Sealed()  # own coordinates as "latitude,longitude"; '' uses the community's
    health_sealed: bytes | None = None
    health = Sealed()
    notes_sealed: bytes | None = None
    notes = Sealed()
    insured_type: str = Field(default="", max_length=24)
    employer: str = Field(default="", max_length=128)
    benefit_state: str = Field(default="normal", max_length=24)
    retired_on: date | None = None
    registered_on: date | None = None
    first_benefit_on: date | None = None
    household: str = Field(default="", max_length=64, index=True)  # same value: same door
    home_visit_ground: str = Field(default="", max_length=24)  # one of the five grounds, '' = can go out
    disability_level: int = 0
    residence: str = Field(default="local", max_length=24)  # 本市, 市外 …
    life_status: LifeStatus = Field(default=LifeStatus.LIVING, sa_type=EnumText(LifeStatus))
    died_on: date | None = None
    learnt_on: date | None = None
    opted_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_index: bytes | None = None  # the number, own or a contact's, that answered last
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    language: str = Field(default="zh-CN", max_length=8)
    wanted_volunteer_id: UUID | None = None
    known_face_only: bool = False  # refuses strangers: only who was here before, or is named in a tie
    extra_sealed: bytes | None = None
    extra = Sealed()  # JSON of register columns without a field of their own, kept as they came
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class RetireeFlag(InArea, Row, table=True):
    """One fact (`domain.flags.Flag`) with who set it and when; ended, never deleted."""

    __tablename__ = "retiree_flags"

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    flag: str = Field(max_length=32)
    set_on: date
    set_by: str = Field(max_length=64)
    ended_on: date | None = None
    ended_by: str = Field(default="", max_length=64)


class Contact(InArea, Row, table=True):
    """Somebody to reach a retiree by, best first."""

    __tablename__ = "contacts"

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    rank: int = 1
    name: str = Field(max_length=64)
    relation: str = Field(default="", max_length=24)
    phone_sealed: bytes | None = None
    phone_index: bytes | None = Field(default=None, index=True)
    phone = Sealed(index="phone")
    phone_kind: str = Field(default="", max_length=12)
    opted_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CertificationEvent(InArea, Row, table=True):
    """A certification that happened; append-only, voided rather than changed (rule CERT-05)."""

    __tablename__ = "certification_events"

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    occurred_on: date
    channel: str = Field(max_length=24)
    visit_id: UUID | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str = Field(max_length=64)
    source: str = Field(default="", max_length=24)  # visit, list, staff, register
    voided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    voided_by: str = Field(default="", max_length=64)
    void_reason: str = Field(default="", max_length=128)
