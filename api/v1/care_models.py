"""What callers send about the care of a retiree, and what they get."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from api.openapi import Given, Shown


class FlagsIn(Given):
    """Facts to set and to end from a day (today when none is given)."""

    add: list[str] = Field(default=[], max_length=20)
    end: list[str] = Field(default=[], max_length=20)
    on: date | None = None


class FlagOut(Shown):
    flag: str
    set_on: date
    set_by: str
    ended_on: date | None


class FlagList(Shown):
    flags: list[FlagOut]


class ContactIn(Given):
    """`with_person`: spoke with the retiree, not with somebody else."""

    form: str = Field(max_length=24)
    with_person: bool
    occurred_at: AwareDatetime
    note: str = Field("", max_length=500)


class Made(Shown):
    id: UUID


class SeriousIn(Given):
    kind: str = Field(max_length=24)
    occurred_at: AwareDatetime


class SeriousOut(Shown):
    id: UUID
    contact_by: AwareDatetime
    visit_id: UUID | None


class ReferralIn(Given):
    kind: str = Field(max_length=24)
    receiver: str = Field(max_length=64)
    need: str = Field("", max_length=500)
    visit_id: UUID | None = None


class ReferralOut(Shown):
    id: UUID
    retiree_id: UUID
    kind: str
    receiver: str
    opened_on: date
    due_on: date
    due_is_provisional: bool
    closed_on: date | None
    result: str


class ReferralQuery(Given):
    only_open: bool = False
    only_overdue: bool = False


class ReferralList(Shown):
    """`closed_in_time_percent`: of all whose day has come, whatever is listed; null of none."""

    referrals: list[ReferralOut]
    closed_in_time_percent: float | None


class ResultIn(Given):
    result: str = Field(max_length=128)


class TieIn(Given):
    volunteer_id: UUID
    kind: str = Field(max_length=24)
    reason: str = Field("", max_length=128)


class GiftIn(Given):
    """What is left out follows the campaign."""

    campaign_id: UUID
    signed_by: str = Field(max_length=24)
    item: str = Field("", max_length=64)
    value_fen: int | None = None
    received_on: date | None = None
    visit_id: UUID | None = None


class PauseIn(Given):
    division_code: str = Field(pattern=r"^\d{12}$")
    from_on: date
    to_on: date
    reason: str = Field(max_length=128)


class PauseOut(Shown):
    id: UUID
    division_code: str
    from_on: date
    to_on: date
    reason: str


class PauseList(Shown):
    pauses: list[PauseOut]
