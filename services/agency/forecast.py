"""Who will be suspended when, if nothing comes: by month and area, and each person with the reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from domain.ages import add_months, month_start
from domain.certification import is_suspended
from domain.masking import mask_name
from models.retirees import Retiree
from services.agency.reasons import Why, reasons_for
from services.agency.standing import Stand, load_stands
from services.steps import Step

MONTHS = 6
LEVELS = (4, 6, 9, 12)  # digits of city, district, street, community


@dataclass(frozen=True)
class Forecast:
    """`months`: first days; `counts[area][month]`: unpaid from then on; `suspended`: unpaid now."""

    months: list[date]
    areas: list[str]
    counts: dict[str, Counter[date]]
    suspended: Counter[str]

    @property
    def totals(self) -> list[int]:
        return [sum(self.counts[area][month] for area in self.areas) for month in self.months]


@dataclass(frozen=True)
class Person:
    """One line of the list, masked."""

    id: UUID
    name: str
    division_code: str
    last_on: date | None
    due_on: date
    suspended_from: date
    special_procedure: bool
    why: Why


def below(area: str) -> int:
    """Digits of the areas just below one."""
    return next((level for level in LEVELS if level > len(area)), LEVELS[-1])


async def forecast(step: Step, area: str = "4301", months: int = MONTHS) -> Forecast:
    """The months from the next one on, for the areas just below `area`."""
    first = add_months(month_start(step.today), 1)
    span = [add_months(first, n) for n in range(months)]
    counts: dict[str, Counter[date]] = defaultdict(Counter)
    suspended: Counter[str] = Counter()
    digits = below(area)
    for stand in await load_stands(step, area):
        unit = stand.division_code[:digits]
        if is_suspended(stand.clock, step.today):
            suspended[unit] += 1
        elif stand.clock.suspended_from <= span[-1]:
            counts[unit][stand.clock.suspended_from] += 1
        counts[unit]  # an area without anybody due is shown too
    return Forecast(span, sorted(counts), counts, suspended)


async def chosen_stands(step: Step, area: str, month: date | None) -> list[Stand]:
    """Persons unpaid from a month on; None for those who are unpaid now."""
    stands = await load_stands(step, area)
    if month is None:
        return [s for s in stands if is_suspended(s.clock, step.today)]
    return [s for s in stands if s.clock.suspended_from == month]


async def list_persons(
    step: Step, area: str, month: date | None, *, limit: int = 100, offset: int = 0
) -> tuple[int, list[Person]]:
    """How many there are, and a page of them, masked, with the reason of each."""
    stands = await chosen_stands(step, area, month)
    page = stands[offset : offset + limit]
    names = await _names(step, page)
    why = await reasons_for(step, page)
    return len(stands), [
        Person(
            stand.id,
            mask_name(names.get(stand.id, "")),
            stand.division_code,
            stand.clock.last_on,
            stand.clock.due_on,
            stand.clock.suspended_from,
            stand.clock.special_procedure,
            why[stand.id],
        )
        for stand in page
    ]


async def _names(step: Step, stands: Sequence[Stand]) -> dict[UUID, str]:
    ids = [stand.id for stand in stands]
    rows = await step.session.execute(
        select(col(Retiree.id), col(Retiree.name)).where(col(Retiree.id).in_(ids))
    )
    return {row.id: row.name for row in rows}
