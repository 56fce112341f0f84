"""What people have agreed to, with the words they agreed to: the proof of a flag that is a consent."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from models.base import InArea, Row
from models.columns import UtcDateTime


class Consent(InArea, Row, table=True):
    """One consent, from the day it was given until it was taken back (PIPL art. 14 and 15); never deleted.

    The flag says that it holds; this row is what can be shown when somebody asks why.
    """

    __tablename__ = "consents"

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    flag_id: UUID = Field(foreign_key="retiree_flags.id", unique=True)
    purpose: str = Field(max_length=32)  # the flag: wants_greetings
    wording: str = Field(max_length=500)  # as it was read out or signed
    way: str = Field(max_length=12)  # domain.consents.Way
    given_by: str = Field(max_length=12)  # domain.consents.Giver
    given_on: date
    recorded_by: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_way: str = Field(default="", max_length=12)
    withdrawn_by: str = Field(default="", max_length=64)  # who recorded it
    withdrawn_inbound_id: UUID | None = None  # the text that took it back
