"""Days in all the ways in which offices write them."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registers.cells.dates import DateError, DateFault, find_dates, parse_date
from services.registers.cells.periods import Period, read_period, read_trainings
from services.registers.files.raw import Cell

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
MARCH_1 = date(1958, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [
        *("19580301", 19580301, 19580301.0, "19580301.0", "1958-3-1", "1958-03-01", "1958/3/1", "1958.3.1"),
        *(
            "1958年3月1日",
            "1958 年 3 月 1 日",
            "１９５８－０３－０１",
            "1958—03—01",
            "1958、3、1",
            "'1958-03-01",
        ),
        *("1958-03-01 00:00:00", "1958-03-01T00:00:00", 21245, 21245.0, 21245.75, "21245", date(1958, 3, 1)),
    ],
)
def test_whole_days(cell: Cell) -> None:
    reading = parse_date(cell)
    assert (reading.value, reading.is_month_only, reading.is_doubtful) == (MARCH_1, False, False)


@pytest.mark.parametrize(
    "cell",
    [
        "1958.03",
        1958.03,
        "1958年3月",
        "1958年3月份",
        "195803",
        195803,
        "1958-3",
        "1958.3.",
        "19580300",
        "1958-03-00",
    ],
)
def test_a_month_alone_is_its_first_day_and_marked(cell: Cell) -> None:
    reading = parse_date(cell)
    assert (reading.value, reading.is_month_only, reading.is_doubtful) == (MARCH_1, True, False)


def test_a_number_that_lost_its_zero_is_october_and_doubtful() -> None:
    reading = parse_date(1958.1)
    assert (reading.value, reading.is_doubtful) == (date(1958, 10, 1), True)


def test_the_text_1958_1_is_january_and_doubtful_but_1958_01_is_not() -> None:
    assert parse_date("1958.1").value == date(1958, 1, 1)
    assert parse_date("1958.1").is_doubtful
    assert not parse_date("1958.01").is_doubtful
    assert not parse_date("1958.10").is_doubtful
    assert not parse_date("1958-1").is_doubtful


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("1958", DateFault.YEAR_ONLY),
        ("1958年", DateFault.YEAR_ONLY),
        (1958, DateFault.YEAR_ONLY),
        ("19580000", DateFault.YEAR_ONLY),
        ("58.3", DateFault.SHORT_YEAR),
        ("58-3-1", DateFault.SHORT_YEAR),
        ("1958.13", DateFault.IMPOSSIBLE),
        ("1958-02-30", DateFault.IMPOSSIBLE),
        ("19580230", DateFault.IMPOSSIBLE),
        (1958.13, DateFault.IMPOSSIBLE),
        ("0058-03-01", DateFault.IMPOSSIBLE),
        ("去年夏天", DateFault.UNREADABLE),
        ("", DateFault.UNREADABLE),
        (None, DateFault.UNREADABLE),
        (True, DateFault.UNREADABLE),
        (580301, DateFault.UNREADABLE),
        (-5.5, DateFault.UNREADABLE),
        (1958.0345, DateFault.UNREADABLE),
    ],
)
def test_what_is_no_day(cell: Cell, fault: DateFault) -> None:
    with pytest.raises(DateError) as refusal:
        parse_date(cell)
    assert refusal.value.fault is fault


@given(
    DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%d 00:00:00"])
)
def test_every_day_is_read_back_from_every_form(day: date, form: str) -> None:
    assert parse_date(day.strftime(form)).value == day


@given(st.dates(date(1928, 1, 1), date(2100, 12, 31)))
def test_every_excel_serial_is_its_day(day: date) -> None:
    assert parse_date((day - date(1899, 12, 30)).days).value == day
    assert parse_date(float((day - date(1899, 12, 30)) / timedelta(days=1))).value == day


@given(DAYS)
def test_every_month_is_read_from_text_and_number(day: date) -> None:
    first = day.replace(day=1)
    assert parse_date(f"{day:%Y.%m}").value == first
    assert parse_date(float(f"{day:%Y.%m}")).value == first
    assert parse_date(f"{day.year}年{day.month}月").value == first


@given(st.text(max_size=20) | st.floats() | st.integers() | st.booleans() | st.none())
def test_no_cell_brings_the_parser_down(cell: Cell) -> None:
    with contextlib.suppress(DateError):
        assert isinstance(parse_date(cell).value, date)


@given(DAYS, DAYS)
def test_a_period_is_found_with_every_separator(first: date, last: date) -> None:
    for between in ("至", "-", "—", "~", "到", " 至 "):
        assert read_period(f"{first}{between}{last}") == Period(first, last)


def test_the_end_of_a_period_given_by_its_month_is_the_last_day() -> None:
    assert read_period("2026.1-2026.12") == Period(date(2026, 1, 1), date(2026, 12, 31))
    assert read_period("有效期至2027.2") == Period(None, date(2027, 2, 28))


def test_one_day_is_the_end_unless_the_cell_says_from() -> None:
    assert read_period("2027-06-30") == Period(None, date(2027, 6, 30))
    assert read_period(date(2027, 6, 30)) == Period(None, date(2027, 6, 30))
    assert read_period("2026年1月1日起") == Period(date(2026, 1, 1), None)
    assert read_period("长期") == Period()


def test_dates_in_a_text_are_found_in_order() -> None:
    assert [d.value for d in find_dates("20260101-20261231")] == [date(2026, 1, 1), date(2026, 12, 31)]
    with pytest.raises(DateError):
        find_dates("2026-02-30")


def test_trainings_with_their_validity() -> None:
    certifier, aid, talk = read_trainings(
        "上门认证培训 2026-03-01（有效期至2029-03-01）；急救 2025-05；"
        "心理 有效期至2027-01-31；入户 2026-01-01"
    )
    assert (certifier.skill, certifier.trained_on, certifier.valid_until) == (
        "certifier",
        date(2026, 3, 1),
        date(2029, 3, 1),
    )
    assert (aid.skill, aid.trained_on, aid.valid_until) == ("first_aid", date(2025, 5, 1), None)
    assert (talk.skill, talk.trained_on, talk.valid_until) == ("counselling", None, date(2027, 1, 31))
