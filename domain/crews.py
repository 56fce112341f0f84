"""A crew as a whole: two people, one who knows the work, a woman where one is wanted (rule VOL-13)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.ages import completed_years
from domain.policy import Policy
from domain.visits import VisitKind

FEMALE = 2  # GB/T 2261.1


@dataclass(frozen=True)
class Member:
    """What the rules about a crew know of one visitor."""

    sex: int = 0
    serves_since: date | None = None
    is_staff: bool = False


class CrewFault(StrEnum):
    """Why a crew may not go in."""

    TOO_FEW = "too_few"
    NO_WOMAN = "no_woman"
    NOBODY_EXPERIENCED = "nobody_experienced"


def lead_sex(sex: int, flags: Collection[str], policy: Policy) -> int:
    """The sex that the lead of a visit must have: a woman for bedridden or lone women, else anybody (0)."""
    return FEMALE if sex == FEMALE and any(f in flags for f in policy.woman_flags) else 0


def is_experienced(member: Member, day: date, policy: Policy) -> bool:
    """Has served for a year, or is staff."""
    if member.is_staff:
        return True
    return member.serves_since is not None and (day - member.serves_since).days >= policy.experienced_days


def crew_faults(
    crew: Sequence[Member], size: int, wanted_sex: int, day: date, policy: Policy
) -> list[CrewFault]:
    """What is missing in a crew for a visit of `size` people; empty: they may go in."""
    found = [CrewFault.TOO_FEW] if len(crew) < size else []
    if wanted_sex and all(member.sex != wanted_sex for member in crew):
        found.append(CrewFault.NO_WOMAN)
    if size > 1 and crew and not any(is_experienced(member, day, policy) for member in crew):
        found.append(CrewFault.NOBODY_EXPERIENCED)
    return found


def may_come_along(
    born_on: date, guardian_consent_on: date | None, kind: VisitKind, adults: int, day: date, policy: Policy
) -> bool:
    """Somebody of 14 to 17 as a third person: a holiday visit, with consent and two adults (rule VOL-10)."""
    age = completed_years(born_on, day)
    if not policy.minor_min_age <= age < policy.volunteer_min_age:
        return False
    consented = guardian_consent_on is not None and guardian_consent_on <= day
    return kind is VisitKind.CAMPAIGN and consented and adults >= 2
