"""Nobody opens: when to try again, when an officer takes over, and the clock for people at high risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.flags import Flag
from domain.policy import Policy
from domain.policy_values import TimeSpan

PARTS = ("morning", "afternoon", "evening")


class IncidentKind(StrEnum):
    """What makes a record of an emergency."""

    NO_ANSWER = "no_answer"  # somebody at high risk does not open
    FOUND_DEAD = "found_dead"
    EMERGENCY = "emergency"  # a fall, illness, fire
    UNSAFE = "unsafe"  # a dog, violence: the visitors left


class EmergencyStep(StrEnum):
    """What is done, in the order in which it should be (§2.5); a door is never forced by volunteers."""

    CALLED_120 = "called_120"
    CALLED_110 = "called_110"
    CALLED_119 = "called_119"
    TOLD_OFFICER = "told_officer"  # by telephone, not by text
    CALLED_PERSON = "called_person"  # mobile and landline
    ASKED_NEIGHBOURS = "asked_neighbours"
    CALLED_CONTACT = "called_contact"
    ASKED_EMPLOYER = "asked_employer"
    ASKED_HOSPITALS = "asked_hospitals"
    DOOR_OPENED = "door_opened"  # decided by officer and police
    HELP_ARRIVED = "help_arrived"
    PERSON_SEEN = "person_seen"  # the clock stops
    SUPPORT_OFFERED = "support_offered"  # to the volunteers


def day_part(local: datetime, policy: Policy) -> str:
    """The part of the day a local time belongs to; the gaps between the parts count with the earlier one."""
    part = PARTS[0]
    for name in PARTS:
        if local.time() >= policy.shift_parts[name].start:
            part = name
    return part


def is_exhausted(attempts: Sequence[datetime], policy: Policy, zone: ZoneInfo) -> bool:
    """Tried often enough, on enough days, in enough parts of the day: the community officer takes over.

    Three attempts on two days in two parts, unless the policy says otherwise (decision).
    """
    local = [at.astimezone(zone) for at in attempts]
    return (
        len(local) >= policy.attempts_before_escalation
        and len({at.date() for at in local}) >= policy.attempt_days
        and len({day_part(at, policy) for at in local}) >= policy.attempt_bands
    )


def parts_to_try(attempts: Sequence[datetime], policy: Policy, zone: ZoneInfo) -> list[str]:
    """Parts of the day for the next attempt: those not yet tried, else all."""
    tried = {day_part(at.astimezone(zone), policy) for at in attempts}
    return [part for part in PARTS if part not in tried] or list(PARTS)


def windows_to_try(attempts: Sequence[datetime], policy: Policy, zone: ZoneInfo) -> list[TimeSpan]:
    """The visiting hours that lie in those parts; all of them where none does."""
    parts = parts_to_try(attempts, policy, zone)
    on = date(2000, 1, 1)  # any day: only the time of day counts
    fits = [s for s in policy.visit_windows if day_part(datetime.combine(on, s.start), policy) in parts]
    return fits or list(policy.visit_windows)


@dataclass(frozen=True)
class WelfareClock:
    """For somebody at high risk whom nobody has reached: who has to act by when."""

    officer_at: datetime
    street_at: datetime
    seen_by: datetime


def needs_welfare_check(level: str, flags: Sequence[Flag]) -> bool:
    """Level A, or living alone: not a matter for another date but for today."""
    return level == "A" or Flag.LIVING_ALONE in flags


def welfare_clock(failed_at: datetime, policy: Policy) -> WelfareClock:
    """Officer after 2 h, street duty after 4 h, seen within 24 h of the failed visit."""
    return WelfareClock(
        failed_at + timedelta(hours=policy.no_contact_officer_hours),
        failed_at + timedelta(hours=policy.no_contact_street_hours),
        failed_at + timedelta(hours=policy.serious_event_hours),
    )
