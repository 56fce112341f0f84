"""Texts to send, attempts to send them, gateways' reports, and texts that came in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from domain.messages import MessageStatus
from models.base import InArea, Row
from models.columns import EnumText, JsonText, UtcDateTime
from models.seal import Sealed


class Message(InArea, Row, table=True):
    """One text for one person, intended once (`natural_key`) and written with the step that wants it."""

    __tablename__ = "messages"
    __table_args__ = (
        # Not partial: SQLite does not see that a bound status lies within a partial index's condition.
        Index("ix_messages_status_send_at", "status", "send_at"),
        # The order in which waiting texts are claimed: nothing is sorted beside a hundred thousand due ones.
        Index("ix_messages_queue", "status", "priority", "send_at", "id"),
    )

    natural_key: str = Field(max_length=128, unique=True)
    template: str = Field(max_length=8)
    status: MessageStatus = Field(default=MessageStatus.QUEUED, sa_type=EnumText(MessageStatus))
    priority: int = 3
    audience: str = Field(max_length=12)  # volunteer, retiree, contact, staff, stranger
    visit_id: UUID | None = Field(default=None, foreign_key="visits.id", index=True)
    offer_id: UUID | None = Field(default=None, foreign_key="offers.id", index=True)
    person_id: UUID | None = Field(default=None, index=True)
    starts_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # the visit's time the text speaks of
    phone_sealed: bytes | None = None
    phone_index: bytes | None = Field(default=None, index=True)
    phone = Sealed(index="phone")
    params_sealed: bytes | None = None
    params = Sealed()  # JSON of the template's values
    text_sealed: bytes | None = None
    text = Sealed()
    code: str = Field(default="", max_length=12)
    segments: int = 1
    send_at: datetime = Field(sa_type=UtcDateTime)  # for `sending` and `unknown`: when to settle
    expires_at: datetime = Field(sa_type=UtcDateTime)
    attempt_id: UUID | None = None  # the attempt that owns the row
    attempts: int = 0
    carrier_id: UUID | None = Field(default=None, index=True)  # the text in which this one left, with others
    follows_id: UUID | None = Field(default=None, index=True)  # the text that did not arrive, in whose place
    gateway: str = Field(default="", max_length=12)
    gateway_ref: str = Field(default="", max_length=64, index=True)
    failure: str = Field(default="", max_length=48)
    created_at: datetime = Field(sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Attempt(Row, table=True):
    """One call of a gateway: written before the call, completed after it."""

    __tablename__ = "attempts"

    message_id: UUID = Field(foreign_key="messages.id", index=True)
    gateway: str = Field(max_length=12)
    started_at: datetime = Field(sa_type=UtcDateTime)
    lease_until: datetime = Field(sa_type=UtcDateTime)
    outcome: str = Field(default="", max_length=16)
    gateway_ref: str = Field(default="", max_length=64)
    detail: str = Field(default="", max_length=64)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Receipt(Row, table=True):
    """A gateway's report about a text; the same report counts once."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("gateway", "gateway_ref", "status"),)

    gateway: str = Field(max_length=12)
    gateway_ref: str = Field(max_length=64)
    attempt_id: UUID | None = None
    status: str = Field(max_length=16)
    code: str = Field(default="", max_length=16)
    received_at: datetime = Field(sa_type=UtcDateTime)
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Inbound(InArea, Row, table=True):
    """A text that came in: stored raw and once, understood afterwards."""

    __tablename__ = "inbound"

    dedupe_key: str = Field(max_length=96, unique=True)
    gateway: str = Field(max_length=12)
    phone_sealed: bytes | None = None
    phone_index: bytes | None = Field(default=None, index=True)
    phone = Sealed(index="phone")
    text_sealed: bytes | None = None
    text = Sealed()
    received_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    wake_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    read_attempts: int = 0
    meaning: str = Field(default="", max_length=24)
    volunteer_id: UUID | None = None
    retiree_id: UUID | None = None
    visit_id: UUID | None = None
    result: str = Field(default="", max_length=32)


class PhoneText(Row, table=True):
    """What the phone simulator's phones hold (embedded default only; sample persons)."""

    __tablename__ = "phone_texts"

    phone: str = Field(max_length=20, index=True)
    is_from_phone: bool = False
    ref: str = Field(max_length=64, unique=True)
    text: str
    at: datetime = Field(sa_type=UtcDateTime)


class GatewayState(Row, table=True):
    """Whether a gateway's channel is open, and why not."""

    __tablename__ = "gateway_states"

    gateway: str = Field(max_length=12, unique=True)
    paused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=64)
    segments: float = 0.0  # that may leave at once, as of `counted_at`; below zero: lent to answers
    counted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JsonText)


class PhoneState(Row, table=True):
    """A number with which something is wrong; numbers in order have no row."""

    __tablename__ = "phone_states"

    phone_index: bytes = Field(unique=True)
    hard_failures: int = 0  # since the last text that arrived
    void_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # takes no texts
    opted_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the carrier says so
    changed_at: datetime = Field(sa_type=UtcDateTime)
