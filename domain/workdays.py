"""Working days by the State Council's yearly table, provisional where a year is not yet published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LunarDays:
    """The movable holidays of one year."""

    spring_festival: date
    qingming: date
    dragon_boat: date
    mid_autumn: date


@dataclass(frozen=True)
class HolidayTable:
    """`days_off` on weekdays or weekends and `work_days` at weekends, for the published `years`.

    `lunar` gives the movable holidays of unpublished years, from which the fallback is made.
    """

    days_off: frozenset[date]
    work_days: frozenset[date]
    years: frozenset[int]
    lunar: Mapping[int, LunarDays] = field(default_factory=dict)

    def is_published(self, day: date) -> bool:
        return day.year in self.years


class Deadline(NamedTuple):
    """A day, and whether it may still move when a year's table is published."""

    on: date
    provisional: bool


class NoHolidayTable(LookupError):  # noqa: N818  # says what is missing, as all errors of the rules do
    """A year is neither published nor are its movable holidays known."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no holiday table and no movable holidays for {year}")
        self.year = year


def statutory_days_off(year: int, lunar: LunarDays) -> frozenset[date]:
    """The 13 statutory holidays since 2025, without any shifted working days."""
    days = [date(year, 1, 1), lunar.qingming, lunar.dragon_boat, lunar.mid_autumn]
    days += [lunar.spring_festival + offset * _DAY for offset in (-1, 0, 1, 2)]
    days += [date(year, 5, 1), date(year, 5, 2), *(date(year, 10, day) for day in (1, 2, 3))]
    return frozenset(days)


def is_working_day(day: date, table: HolidayTable) -> bool:
    """Raises NoHolidayTable for a year about which nothing is known."""
    if table.is_published(day):
        return day in table.work_days or (day.weekday() < 5 and day not in table.days_off)
    if day.year not in table.lunar:
        raise NoHolidayTable(day.year)
    return day.weekday() < 5 and day not in statutory_days_off(day.year, table.lunar[day.year])


def add_working_days(day: date, count: int, table: HolidayTable) -> Deadline:
    """The end of the count-th working day after a day, which itself is not counted (Civil Code art. 201).

    Provisional as soon as one day on the way lies in an unpublished year.
    """
    provisional = False
    while count > 0:
        day += _DAY
        provisional |= not table.is_published(day)
        count -= is_working_day(day, table)
    return Deadline(day, provisional)


def preceding_working_day(day: date, table: HolidayTable) -> Deadline:
    """The day itself or the last working day before it: notices to staff go out then."""
    provisional = not table.is_published(day)
    while not is_working_day(day, table):
        day -= _DAY
        provisional |= not table.is_published(day)
    return Deadline(day, provisional)
