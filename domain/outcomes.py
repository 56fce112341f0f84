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
    ON_SITE = "on_site"  # the same, the policy's minimum at least: nobody opened, or it was broken off


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
    credit: Credit = Credit.ON_SITE
    penalty_free: bool = True


_C, _O = Consequence, Outcome
CONSEQUENCES: Mapping[Outcome, Consequence] = MappingProxyType(
    {
        _O.DONE_EVIDENCE: _C(Follow.REVIEW, credit=Credit.SERVICE),
        _O.NOBODY_HOME: _C(Follow.RETRY),
        # a telephone call by staff, another channel; never counts as certified
        _O.REFUSED: _C(Follow.CLOSE, "call_by_staff"),
        # no certification on hearsay: hospital visit or institution channel, asked again after two weeks
        _O.HOSPITALISED: _C(Follow.CLOSE, "hospital", life_status="hospitalised"),
        _O.MOVED: _C(Follow.CLOSE, "transfer", life_status="away"),
        _O.DECEASED: _C(Follow.CLOSE, "death", life_status="deceased", stop_messages=True, at_once=True),
        _O.MISSING: _C(Follow.CLOSE, "status_proposal", life_status="missing", at_once=True),
        _O.IMPRISONED: _C(Follow.CLOSE, "status_proposal", life_status="imprisoned"),
        _O.WRONG_PERSON: _C(Follow.CLOSE, "fraud_case", hold_evidence=True, at_once=True),
        _O.CANNOT_VERIFY: _C(Follow.CLOSE, "staff_visit"),
        _O.ABORTED_SAFETY: _C(Follow.CLOSE, "safety_incident", at_once=True),
    }
)


# Among a visit's skills: the lead must be staff. What CANNOT_VERIFY asks of the next visit (§1.5).
STAFF_LEAD = "staff"


def certifies(outcome: Outcome) -> bool:
    """Only complete evidence leads to a certification, and only after its review."""
    return outcome is Outcome.DONE_EVIDENCE


@dataclass(frozen=True)
class Credited:
    """Minutes that count; `to_confirm`: planned ones that count only once somebody confirms them."""

    minutes: int
    to_confirm: int = 0


def credited_minutes(
    outcome: Outcome, planned: int, spent: int | None, least: int, *, has_reported: bool = False
) -> Credited:
    """What is borne out of one visitor's time, travel excluded: never over twice the planned time.

    `spent`: from arrival to the report; None when nobody noted the arrival. Then only the report speaks for
    the visitor, and only for the least at a door that stayed shut; all else waits to be confirmed.
    """
    is_short = CONSEQUENCES[outcome].credit is Credit.ON_SITE
    if spent is not None:
        return Credited(max(least if is_short else 0, min(spent, 2 * planned)))
    if is_short and has_reported:
        return Credited(least)
    return Credited(0, least if is_short else planned)
