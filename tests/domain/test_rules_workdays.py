"""Working days (§6)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.workdays import (
    Deadline,
    HolidayTable,
    NoHolidayTable,
    add_working_days,
    is_working_day,
    preceding_working_day,
    statutory_days_off,
)


@pytest.mark.parametrize(
    ("died_on", "deadline"),
    [
        (date(2026, 1, 30), date(2026, 3, 5)),
        (date(2026, 2, 10), date(2026, 3, 16)),
        (date(2026, 2, 14), date(2026, 3, 20)),
        (date(2026, 9, 4), date(2026, 10, 9)),
        (date(2025, 9, 12), date(2025, 10, 16)),
        (date(2026, 4, 3), date(2026, 5, 7)),
        (date(2025, 12, 20), date(2026, 1, 19)),
        (date(2026, 11, 30), date(2026, 12, 28)),
        (date(2026, 12, 3), date(2026, 12, 31)),
    ],
)
def test_6_twenty_working_days(died_on: date, deadline: date, holidays: HolidayTable) -> None:
    assert add_working_days(died_on, 20, holidays) == Deadline(deadline, provisional=False)


def test_6_a_deadline_in_an_unpublished_year_is_provisional(holidays: HolidayTable) -> None:
    deadline = add_working_days(date(2026, 12, 10), 20, holidays)
    # 15 working days are left in 2026; New Year's Day falls on a Friday
    assert deadline == Deadline(date(2027, 1, 8), provisional=True)


def test_8_26_the_deadline_moves_when_the_table_arrives(holidays: HolidayTable) -> None:
    published = replace(
        holidays,
        years=holidays.years | {2027},
        days_off=holidays.days_off | {date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 4)},
    )
    assert add_working_days(date(2026, 12, 10), 20, published) == Deadline(date(2027, 1, 11), False)


@pytest.mark.parametrize(
    "day",
    [date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20),
     date(2026, 10, 10), date(2018, 12, 29), date(2026, 11, 23)],
)  # fmt: skip
def test_6_odd_work_days(day: date, holidays: HolidayTable) -> None:
    assert is_working_day(day, holidays)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 3)),
        (date(2026, 2, 15), date(2026, 2, 23)),
        (date(2026, 4, 4), date(2026, 4, 6)),
        (date(2026, 5, 1), date(2026, 5, 5)),
        (date(2026, 6, 19), date(2026, 6, 21)),
        (date(2026, 9, 25), date(2026, 9, 27)),
        (date(2026, 10, 1), date(2026, 10, 7)),
    ],
)
def test_6_days_off(first: date, last: date, holidays: HolidayTable) -> None:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert not any(is_working_day(day, holidays) for day in days)


def test_6_fallback_knows_thirteen_statutory_days(holidays: HolidayTable) -> None:
    days = statutory_days_off(2027, holidays.lunar[2027])
    assert len(days) == 13
    assert {date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 8), date(2027, 4, 5), date(2027, 10, 3)} <= days
    assert not is_working_day(date(2027, 2, 8), holidays)
    assert is_working_day(date(2027, 2, 9), holidays)
    assert not is_working_day(date(2027, 2, 13), holidays)


def test_a_year_about_which_nothing_is_known_is_refused(holidays: HolidayTable) -> None:
    with pytest.raises(NoHolidayTable) as caught:
        is_working_day(date(2029, 1, 2), holidays)
    assert caught.value.year == 2029


def test_6_notices_to_staff_go_out_on_the_working_day_before(holidays: HolidayTable) -> None:
    assert preceding_working_day(date(2026, 10, 4), holidays) == Deadline(date(2026, 9, 30), False)
    assert preceding_working_day(date(2026, 9, 20), holidays) == Deadline(date(2026, 9, 20), False)
    assert preceding_working_day(date(2027, 1, 1), holidays) == Deadline(date(2026, 12, 31), True)


def test_zero_working_days_is_the_day_itself(holidays: HolidayTable) -> None:
    assert add_working_days(date(2026, 10, 1), 0, holidays) == Deadline(date(2026, 10, 1), False)


@given(st.dates(date(2025, 1, 1), date(2027, 11, 1)), st.integers(1, 30))
def test_counting_there_and_back(holidays: HolidayTable, day: date, count: int) -> None:
    deadline = add_working_days(day, count, holidays)
    assert is_working_day(deadline.on, holidays)
    on_the_way = (day + timedelta(days=n) for n in range(1, (deadline.on - day).days + 1))
    assert sum(is_working_day(one, holidays) for one in on_the_way) == count
