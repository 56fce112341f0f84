"""Holiday tables for the rules: the published one, and the movable holidays of the years after it."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from domain.workdays import HolidayTable, LunarDays

LUNAR = {
    2026: LunarDays(date(2026, 2, 17), date(2026, 4, 5), date(2026, 6, 19), date(2026, 9, 25)),
    2027: LunarDays(date(2027, 2, 6), date(2027, 4, 5), date(2027, 6, 9), date(2027, 9, 15)),
    2028: LunarDays(date(2028, 1, 26), date(2028, 4, 4), date(2028, 5, 28), date(2028, 10, 3)),
}


def build_table(first: int, last: int) -> HolidayTable:
    days = [
        date(first, 1, 1) + timedelta(days=n) for n in range((date(last + 1, 1, 1) - date(first, 1, 1)).days)
    ]
    return HolidayTable(
        days_off=frozenset(day for day in days if chinese_calendar.is_holiday(day)),
        work_days=frozenset(day for day in days if day.weekday() > 4 and chinese_calendar.is_workday(day)),
        years=frozenset(range(first, last + 1)),
        lunar=LUNAR,
    )


@pytest.fixture(scope="session")
def holidays() -> HolidayTable:
    return build_table(2018, 2026)
