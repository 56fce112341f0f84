"""Care visits: levels from flags, the window of the next visit, the monthly rate."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.ages import add_months, completed_years, month_end, month_start
from domain.flags import Flag
from domain.policy import Policy


class Level(StrEnum):
    """How often somebody is looked after."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"  # by age alone, where a city wants it


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


def explain_level(
    flags: Collection[Flag], policy: Policy, age: int | None = None
) -> tuple[Level | None, tuple[Flag, ...]]:
    """The level and the flags that give it: A very old and alone, or dementia; B and C by lists; D by age."""
    alone = tuple(f for f in policy.level_a_aged_flags if f in flags)
    if Flag.ADVANCED_AGE in flags and alone:
        return Level.A, (Flag.ADVANCED_AGE, *alone)
    for level, listed in (
        (Level.A, policy.level_a_flags),
        (Level.B, policy.level_b_flags),
        (Level.C, policy.level_c_flags),
    ):
        found = tuple(f for f in listed if f in flags)
        if found:
            return level, found
    if age is not None and policy.level_d_from_age and age >= policy.level_d_from_age:
        return Level.D, ()
    return None, ()


def care_level(flags: Collection[Flag], policy: Policy, age: int | None = None) -> Level | None:
    """The level alone; None: no regular visits. With the `age`, level D counts too."""
    return explain_level(flags, policy, age)[0]


def care_interval(level: Level, flags: Collection[Flag], policy: Policy) -> int:
    """Days from one contact to the next; at level D twice as often at advanced age."""
    if level is not Level.D:
        return policy.care_interval_days[level]
    return policy.level_d_advanced_days if Flag.ADVANCED_AGE in flags else policy.level_d_days


def is_priority(flags: Collection[Flag], policy: Policy) -> bool:
    """One of the six groups whose needs come first (Regulation art. 25(1))."""
    return any(f in flags for f in policy.priority_flags)


def care_window(last_contact_on: date, level: Level, policy: Policy, flags: Collection[Flag] = ()) -> Window:
    """Due one interval after the last effective contact; may take place some days before.

    An interval of about a month ends with the calendar month after the contact at the latest: else
    31 January would lead to 2 March, and February would pass without a contact.
    """
    interval = care_interval(level, flags, policy)
    due_on = last_contact_on + timedelta(days=interval)
    if 28 <= interval <= 31:
        due_on = min(due_on, month_end(add_months(month_start(last_contact_on), 1)))
    early = policy.level_d_open_days if level is Level.D else policy.care_open_days[level]
    return Window(due_on - timedelta(days=early), due_on)


class ContactForm(StrEnum):
    """How somebody was in touch with a retiree."""

    HOME_VISIT = "home_visit"
    PHONE = "phone"
    VIDEO = "video"
    REMOTE_MONITORING = "remote_monitoring"
    HEARSAY = "hearsay"  # a neighbour said that all is well


def is_effective(form: ContactForm, with_person: bool) -> bool:
    """A completed home visit, or a call with the person himself, counts as contact (decision)."""
    return form is ContactForm.HOME_VISIT or (with_person and form in (ContactForm.PHONE, ContactForm.VIDEO))


def seen_at_home(window: Window, last_home_visit_on: date, level: Level, policy: Policy) -> Window:
    """The window drawn forward where calls alone would let levels A and B go unseen for a quarter.

    `last_home_visit_on`: of somebody never seen at home, the day from which they are looked after.
    """
    latest = last_home_visit_on + timedelta(days=policy.home_visit_interval_days)
    if level in (Level.C, Level.D) or window.due_on <= latest:
        return window
    return Window(latest - timedelta(days=policy.care_open_days[level]), latest)


@dataclass(frozen=True)
class Target:
    """Somebody in the monthly rate: when the duty began and ended, and the days of effective contact."""

    since: date
    until: date | None
    contacts: tuple[date, ...]


def monthly_rate(targets: Iterable[Target], first: date, last: date, policy: Policy) -> tuple[int, int]:
    """(contacted, counted): who was a target on any day of the span, less those who entered in its last days
    or left without contact (decision).
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


def rate_percent(contacted: int, counted: int) -> float:
    """Two decimals, 100 when nobody was to be visited."""
    return round(100 * contacted / counted, 2) if counted else 100.0
