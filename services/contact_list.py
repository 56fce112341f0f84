"""The contact mechanism (Regulation art. 17): how each is reached, the last contact, who waits too long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from domain.care import Level
from domain.visits import FINAL, VisitStatus
from models.retirees import Contact, LifeStatus, Retiree
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services.agency.forecast import below
from services.due.care import CONTACT_KINDS, LastContact, contact_window, levels, load_last_contacts
from services.due.persons import load_persons
from services.ladder import Channel, preferred_channel
from services.steps import Step

CHUNK = 500


@dataclass(frozen=True)
class Clock:
    """When somebody who is looked after is to be in touch again; `level` None: no regular visits."""

    id: UUID
    division_code: str
    level: Level | None
    last: LastContact | None
    due_on: date | None
    overdue_days: int  # 0: in time, or no regular visits


@dataclass(frozen=True)
class Next:
    """The visit that comes next; `starts_at` None: no time yet, `due_on` then says by when."""

    visit_id: UUID
    number: str
    status: VisitStatus
    starts_at: datetime | None
    due_on: date


@dataclass(frozen=True)
class Line:
    """One person of the list."""

    clock: Clock
    retiree: Retiree
    channel: Channel
    next: Next | None


@dataclass(frozen=True)
class Area:
    """Persons of an area: all, those looked after, and those whose contact is overdue."""

    code: str
    people: int
    regular: int
    overdue: int


async def load_clocks(step: Step, area: str = "") -> list[Clock]:
    """Everybody at home in the reader's area: the longest overdue first, then by place.

    Who lies in hospital is seen there by a rule of its own (art. 25(2)), as with visits that fall due.
    """
    persons = await load_persons(step, (LifeStatus.LIVING,), area)
    contacts, _ = await load_last_contacts(step)
    level_of = {person.id: level for person, level in levels(step, persons)}
    found = []
    for person in persons:
        last, level = contacts.get(person.id), level_of.get(person.id)
        due_on = None
        if level is not None:
            last_on = step.local_date(last.at) if last else None
            due_on = contact_window(step, person, level, last_on).due_on
        late = max(0, (step.today - due_on).days) if due_on else 0
        found.append(Clock(person.id, person.division_code, level, last, due_on, late))
    return sorted(found, key=lambda c: (-c.overdue_days, c.division_code, c.id))


def count_areas(clocks: Sequence[Clock], area: str) -> list[Area]:
    """The areas just below `area` (leading digits), by code."""
    digits = below(area)
    groups: dict[str, list[Clock]] = defaultdict(list)
    for clock in clocks:
        groups[clock.division_code[:digits]].append(clock)
    return [
        Area(
            code, len(group), sum(c.level is not None for c in group), sum(c.overdue_days > 0 for c in group)
        )
        for code, group in sorted(groups.items())
    ]


async def load_lines(step: Step, clocks: Sequence[Clock]) -> list[Line]:
    """A page of the list: names, channels and next visits of these persons, in their order."""
    lines: list[Line] = []
    for start in range(0, len(clocks), CHUNK):
        part = clocks[start : start + CHUNK]
        ids = [clock.id for clock in part]
        rows = await step.session.scalars(select(Retiree).where(col(Retiree.id).in_(ids)))
        retirees = {row.id: row for row in rows}
        contacts: dict[UUID, list[Contact]] = defaultdict(list)
        for contact in await step.session.scalars(select(Contact).where(col(Contact.retiree_id).in_(ids))):
            contacts[contact.retiree_id].append(contact)
        coming = await _next_visits(step, ids)
        lines += [
            Line(
                clock,
                retirees[clock.id],
                preferred_channel(step, retirees[clock.id], contacts[clock.id]),
                coming.get(clock.id),
            )
            for clock in part
            if clock.id in retirees
        ]
    return lines


async def _next_visits(step: Step, ids: list[UUID]) -> dict[UUID, Next]:
    """The soonest visit under way for each person, also as one of several duties of a trip."""
    columns = (col(Visit.id), col(Visit.number), col(Visit.status), col(Visit.starts_at), col(Visit.due_on))
    under_way = (col(Visit.status).not_in(FINAL), col(Visit.reported_at).is_(None))
    own: Any = sa.select(col(Visit.retiree_id), *columns).where(
        col(Visit.retiree_id).in_(ids), col(Visit.kind).in_(CONTACT_KINDS), *under_way
    )
    along: Any = (
        sa.select(col(VisitPart.retiree_id), *columns)
        .join(Visit, col(Visit.id) == col(VisitPart.visit_id))
        .where(col(VisitPart.retiree_id).in_(ids), col(VisitPart.status) == PartStatus.OPEN, *under_way)
    )
    found: dict[UUID, Next] = {}
    for statement in (own, along):
        for row in await step.session.execute(statement):
            retiree_id, one = row[0], Next(*row[1:])
            known = found.get(retiree_id)
            if known is None or _soon(step, one) < _soon(step, known):
                found[retiree_id] = one
    return found


def _soon(step: Step, one: Next) -> tuple[date, UUID]:
    return (step.local_date(one.starts_at) if one.starts_at else one.due_on), one.visit_id
