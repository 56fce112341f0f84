"""A volunteer's record: hours, stars, reliability, certificates (rules VOL-06 to VOL-11, order 67)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from domain.policy import Policy
from domain.visits import VisitKind


class Training(StrEnum):
    """Trainings that a visit may ask for (rule VOL-04)."""

    HOME_VISIT = "home_visit"
    CERTIFICATION = "certification"
    FIRST_AID = "first_aid"


# Which training a kind of visit asks for, where the policy asks for one.
TRAINING_OF: Mapping[VisitKind, Training] = MappingProxyType(
    {
        VisitKind.CERTIFICATION: Training.CERTIFICATION,
        VisitKind.CARE: Training.HOME_VISIT,
        VisitKind.CAMPAIGN: Training.HOME_VISIT,
        VisitKind.EVENT: Training.HOME_VISIT,
        VisitKind.TASK: Training.HOME_VISIT,
    }
)


class Excuse(StrEnum):
    """Why somebody did not come, told before or after."""

    ILLNESS = "illness"
    FAMILY = "family"
    ACCIDENT = "accident"
    TRANSPORT = "transport"
    OUR_MISTAKE = "our_mistake"


@dataclass(frozen=True)
class Spell:
    """Minutes of one visit: `corrected` are the true ones where the entry was wrong.

    `to_confirm`: planned minutes of somebody whose arrival nobody noted; they count for nothing.
    """

    served_on: date
    kind: VisitKind
    minutes: int
    corrected: int | None = None
    to_confirm: int = 0

    @property
    def true_minutes(self) -> int:
        return self.minutes if self.corrected is None else self.corrected

    @property
    def waits(self) -> bool:
        """Is it still to be confirmed?"""
        return self.to_confirm > 0 and self.corrected is None


def total_minutes(spells: Iterable[Spell], first: date | None = None, last: date | None = None) -> int:
    """True minutes of the spells within two days, both included."""
    return sum(
        s.true_minutes
        for s in spells
        if (first is None or first <= s.served_on) and (last is None or s.served_on <= last)
    )


def shown_hours(minutes: int, policy: Policy) -> float:
    """Hours in steps of half an hour, rounded down: never more than was served (rule VOL-07)."""
    step = policy.hours_step_minutes
    return round(minutes // step * step / 60, 2)


def earned_stars(minutes: int, policy: Policy) -> int:
    """0 to 5 by whole hours served (rule VOL-08); granted on application only."""
    return sum(minutes >= hours * 60 for hours in policy.star_hours)


class StarLevel(StrEnum):
    """Who reviews an application for stars."""

    DISTRICT = "district"
    CITY = "city"
    PROVINCE = "province"


def star_reviewer(stars: int, policy: Policy) -> StarLevel:
    """One and two by the district, three and four by the city, five by the province (rule VOL-08)."""
    if stars <= policy.star_county_max:
        return StarLevel.DISTRICT
    return StarLevel.CITY if stars <= policy.star_city_max else StarLevel.PROVINCE


def reliability_percent(visits_done: int, absences: int) -> int:
    """Kept promises of all promises, 100 for somebody without any; excused absences are not handed in."""
    promised = visits_done + absences
    return round(100 * visits_done / promised) if promised else 100


def counts_against(absent_on: date, excuse: str, today: date, policy: Policy) -> bool:
    """An absence without an excuse, not longer ago than the policy says; illness never counts."""
    return not excuse and absent_on > today - timedelta(days=policy.reliability_days)


def is_newcomer(visits_done: int, policy: Policy) -> bool:
    """Somebody who is still to be given work."""
    return visits_done <= policy.newcomer_visits


def notice_ends(first: date, policy: Policy) -> date:
    """The last day of a certificate's public notice, the first one counted."""
    return first + timedelta(days=policy.certificate_notice_days - 1)


def may_issue(notice_until: date, today: date) -> bool:
    """After the last day of the notice, not on it."""
    return today > notice_until


def content_of(spells: Iterable[Spell], first: date, last: date) -> dict[str, dict[str, int]]:
    """Visits and true minutes by kind within two days, both included: the certificate's content."""
    found: dict[str, dict[str, int]] = {}
    for spell in spells:
        if first <= spell.served_on <= last and spell.true_minutes:
            line = found.setdefault(spell.kind.value, {"visits": 0, "minutes": 0})
            line["visits"] += 1
            line["minutes"] += spell.true_minutes
    return {kind.value: found[kind] for kind in VisitKind if kind in found}
