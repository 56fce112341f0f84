"""Completed years and calendar months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def birthday_in(born_on: date, year: int) -> date:
    """The birthday in a year; 29 February counts from 1 March in common years."""
    if born_on.month == 2 and born_on.day == 29 and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1)
    return born_on.replace(year=year)


def turns_on(born_on: date, years: int) -> date:
    """The day on which an age is reached."""
    return birthday_in(born_on, born_on.year + years)


def completed_years(born_on: date, on: date) -> int:
    """Age on a day; negative before birth."""
    return on.year - born_on.year - (on < birthday_in(born_on, on.year))


def month_start(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, its last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(earlier: date, later: date) -> int:
    """Calendar months from the month of one day to the month of another."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month
