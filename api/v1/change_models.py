"""What coordinators send when they change a visit. `version` is the one they were looking at."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from api.openapi import Given, Shown
from domain.outcomes import Outcome

REASON: Any = Field(min_length=2, max_length=256)


class ReasonIn(Given):
    version: int
    reason: str = REASON


class AssignIn(ReasonIn):
    position: int = Field(ge=0, le=1)
    volunteer_id: UUID
    starts_at: AwareDatetime | None = None


class RescheduleIn(ReasonIn):
    starts_at: AwareDatetime


class ReviewIn(Given):
    version: int
    approve: bool
    reason: str = Field("", max_length=256)


class AnswerIn(Given):
    """What a volunteer said on the telephone."""

    version: int
    volunteer_id: UUID
    answer: Literal["accept", "decline", "withdraw"]
    reason: str = Field("", max_length=256)


class CheckInIn(Given):
    version: int
    volunteer_id: UUID
    place: str = Field("", max_length=128)


class ReportIn(Given):
    """`form_key` makes sending it twice harmless; checklist: item → normal, abnormal, unseen."""

    version: int
    volunteer_id: UUID
    form_key: str = Field(min_length=8, max_length=64)
    outcome: Outcome
    checklist: dict[str, Literal["normal", "abnormal", "unseen"]] = Field(default={}, max_length=40)
    evidence: dict[str, bool | int | str] = Field(default={}, max_length=40)
    text: str = Field("", max_length=2000)


class AnswerOut(Shown):
    """What became of an answer, and the visit's version now."""

    answer: str
    version: int


class ChangedOut(Shown):
    """The visit's state after the change."""

    status: str
    version: int


class SuggestionQuery(Given):
    position: int = Field(0, ge=0, le=1)
    limit: int = Field(10, ge=1, le=30)
    starts_at: AwareDatetime | None = None


class SuggestionOut(Shown):
    volunteer_id: UUID
    name: str
    is_city_pool: bool
    km: float
    reasons: dict[str, Any]


class SuggestionList(Shown):
    suggestions: list[SuggestionOut]
