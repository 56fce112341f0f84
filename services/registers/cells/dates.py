"""Days as offices write them: 1958.03, 19580301, 1958年3月, Excel serials, date cells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.ages import month_end
from services.registers.files.raw import Cell

_EXCEL_ZERO = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 80_000  # 1927 to 2119
_YEARS = range(1900, 2101)
_TIME = re.compile(r"[T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*$")
_BLANKS = re.compile(r"\s*([年月日./\-、,])\s*")
_DASHES = str.maketrans("—–−﹣．。・", "----...")
_SPLIT = re.compile(r"(\d{2,4})[年./\-、, ](\d{1,2})(?:[月./\-、, ](\d{1,2}))?[月日号份.]*")
_YEAR = re.compile(r"(\d{2}|\d{4})年?")
_INSIDE = re.compile(
    r"\d{4}(?:年|[./-])\d{1,2}(?:(?:月|[./-])\d{1,2}(?!\d)日?)?月?|(?<!\d)\d{8}(?!\d)|(?<!\d)\d{6}(?!\d)"
)


class DateFault(StrEnum):
    """Why a cell is not a day."""

    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"  # a month 13, a 30 February
    YEAR_ONLY = "year_only"
    SHORT_YEAR = "short_year"  # 58.3: which century?


class DateError(ValueError):
    """Not a day; `fault` says why. The text of the cell is not repeated."""

    def __init__(self, fault: DateFault) -> None:
        super().__init__(f"not a date: {fault}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class DateReading:
    """A day; the first of the month when the cell names a month only.

    `is_doubtful`: 1958.1 may be January, or October with its zero lost in a number cell.
    """

    value: date
    is_month_only: bool = False
    is_doubtful: bool = False

    @property
    def last_day(self) -> date:
        """The day as the end of a period: the last of the month when only that is known."""
        return month_end(self.value) if self.is_month_only else self.value


def parse_date(cell: Cell) -> DateReading:
    """Read a cell that holds one day or month. Raises DateError."""
    if isinstance(cell, date):
        return DateReading(cell)
    if isinstance(cell, bool) or cell is None:
        raise DateError(DateFault.UNREADABLE)
    if isinstance(cell, int | float):
        if not abs(cell) < 1e9:  # also the number that is none
            raise DateError(DateFault.UNREADABLE)
        return _from_number(float(cell))
    return _from_text(cell)


def find_dates(text: str) -> list[DateReading]:
    """All days in a text such as 2026-01-01至2026-12-31, in their order. Raises DateError for a bad one."""
    return [parse_date(found) for found in _INSIDE.findall(_clean(text))]


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES).strip(" '`‘’\t")


def _from_number(number: float) -> DateReading:
    whole = int(number)
    if whole in _YEARS and number != whole:
        month = round((number - whole) * 100)
        if abs((number - whole) * 100 - month) > 1e-6:
            raise DateError(DateFault.UNREADABLE)
        return DateReading(_day(whole, month, 1), is_month_only=True, is_doubtful=month == 10)
    if _FIRST_SERIAL <= whole <= _LAST_SERIAL:
        return DateReading(_EXCEL_ZERO + timedelta(days=whole))
    if number != whole:
        raise DateError(DateFault.UNREADABLE)
    return _from_digits(str(whole))


def _from_text(text: str) -> DateReading:
    clean = _BLANKS.sub(r"\1", _TIME.sub("", _clean(text)))
    digits = re.sub(r"\.0+$", "", clean) if re.fullmatch(r"\d{5,8}\.0+", clean) else clean
    if digits.isascii() and digits.isdigit():
        if len(digits) == 5:
            return _from_number(float(digits))
        return _from_digits(digits)
    found = _SPLIT.fullmatch(clean)
    if found is None:
        raise DateError(DateFault.YEAR_ONLY if _YEAR.fullmatch(clean) else DateFault.UNREADABLE)
    year, month, day = found[1], found[2], found[3]
    if len(year) != 4:
        raise DateError(DateFault.SHORT_YEAR if len(year) == 2 else DateFault.UNREADABLE)
    if day is None or not int(day):
        doubtful = month == "1" and clean.endswith(".1")
        return DateReading(_day(int(year), int(month), 1), is_month_only=True, is_doubtful=doubtful)
    return DateReading(_day(int(year), int(month), int(day)))


def _from_digits(digits: str) -> DateReading:
    if len(digits) not in (4, 6, 8) or int(digits[:4]) not in _YEARS:
        raise DateError(DateFault.UNREADABLE)
    year, month, day = int(digits[:4]), int(digits[4:6] or 0), int(digits[6:] or 0)
    if not month and not day:
        raise DateError(DateFault.YEAR_ONLY)
    return DateReading(_day(year, month, day or 1), is_month_only=not day)


def _day(year: int, month: int, day: int) -> date:
    if year not in _YEARS:
        raise DateError(DateFault.IMPOSSIBLE)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateError(DateFault.IMPOSSIBLE) from error
