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


class Credit(StrEnum):
    """How the visitors' minutes are counted (rule VOL-07)."""

    SERVICE = "service"  # from arrival to the report
    ON_SITE = "on_site"  # time at the door, the policy's minimum at least


@dataclass(frozen=True)
class Consequence:
    """What follows. `life_status`: to be proposed for the retiree; `hold_evidence`: lock what was seen.

    `matter`: what a person has to do, '' for nothing; `at_once`: before anything else today.
    """

    then: Follow
    matter: str = ""
    life_status: str | None = None
    stop_messages: bool = False
    hold_evidence: bool = False
    at_once: bool = False
    credit: Credit = Credit.SERVICE
    penalty_free: bool = True


_C, _O = Consequence, Outcome
_AT_DOOR = Credit.ON_SITE
CONSEQUENCES: Mapping[Outcome, Consequence] = MappingProxyType(
    {
        _O.DONE_EVIDENCE: _C(Follow.REVIEW),
        _O.NOBODY_HOME: _C(Follow.RETRY, credit=_AT_DOOR),
        # a telephone call by staff, another channel; never counts as certified
        _O.REFUSED: _C(Follow.CLOSE, "call_by_staff", credit=_AT_DOOR),
        # no certification on hearsay: hospital visit or institution channel, asked again after two weeks
        _O.HOSPITALISED: _C(Follow.CLOSE, "hospital", life_status="hospitalised", credit=_AT_DOOR),
        _O.MOVED: _C(Follow.CLOSE, "transfer", life_status="away", credit=_AT_DOOR),
        _O.DECEASED: _C(Follow.CLOSE, "death", life_status="deceased", stop_messages=True, at_once=True),
        _O.MISSING: _C(Follow.CLOSE, "status_proposal", life_status="missing", at_once=True),
        _O.IMPRISONED: _C(Follow.CLOSE, "status_proposal", life_status="imprisoned", credit=_AT_DOOR),
        _O.WRONG_PERSON: _C(Follow.CLOSE, "fraud_case", hold_evidence=True, at_once=True),
        _O.CANNOT_VERIFY: _C(Follow.CLOSE, "staff_visit"),
        _O.ABORTED_SAFETY: _C(Follow.CLOSE, "safety_incident", at_once=True, credit=_AT_DOOR),
    }
)


def certifies(outcome: Outcome) -> bool:
    """Only complete evidence leads to a certification, and only after its review."""
    return outcome is Outcome.DONE_EVIDENCE


def credited_minutes(outcome: Outcome, planned: int, spent: int | None, least: int) -> int:
    """Minutes for one visitor who was there: never under `least`, never over twice the planned time.

    `spent`: from arrival to the report, travel excluded; None when nobody noted the arrival, then the
    planned time counts for a visit that took place and the least for one that ended at the door.
    """
    if spent is None:
        spent = planned if CONSEQUENCES[outcome].credit is Credit.SERVICE else least
    return max(least, min(spent, 2 * planned))
