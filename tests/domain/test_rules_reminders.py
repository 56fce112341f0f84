"""The reminder on the day: two hours before, or as soon as texts may leave."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.policy import Policy
from domain.reminders import same_day_reminder

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("starts", "reminded", "is_early"),
    [
        ((14, 30), (12, 30), False),
        ((10, 0), (8, 0), False),
        ((9, 45), (8, 0), True),
        ((9, 0), (8, 0), True),
        ((8, 15), (8, 0), True),
    ],
)
def test_early_visits_are_reminded_when_the_hours_open(
    starts: tuple[int, int], reminded: tuple[int, int], is_early: bool
) -> None:
    start = datetime(2026, 3, 3, *starts, tzinfo=ZONE).astimezone(UTC)
    at, early = same_day_reminder(start, Policy(), ZONE)
    assert (at.astimezone(ZONE), early) == (datetime(2026, 3, 3, *reminded, tzinfo=ZONE), is_early)


def test_the_hours_are_the_policy_s() -> None:
    policy = Policy.from_values({"volunteer_hours": ["07:00-21:00"], "same_day_reminder_hours": 3})
    start = datetime(2026, 3, 3, 9, 30, tzinfo=ZONE)
    assert same_day_reminder(start, policy, ZONE) == (datetime(2026, 3, 3, 7, 0, tzinfo=ZONE), True)
