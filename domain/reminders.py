"""When people are reminded of a visit on its day."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.policy import Policy
from domain.quiet_hours import allowed_spans


def same_day_reminder(starts_at: datetime, policy: Policy, zone: ZoneInfo) -> tuple[datetime, bool]:
    """When a visitor is reminded on the day, and whether that is later than the policy's hours before.

    Two hours before the start; of an early visit when the hours of the day's texts open (decision).
    """
    wanted = starts_at - timedelta(hours=policy.same_day_reminder_hours)
    local = starts_at.astimezone(zone)
    opens = allowed_spans("volunteer", "notice", policy)[0].start
    opening = datetime.combine(local.date(), opens, zone).astimezone(starts_at.tzinfo)
    return max(wanted, opening), wanted < opening
