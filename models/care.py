"""Care between visits: contacts by telephone, referrals, serious events."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from models.base import InArea, Row
from models.columns import UtcDateTime
from models.seal import Sealed


class CareContact(InArea, Row, table=True):
    """Somebody was in touch with a retiree without a visit; whether it counts is a rule (`domain.care`)."""

    __tablename__ = "care_contacts"

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    form: str = Field(max_length=24)  # domain.care.ContactForm
    with_person: bool  # spoke with the retiree, not with somebody else
    occurred_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    note_sealed: bytes | None = None
    note = Sealed()


class Referral(InArea, Row, table=True):
    """A need passed on to whoever can help, with a day by which it is taken up (Regulation art. 6)."""

    __tablename__ = "referrals"

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    visit_id: UUID | None = Field(default=None, foreign_key="visits.id", index=True)
    kind: str = Field(max_length=24)  # domain.care.ReferralKind
    receiver: str = Field(max_length=64)
    need_sealed: bytes | None = None
    need = Sealed()
    opened_on: date
    opened_by: str = Field(max_length=64)
    due_on: date = Field(index=True)
    due_is_provisional: bool = False  # may move when the next year's working days are published
    closed_on: date | None = None
    closed_by: str = Field(default="", max_length=64)
    result: str = Field(default="", max_length=128)


class SeriousEvent(InArea, Row, table=True):
    """Something grave happened to a retiree: to be seen or spoken with within hours (rule CARE-03)."""

    __tablename__ = "serious_events"

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    kind: str = Field(max_length=24)  # domain.care.SeriousKind
    occurred_at: datetime = Field(sa_type=UtcDateTime)
    contact_by: datetime = Field(sa_type=UtcDateTime)
    visit_id: UUID | None = Field(default=None, foreign_key="visits.id")
    recorded_by: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    contacted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
