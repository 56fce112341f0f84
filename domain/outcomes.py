"""Outcomes of a visit, and as data what follows from each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Outcome(StrEnum):
    """What the visitors found."""

    DONE_EVIDENCE = "done_evidence"
    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    HOSPITALISED = "hospitalised"
    MOVED = "moved"
    DECEASED = "deceased"
    MISSING = "missing"
    IMPRISONED = "imprisoned"
    WRONG_PERSON = "wrong_person"
    CANNOT_VERIFY = "cannot_verify"
    ABORTED_SAFETY = "aborted_safety"


class Follow(StrEnum):
    """The next step of the visit itself."""

    REVIEW = "review"  # done: reviewed where it certifies, else completed
    RETRY = "retry"  # another date, a person after several
    CLOSE = "close"  # the visit ends, the matter goes to a person


@dataclass(frozen=True)
class Consequence:
    """What follows. `life_status`: to be proposed for the retiree; `hold_evidence`: lock what was seen."""

    then: Follow
    life_status: str | None = None
    stop_messages: bool = False
    hold_evidence: bool = False
    penalty_free: bool = True


CONSEQUENCES: Mapping[Outcome, Consequence] = MappingProxyType(
    {
        Outcome.DONE_EVIDENCE: Consequence(Follow.REVIEW),
        Outcome.NOBODY_HOME: Consequence(Follow.RETRY),
        Outcome.REFUSED: Consequence(Follow.CLOSE),
        Outcome.HOSPITALISED: Consequence(Follow.CLOSE, life_status="hospitalised"),
        Outcome.MOVED: Consequence(Follow.CLOSE, life_status="away"),
        Outcome.DECEASED: Consequence(Follow.CLOSE, life_status="deceased", stop_messages=True),
        Outcome.MISSING: Consequence(Follow.CLOSE, life_status="missing"),
        Outcome.IMPRISONED: Consequence(Follow.CLOSE, life_status="imprisoned"),
        Outcome.WRONG_PERSON: Consequence(Follow.CLOSE, hold_evidence=True),
        Outcome.CANNOT_VERIFY: Consequence(Follow.CLOSE),
        Outcome.ABORTED_SAFETY: Consequence(Follow.CLOSE),
    }
)
