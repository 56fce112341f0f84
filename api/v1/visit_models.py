"""What is said about visits."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from api.openapi import Given, Shown
from domain.visits import SeatStatus, VisitKind, VisitStatus


class VisitQuery(Given):
    """Filters; all that are given must hold. `day` is local: the day of the visit, or due on that day."""

    status: VisitStatus | None = None
    kind: VisitKind | None = None
    day: date | None = None
    area: str = Field("", pattern=r"^\d{0,12}$", description="leading digits of a division code")
    text: str = Field("", max_length=64, description="part of the visit's number or of a task's title")
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class VisitLine(Shown):
    """A visit in a list; `who` is the retiree's masked name or the task's title."""

    id: UUID
    number: str
    kind: VisitKind
    status: VisitStatus
    who: str
    retiree_id: UUID | None
    division_code: str
    managing_agency: str
    level: str
    opens_on: date
    due_on: date
    starts_at: AwareDatetime | None
    minutes: int
    crew_size: int
    responsible: str
    outcome: str
    version: int


class VisitList(Shown):
    total: int
    visits: list[VisitLine]


class SeatOut(Shown):
    position: int
    status: SeatStatus
    volunteer_id: UUID | None
    volunteer: str
    proposed_id: UUID | None
    accepted_at: AwareDatetime | None
    checked_in_at: AwareDatetime | None
    done_at: AwareDatetime | None


class OfferOut(Shown):
    id: UUID
    position: int
    volunteer_id: UUID
    volunteer: str
    status: str
    wave: int
    starts_at: AwareDatetime
    offered_at: AwareDatetime
    expires_at: AwareDatetime
    answered_at: AwareDatetime | None
    channel: str
    why: dict[str, Any]


class MessageOut(Shown):
    """A text's way; its words and its number are not shown."""

    id: UUID
    template: str
    audience: str
    status: str
    send_at: AwareDatetime
    submitted_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    segments: int
    failure: str


class ReportOut(Shown):
    id: UUID
    volunteer_id: UUID | None
    outcome: str
    channel: str
    checklist: dict[str, Any]
    evidence: dict[str, Any]
    has_text: bool
    reported_at: AwareDatetime
    reviewed_at: AwareDatetime | None
    reviewed_by: str
    verdict: str


class TimelineOut(Shown):
    position: int
    at: AwareDatetime
    actor: str
    event: str
    from_status: str
    to_status: str
    why: dict[str, Any]


class VisitOut(VisitLine):
    """Everything about one visit that may be shown without a reason."""

    wake_at: AwareDatetime | None
    reason: dict[str, Any]
    seats: list[SeatOut]
    offers: list[OfferOut]
    messages: list[MessageOut]
    reports: list[ReportOut]
    timeline: list[TimelineOut]
