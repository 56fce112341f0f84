"""Care visits: levels from flags, the window of the next visit, the monthly rate."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.ages import completed_years
from domain.flags import Flag
from domain.policy import Policy


class Level(StrEnum):
    """How often somebody is looked after."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True)
class Window:
    """The days within which the next care visit is to take place, both included."""

    opens_on: date
    due_on: date


def derived_flags(
    flags: Collection[str], born_on: date, disability_level: int, today: date, policy: Policy
) -> set[Flag]:
    """Recorded flags plus what follows from age and disability level."""
    found = {Flag(f) for f in flags}
    if completed_years(born_on, today) >= policy.advanced_age:
        found.add(Flag.ADVANCED_AGE)
    if disability_level >= policy.disabled_from_level:
        found.add(Flag.DISABLED)
    return found


def care_level(flags: Collection[Flag], policy: Policy) -> Level | None:
    """A: very old and alone, or dementia; B and C by the policy's lists; None: no regular visits (§2.2)."""
    alone = any(f in flags for f in policy.level_a_aged_flags)
    if (Flag.ADVANCED_AGE in flags and alone) or any(f in flags for f in policy.level_a_flags):
        return Level.A
    if any(f in flags for f in policy.level_b_flags):
        return Level.B
    if any(f in flags for f in policy.level_c_flags):
        return Level.C
    return None


def care_window(last_contact_on: date, level: Level, policy: Policy) -> Window:
    """Due one interval after the last effective contact; may take place some days before."""
    due_on = last_contact_on + timedelta(days=policy.care_interval_days[level])
    return Window(due_on - timedelta(days=policy.care_open_days[level]), due_on)


@dataclass(frozen=True)
class Target:
    """Somebody in the monthly rate: when the duty began and ended, and the days of effective contact."""

    since: date
    until: date | None
    contacts: tuple[date, ...]


def monthly_rate(targets: Iterable[Target], first: date, last: date, policy: Policy) -> tuple[int, int]:
    """(contacted, counted): who was a target on any day of the span, less those who entered in its last days
    or left without contact (§2.2, decision).
    """
    contacted = counted = 0
    entered_late = last - timedelta(days=policy.rate_entry_days)
    for target in targets:
        if target.since > last or (target.until is not None and target.until < first):
            continue
        had_contact = any(first <= day <= last for day in target.contacts)
        left = target.until is not None and target.until <= last
        if not had_contact and (target.since > entered_late or left):
            continue
        counted += 1
        contacted += had_contact
    return contacted, counted
