"""Staff accounts, their area, and signed-in sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from domain.staff import Role as Role
from models.base import Row, Versioned
from models.columns import EnumText, UtcDateTime
from models.scope import Reader
from models.seal import Sealed


class Staff(Versioned, Row, table=True):
    """A person who signs in. `area`: division-code prefix, '' is refused for all but the city."""

    __tablename__ = "staff"

    username: str = Field(max_length=64, unique=True)
    display_name: str = Field(max_length=64)
    role: Role = Field(sa_type=EnumText(Role))
    area: str = Field(max_length=12, index=True)
    managing_agency: str = Field(default="", max_length=24)
    password_hash: str = Field(max_length=160)
    phone_sealed: bytes | None = None
    phone_index: bytes | None = Field(default=None, index=True)
    phone = Sealed(index="phone")
    volunteer_id: UUID | None = Field(default=None, foreign_key="volunteers.id")  # the same person
    language: str = Field(default="", max_length=8)
    is_active: bool = True
    away_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_logins: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def reader(self) -> Reader:
        return Reader(f"staff:{self.username}", self.area, self.managing_agency)


class StaffSession(Row, table=True):
    """A signed-in browser; only the hash of its secret is kept."""

    __tablename__ = "staff_sessions"

    token_hash: str = Field(max_length=64, unique=True)
    staff_id: UUID = Field(foreign_key="staff.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
