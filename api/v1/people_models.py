"""What is said about retirees and volunteers: masked."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from api.openapi import Given, Shown


class PeopleQuery(Given):
    area: str = Field("", pattern=r"^\d{0,12}$", description="leading digits of a division code")
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class SearchIn(Given):
    """Exact search; in a body, because addresses of pages are kept in many places."""

    by: Literal["name", "id_number", "phone"]
    value: str = Field(min_length=1, max_length=64)


class RetireeLine(Shown):
    id: UUID
    name: str
    sex: int
    born_year: int
    division_code: str
    managing_agency: str
    phone: str
    life_status: str
    flags: list[str]
    version: int


class RetireeList(Shown):
    total: int
    retirees: list[RetireeLine]


class ContactOut(Shown):
    rank: int
    name: str
    relation: str
    phone: str


class RetireeOut(RetireeLine):
    """One person, still masked; `certified_on`: the last certification that counts."""

    id_number: str
    address: str
    home_visit_ground: str
    benefit_state: str
    residence: str
    contacts: list[ContactOut]
    certified_on: date | None
    opted_out_at: AwareDatetime | None
    last_contact_at: AwareDatetime | None = None
    last_contact_form: str = Field("", description="home_visit, phone, video")


class LookIn(Given):
    """Which sealed fields, and why; both are kept."""

    fields: list[str] = Field(min_length=1, max_length=8)
    reason: str = Field(min_length=4, max_length=256)


class LookOut(Shown):
    values: dict[str, str]


class VolunteerLine(Shown):
    id: UUID
    name: str
    pool: str
    status: str
    division_code: str
    organisation: str
    skills: list[str]
    phone: str
    no_shows: int
    version: int


class VolunteerList(Shown):
    total: int
    volunteers: list[VolunteerLine]
