"""What the board shows: figures, what needs a person now, today, and the next seven days."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func
from sqlmodel import col, select

from domain.masking import mask_name, mask_text
from domain.visits import FINAL, VisitStatus
from models.desk import DeskItem
from models.messages import Inbound
from models.retirees import Retiree
from models.staff import Staff
from models.visits import Seat, Visit
from models.volunteers import Volunteer
from services import desk
from services.due.standings import load_standings
from services.steps import Step

DAYS = 7
CERTIFICATION_DAYS = 30
DESK_LINES, TODAY_LINES = 30, 60
CALLED_OFF = (VisitStatus.CANCELLED, VisitStatus.SUPERSEDED)  # nobody goes: on no day's list, in no count


@dataclass(frozen=True)
class Line:
    """A visit in a list, names masked."""

    visit: Visit
    who: str
    crew: str


@dataclass(frozen=True)
class Matter:
    """Something on a desk, with the visit it is about."""

    item: DeskItem
    visit: Visit | None
    who: str
    text: str  # what came in, masked
    responsible: str  # the name of the member of staff, '' for whoever is at the city desk

    @property
    def told(self) -> datetime | None:
        """The visit's time that they were told last, when somebody has to ring about another."""
        return _moment(self.item.detail.get("told"))

    @property
    def to_tell(self) -> datetime | None:
        """The time to tell them."""
        return _moment(self.item.detail.get("starts_at"))


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


@dataclass(frozen=True)
class Week:
    """Counts of the next seven days by status and by area: `status[row][day]`."""

    days: list[date]
    by_status: dict[str, list[int]]
    by_area: dict[str, list[int]]


async def lines_of(step: Step, visits: list[Visit]) -> list[Line]:
    """Whom the visits are for and who goes."""
    ids = {v.retiree_id for v in visits if v.retiree_id}
    named = await step.session.execute(
        select(col(Retiree.id), col(Retiree.name)).where(col(Retiree.id).in_(ids))
    )
    people = {row_id: name for row_id, name in named}  # noqa: C416  # rows are no pairs for a type checker
    rows = await step.session.execute(
        select(col(Seat.visit_id), col(Volunteer.name))
        .join(Volunteer, col(Volunteer.id) == col(Seat.volunteer_id))
        .where(col(Seat.visit_id).in_([v.id for v in visits]))
        .order_by(col(Seat.position))
    )
    crews: dict[UUID, list[str]] = {}
    for visit_id, name in rows:
        crews.setdefault(visit_id, []).append(mask_name(name))
    return [Line(v, _who(v, people), "、".join(crews.get(v.id, []))) for v in visits]


def _who(visit: Visit, people: dict[UUID, str]) -> str:
    name = people.get(visit.retiree_id, "") if visit.retiree_id else ""
    return mask_name(name) if name else mask_text(visit.title)


def local_midnight(step: Step, on: date) -> datetime:
    return datetime.combine(on, time(), step.zone)


async def load_figures(step: Step) -> dict[str, int]:
    """The strip at the top."""
    begin = local_midnight(step, step.today)
    today = (
        col(Visit.starts_at) >= begin,
        col(Visit.starts_at) < begin + timedelta(days=1),
        col(Visit.status).not_in(CALLED_OFF),
    )
    is_open = col(Visit.status).not_in(FINAL)
    soon = step.today + timedelta(days=CERTIFICATION_DAYS)
    certifying = await load_standings(step, is_open)
    return {
        "desk": await _count(step, DeskItem, *desk.is_open(step)),
        "today": await _count(step, Visit, *today),
        "done": await _count(step, Visit, *today, col(Visit.status) == VisitStatus.COMPLETED),
        "offered": await _count(step, Visit, col(Visit.status) == VisitStatus.OFFERED),
        "unfilled": await _count(step, Visit, col(Visit.status) == VisitStatus.UNFILLED),
        "certifications": sum(1 for s in certifying if s.due_on <= soon),
        "open": await _count(step, Visit, is_open),
    }


async def _count(step: Step, table: Any, *where: ColumnElement[bool]) -> int:
    return await step.session.scalar(select(func.count()).select_from(table).where(*where)) or 0


async def load_desk(step: Step) -> list[Matter]:
    """Open matters, oldest promise first."""
    items = list(
        await step.session.scalars(
            select(DeskItem)
            .where(*desk.is_open(step))
            .order_by(col(DeskItem.due_at), col(DeskItem.id))
            .limit(DESK_LINES)
        )
    )
    texts = await _by_id(step, Inbound, {i.inbound_id for i in items})
    about = {i.id: i.visit_id or getattr(texts.get(i.inbound_id), "visit_id", None) for i in items}
    visits = await _by_id(step, Visit, set(about.values()))
    people = await _by_id(step, Retiree, {i.retiree_id for i in items})
    people |= await _by_id(step, Volunteer, {_writer(i, texts) for i in items})
    lines = {line.visit.id: line.who for line in await lines_of(step, list(visits.values()))}
    staff = await step.session.execute(select(col(Staff.username), col(Staff.display_name)))
    names = {f"staff:{username}": name for username, name in staff}
    found = []
    for item in items:
        visit, came_in = visits.get(about[item.id]), texts.get(item.inbound_id)
        person = people.get(_writer(item, texts) or item.retiree_id)
        who = mask_name(person.name) if person else lines[visit.id] if visit else ""
        text = mask_text(came_in.text) if came_in else ""
        found.append(Matter(item, visit, who, text, names.get(item.responsible, "")))
    return found


def _writer(item: DeskItem, texts: dict[UUID | None, Any]) -> UUID | None:
    """The volunteer whom the matter is about, or who sent the text."""
    writer: UUID | None = item.volunteer_id or getattr(texts.get(item.inbound_id), "volunteer_id", None)
    return writer


async def _by_id(step: Step, table: Any, ids: set[UUID | None]) -> dict[UUID | None, Any]:
    rows = await step.session.scalars(select(table).where(col(table.id).in_(ids - {None})))
    return {row.id: row for row in rows}


async def load_today(step: Step) -> list[Line]:
    """Today's visits by time; what was called off is left out."""
    begin = local_midnight(step, step.today)
    rows = await step.session.scalars(
        select(Visit)
        .where(
            col(Visit.starts_at) >= begin,
            col(Visit.starts_at) < begin + timedelta(days=1),
            col(Visit.status).not_in(CALLED_OFF),
        )
        .order_by(col(Visit.starts_at), col(Visit.id))
        .limit(TODAY_LINES)
    )
    return await lines_of(step, list(rows))


async def load_week(step: Step, prefix: str) -> Week:
    """Counted by the database: status × day, and the divisions just below `prefix` × day."""
    days = [step.today + timedelta(days=n) for n in range(DAYS)]
    starts_at = col(Visit.starts_at)
    begin, end = local_midnight(step, days[0]), local_midnight(step, days[-1] + timedelta(days=1))
    day = case(
        *((starts_at < local_midnight(step, d), n - 1) for n, d in enumerate(days) if n), else_=DAYS - 1
    )
    digits = 6 if len(prefix) < 6 else 9 if len(prefix) < 9 else 12
    area = func.substr(col(Visit.division_code), 1, digits)
    # Counted outside: PostgreSQL does not see that two expressions with parameters are the same.
    cells = (
        select(col(Visit.status).label("status"), area.label("area"), day.label("day"))
        .where(starts_at >= begin, starts_at < end, col(Visit.status).not_in(CALLED_OFF))
        .subquery()
    )
    rows = await step.session.execute(
        select(cells.c.status, cells.c.area, cells.c.day, func.count()).group_by(
            cells.c.status, cells.c.area, cells.c.day
        )
    )
    by_status: dict[str, Counter[int]] = {}
    by_area: dict[str, Counter[int]] = {}
    for status, code, number, count in rows:
        by_status.setdefault(str(status), Counter())[number] += count
        by_area.setdefault(code.ljust(12, "0"), Counter())[number] += count
    order = [s for s in VisitStatus if s in by_status]
    return Week(
        days,
        {s: [by_status[s][n] for n in range(DAYS)] for s in order},
        {a: [by_area[a][n] for n in range(DAYS)] for a in sorted(by_area)},
    )
