"""Completed years and calendar months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ages import add_months, completed_years, month_end, months_between, turns_on


@pytest.mark.parametrize(
    ("born_on", "on", "years"),
    [
        (date(1942, 3, 15), date(2026, 3, 14), 83),
        (date(1942, 3, 15), date(2026, 3, 15), 84),
        (date(1936, 2, 29), date(2026, 2, 28), 89),
        (date(1936, 2, 29), date(2026, 3, 1), 90),
        (date(1936, 2, 29), date(2016, 2, 28), 79),
        (date(1936, 2, 29), date(2016, 2, 29), 80),
        (date(1936, 12, 31), date(2026, 12, 30), 89),
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2026, 11, 24), date(2026, 11, 23), -1),
    ],
)
def test_4_2_age_in_completed_years(born_on: date, on: date, years: int) -> None:
    assert completed_years(born_on, on) == years


def test_8_27_leap_birthdays() -> None:
    born_on = date(1936, 2, 29)
    assert turns_on(born_on, 90) == date(2026, 3, 1)
    assert turns_on(born_on, 70) == date(2006, 3, 1)
    assert turns_on(born_on, 80) == date(2016, 2, 29)
    assert turns_on(born_on, 100) == date(2036, 2, 29)


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(0, 120))
def test_an_age_is_reached_on_its_day_and_not_before(born_on: date, years: int) -> None:
    day = turns_on(born_on, years)
    assert completed_years(born_on, day) == years
    assert completed_years(born_on, day - timedelta(days=1)) == years - 1


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 5), 1, date(2026, 1, 5)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_6_calendar_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(-120, 120))
def test_months_are_counted_back(day: date, months: int) -> None:
    assert months_between(day, add_months(day, months)) == months
    assert (month_end(day) + timedelta(days=1)).day == 1
