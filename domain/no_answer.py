"""Nobody opens: when to try again, when an officer takes over, and the clock for people at high risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.flags import Flag
from domain.policy import Policy

PARTS = ("morning", "afternoon", "evening")


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
