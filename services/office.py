"""What an office keeps up: who is away and who stands in, tables of working days, merged areas."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from models.divisions import Division
from models.holidays import HolidayYear
from models.retirees import LifeStatus, Retiree
from models.staff import Staff
from services.calendars import holiday_table
from services.desk import RUNGS, responsible_for
from services.steps import Step

YEARS_SHOWN = 2  # before this one


@dataclass(frozen=True)
class YearLine:
    """A year of working days; `source`: what the office has said, '' for the calendar library's."""

    year: int
    days_off: int
    work_days: int
    is_published: bool
    source: str = ""
    loaded_by: str = ""


@dataclass(frozen=True)
class Unnamed:
    """A street with communities for which nobody is named (Regulation art. 9): how many, and whose people."""

    street: str
    communities: int
    people: int


@dataclass(frozen=True)
class OfficePage:
    """`deputy`: who takes the reader's matters while away, None for whoever signs in for the city next."""

    away: list[Staff]
    staff: list[Staff]
    deputy: Staff | None
    years: list[YearLine]
    merged: list[Division]
    unnamed: list[Unnamed]


async def load_office(step: Step, me: Staff) -> OfficePage:
    """What the member of staff may see of the office: colleagues of the own area, all years and mergers."""
    everybody = await step.session.scalars(
        select(Staff)
        .where(col(Staff.is_active), col(Staff.area).startswith(me.area))
        .order_by(col(Staff.display_name), col(Staff.username))
    )
    colleagues = list(everybody)
    merged = await step.session.scalars(
        select(Division)
        .where(col(Division.successor_code).is_not(None), col(Division.code).startswith(me.area))
        .order_by(col(Division.valid_to).desc(), col(Division.code))
    )
    return OfficePage(
        [s for s in colleagues if s.away_until is not None and s.away_until > step.now],
        colleagues,
        await _deputy(step, me),
        await _years(step),
        list(merged),
        await load_unnamed(step),
    )


async def load_unnamed(step: Step) -> list[Unnamed]:
    """Streets of the reader's area where communities with retirees have no officer and no coordinator.

    Somebody on leave is named all the same.
    """
    staff = await step.session.scalars(
        select(col(Staff.area)).where(col(Staff.is_active), col(Staff.role).in_(RUNGS[0]))
    )
    areas = tuple(staff)
    rows = await step.session.execute(
        select(col(Retiree.division_code), func.count())
        .where(col(Retiree.life_status) != LifeStatus.DECEASED)
        .group_by(col(Retiree.division_code))
    )
    found: dict[str, list[int]] = {}
    for code, people in rows:
        if not code.startswith(areas):
            found.setdefault(code[:9].ljust(12, "0"), []).append(people)
    return [Unnamed(street, len(counts), sum(counts)) for street, counts in sorted(found.items())]


async def _deputy(step: Step, me: Staff) -> Staff | None:
    rung = next((n for n, roles in enumerate(RUNGS) if me.role in roles), 0)
    found = await responsible_for(step, me.area.ljust(12, "0"), rung, without=me.username)
    username = found.removeprefix("staff:")
    deputy: Staff | None = await step.session.scalar(select(Staff).where(col(Staff.username) == username))
    return deputy


async def _years(step: Step) -> list[YearLine]:
    known = holiday_table()
    loaded = {row.year: row for row in await step.session.scalars(select(HolidayYear))}
    lines = []
    for year in range(step.today.year + 1, step.today.year - YEARS_SHOWN - 1, -1):
        if row := loaded.get(year):
            lines.append(
                YearLine(year, len(row.days["off"]), len(row.days["work"]), True, row.source, row.loaded_by)
            )
            continue
        off = sum(day.year == year for day in known.days_off)
        work = sum(day.year == year for day in known.work_days)
        lines.append(YearLine(year, off, work, year in known.years))
    return lines
