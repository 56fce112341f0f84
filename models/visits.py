"""Visits, the seats of their crews, offers, reports, and the timeline of what happened."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitKind, VisitStatus
from models.base import InArea, Row, Versioned
from models.columns import EnumText, JsonText, UtcDateTime
from models.seal import Sealed


class Visit(InArea, Versioned, Row, table=True):
    """Somebody has to go to somebody's door. The row is the truth about it."""

    __tablename__ = "visits"
    __table_args__ = (
        # Partial: the tick's question "what is due?" stays small while finished visits pile up.
        Index(
            "ix_visits_waking",
            "wake_at",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
        Index("ix_visits_starts_at", "starts_at"),
        Index("ix_visits_status_kind", "status", "kind"),
    )

    number: str = Field(max_length=16, unique=True)
    natural_key: str = Field(max_length=96, unique=True)  # the same duty is generated once
    kind: VisitKind = Field(sa_type=EnumText(VisitKind))
    status: VisitStatus = Field(default=VisitStatus.DUE, sa_type=EnumText(VisitStatus))
    retiree_id: UUID | None = Field(default=None, foreign_key="retirees.id", index=True)
    campaign_id: UUID | None = Field(default=None, foreign_key="campaigns.id", index=True)
    trip_id: UUID | None = Field(default=None, index=True)  # several duties behind one door
    title: str = Field(default="", max_length=128)  # volunteer tasks
    ground: str = Field(default="", max_length=24)
    level: str = Field(default="", max_length=2)  # care level A, B, C
    crew_size: int = 2
    skills: list[str] = Field(default_factory=list, sa_type=JsonText)  # the lead must have all
    lead_sex: int = 0
    minutes: int = 30
    weight: int = 1
    opens_on: date
    due_on: date  # last day for planning; a certification is judged by its own clock
    windows: list[list[str]] = Field(default_factory=list, sa_type=JsonText)  # [["09:00", "11:30"], …] local
    with_certification: bool = False
    starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    visit_code: str = Field(default="", max_length=4)  # the visitor says it to the retiree
    wake_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    events: int = 0  # lines of the timeline so far; each one moves the version
    step_attempts: int = 0  # claims since the last finished step; too many: set aside for a person
    responsible: str = Field(default="", max_length=64)  # rule that names the coordinator, or staff user name
    wave: int = 0
    attempts: int = 0  # times somebody stood at the door in vain
    outcome: str = Field(default="", max_length=24)
    reason: dict[str, Any] = Field(
        default_factory=dict, sa_type=JsonText
    )  # why nobody was found, why it ended
    confirmed_by_retiree_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    checked_in_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    address_sealed: bytes | None = None
    address = Sealed()  # where to go, when it is not the retiree's home: a hospital
    place_division: str = Field(default="", max_length=12)  # and the area it lies in
    evidence_locked_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # a suspicion: nothing more
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Seat(Row, table=True):
    """One place in the crew: 0 is the lead, 1 the companion."""

    __tablename__ = "seats"
    __table_args__ = (UniqueConstraint("visit_id", "position"),)

    visit_id: UUID = Field(foreign_key="visits.id", index=True)
    position: int
    status: SeatStatus = Field(default=SeatStatus.OPEN, sa_type=EnumText(SeatStatus))
    proposed_id: UUID | None = Field(default=None, foreign_key="volunteers.id")  # the plan's choice
    volunteer_id: UUID | None = Field(default=None, foreign_key="volunteers.id", index=True)
    code: str = Field(default="", max_length=12)  # the code of the offer that filled the seat
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    checked_in_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    check_in_place: str = Field(default="", max_length=128)  # "accuracy 30 m", or "outside, because …"
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Offer(InArea, Versioned, Row, table=True):
    """One volunteer asked for one seat."""

    __tablename__ = "offers"
    __table_args__ = (
        Index(
            "uq_offers_open",
            "visit_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text("status = 'offered'"),
            postgresql_where=text("status = 'offered'"),
        ),
        Index("ix_offers_volunteer_id_status", "volunteer_id", "status"),
    )

    visit_id: UUID = Field(foreign_key="visits.id", index=True)
    volunteer_id: UUID = Field(foreign_key="volunteers.id")
    position: int  # the seat asked for
    status: OfferStatus = Field(default=OfferStatus.OFFERED, sa_type=EnumText(OfferStatus))
    wave: int = 1
    code: str = Field(max_length=12, unique=True)
    starts_at: datetime = Field(sa_type=UtcDateTime)  # the time that was offered
    offered_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    channel: str = Field(default="", max_length=12)  # sms, page, phone, staff
    why: dict[str, Any] = Field(default_factory=dict, sa_type=JsonText)  # why this volunteer


class VisitReport(InArea, Row, table=True):
    """What a visitor reported; kept as it came, several per visit possible."""

    __tablename__ = "visit_reports"

    visit_id: UUID = Field(foreign_key="visits.id", index=True)
    volunteer_id: UUID | None = Field(default=None, foreign_key="volunteers.id")
    part_id: UUID | None = Field(default=None, index=True)  # the part of the trip it is about
    form_key: str = Field(max_length=64, unique=True)  # the same form sent twice counts once
    outcome: str = Field(max_length=24)
    channel: str = Field(max_length=12)
    checklist: dict[str, Any] = Field(
        default_factory=dict, sa_type=JsonText
    )  # item → normal, abnormal, unseen
    evidence: dict[str, Any] = Field(
        default_factory=dict, sa_type=JsonText
    )  # what domain.certification asks for
    text_sealed: bytes | None = None
    text = Sealed()
    reported_at: datetime = Field(sa_type=UtcDateTime)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reviewed_by: str = Field(default="", max_length=64)
    verdict: str = Field(default="", max_length=12)  # approved, returned


class EvidenceFile(InArea, Row, table=True):
    """A photo or scan, sealed; the row says what it shows."""

    __tablename__ = "evidence_files"

    visit_id: UUID = Field(foreign_key="visits.id", index=True)
    volunteer_id: UUID | None = Field(default=None, foreign_key="volunteers.id")
    kind: str = Field(max_length=24)  # dated_photo, signature, form
    sha256: str = Field(max_length=64)
    media_type: str = Field(max_length=32)
    content_sealed: bytes | None = None
    content = Sealed()  # base64
    uploaded_at: datetime = Field(sa_type=UtcDateTime)


class TimelineEntry(InArea, Row, table=True):
    """Who moved a visit, when, from where to where, and why; append-only."""

    __tablename__ = "timeline"
    __table_args__ = (UniqueConstraint("visit_id", "position"),)

    visit_id: UUID = Field(foreign_key="visits.id")
    position: int
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=64)  # system, staff:USER, volunteer:ID, retiree
    event: str = Field(max_length=32)
    from_status: str = Field(default="", max_length=24)
    to_status: str = Field(default="", max_length=24)
    why: dict[str, Any] = Field(default_factory=dict, sa_type=JsonText)
