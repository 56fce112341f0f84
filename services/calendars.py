"""Working days and festivals from the calendar libraries, as values for the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from chinese_calendar.constants import holidays, workdays
from lunar_python import Lunar, Solar
from sqlmodel import col, select

from domain.workdays import HolidayTable, LunarDays
from models.holidays import HolidayYear
from services.steps import Step

FIRST_YEAR, LAST_YEAR = 2020, 2040


@cache
def holiday_table() -> HolidayTable:
    """The State Council's tables as far as published, and the lunar days for the years after."""
    published = frozenset(day.year for day in holidays)
    # The table of the last published year may already name days of the next: they do not publish that year.
    full = frozenset(y for y in published if sum(day.year == y for day in holidays) > 5)
    return HolidayTable(
        days_off=frozenset(holidays),
        work_days=frozenset(workdays),
        years=full,
        lunar={year: lunar_days(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)},
    )


async def working_days(step: Step) -> HolidayTable:
    """The table in force: what the library knows, and the years an office has loaded; read again after a
    minute of the clock."""
    stamp = step.now.timestamp()
    known: Any = step.cache.get("holidays")
    if known is None or not 0 <= stamp - known[0] < 60:
        rows = list(await step.session.scalars(select(HolidayYear).order_by(col(HolidayYear.year))))
        known = step.cache["holidays"] = (stamp, with_years(holiday_table(), rows))
    table: HolidayTable = known[1]
    return table


def with_years(table: HolidayTable, rows: list[HolidayYear]) -> HolidayTable:
    """A loaded year replaces what was known of its days; it may name days of its neighbours too."""
    for row in rows:
        off = {date.fromisoformat(day) for day in row.days["off"]}
        work = {date.fromisoformat(day) for day in row.days["work"]}
        keep_off = {day for day in table.days_off if day.year != row.year} - work
        keep_work = {day for day in table.work_days if day.year != row.year} - off
        table = replace(
            table,
            days_off=frozenset(keep_off | off),
            work_days=frozenset(keep_work | work),
            years=table.years | {row.year},
        )
    return table


@cache
def lunar_days(year: int) -> LunarDays:
    """The movable holidays that fall into a solar year."""
    terms = Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable()
    qingming = terms["清明"]
    return LunarDays(
        spring_festival=_solar(year, 1, 1),
        qingming=date(qingming.getYear(), qingming.getMonth(), qingming.getDay()),
        dragon_boat=_solar(year, 5, 5),
        mid_autumn=_solar(year, 8, 15),
    )


def double_ninth(year: int) -> date:
    """重阳 of a year."""
    return _solar(year, 9, 9)


def _solar(year: int, month: int, day: int) -> date:
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
