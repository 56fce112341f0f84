"""The invariants, counted from the rows by code that shares nothing with the services."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.visits import MOVES, VisitStatus
from models.desk import DeskItem
from models.messages import Message
from models.visits import Offer, Seat, TimelineEntry, Visit
from models.volunteers import MinutesEntry

ENDED = {"completed", "cancelled", "superseded"}
AGREED = {"accepted", "checked_in"}


class Rows:
    """Everything there is, read at once."""

    def __init__(self) -> None:
        self.visits: dict[UUID, Visit] = {}
        self.seats: dict[UUID, list[Seat]] = defaultdict(list)
        self.offers: dict[UUID, list[Offer]] = defaultdict(list)
        self.messages: list[Message] = []
        self.minutes: Counter[tuple[UUID, UUID]] = Counter()

    @classmethod
    async def read(cls, session: AsyncSession) -> Rows:
        rows = cls()
        for visit in await session.scalars(select(Visit)):
            rows.visits[visit.id] = visit
        for seat in await session.scalars(select(Seat).order_by(Seat.position)):  # type: ignore[arg-type]  # a column
            rows.seats[seat.visit_id].append(seat)
        for offer in await session.scalars(select(Offer)):
            rows.offers[offer.visit_id].append(offer)
        rows.messages = list(await session.scalars(select(Message)))
        for entry in await session.scalars(select(MinutesEntry)):
            rows.minutes[entry.visit_id, entry.volunteer_id] += 1
        return rows


def broken(rows: Rows) -> list[str]:
    """Every invariant that does not hold, in words."""
    faults: list[str] = []
    for visit in rows.visits.values():
        faults += [f"{visit.number}: {fault}" for fault in _visit(visit, rows)]
    faults += _overlaps(rows)
    faults += [f"minutes of {key} credited {count} times" for key, count in rows.minutes.items() if count > 1]
    keys = Counter(m.natural_key for m in rows.messages)
    faults += [f"message {key} intended {count} times" for key, count in keys.items() if count > 1]
    return faults


def _visit(visit: Visit, rows: Rows) -> list[str]:
    faults = []
    seats, offers = rows.seats[visit.id], rows.offers[visit.id]
    held = [s.volunteer_id for s in seats if s.volunteer_id]
    if visit.status not in ENDED and (visit.wake_at is None or not visit.responsible):
        faults.append(f"open ({visit.status}) without wake-up or responsible person")
    if visit.status in ENDED and visit.wake_at is not None:
        faults.append("ended but would wake")
    if len(seats) != visit.crew_size or len(held) != len(set(held)):
        faults.append(f"seats {[(s.position, s.volunteer_id) for s in seats]}")
    if visit.status in AGREED and len(held) != visit.crew_size:
        faults.append(f"{visit.status} with {len(held)} of {visit.crew_size}")
    if visit.status in ENDED | {"reported", "due", "unfilled"} and any(o.status == "offered" for o in offers):
        faults.append(f"{visit.status} with an open offer")
    if visit.status == "due" and held:
        faults.append("waits for a plan but somebody holds a seat")
    open_offers = Counter(o.volunteer_id for o in offers if o.status == "offered")
    if any(count > 1 for count in open_offers.values()):
        faults.append("one volunteer asked twice at once")
    holders = {s.volunteer_id for s in seats if s.volunteer_id and s.status in ("accepted", "checked_in")}
    accepted = {o.volunteer_id for o in offers if o.status == "accepted"}
    if not holders <= accepted:
        faults.append("somebody holds a seat without an accepted offer")
    if visit.status == "completed":
        for seat in seats:
            if seat.status == "done" and rows.minutes[visit.id, seat.volunteer_id] != 1:  # type: ignore[index]  # done seats have somebody
                faults.append("a visitor's minutes are not credited once")
    return faults


def _overlaps(rows: Rows) -> list[str]:
    taken: dict[Any, list[tuple[float, float, str]]] = defaultdict(list)
    for visit in rows.visits.values():
        for seat in rows.seats[visit.id]:
            if seat.volunteer_id and seat.status in ("accepted", "checked_in") and visit.starts_at:
                start = visit.starts_at.timestamp()
                taken[seat.volunteer_id].append((start, start + visit.minutes * 60, visit.number))
    faults = []
    for volunteer, spans in taken.items():
        spans.sort()
        faults += [
            f"{volunteer} has {a[2]} and {b[2]} at once" for a, b in itertools.pairwise(spans) if b[0] < a[1]
        ]
    return faults


async def broken_timeline(session: AsyncSession) -> list[str]:
    """Each line follows the one before, and only by allowed moves."""
    faults = []
    before: dict[UUID, str] = {}
    order = (TimelineEntry.visit_id, TimelineEntry.position)
    for entry in await session.scalars(select(TimelineEntry).order_by(*order)):  # type: ignore[arg-type]  # columns
        if entry.visit_id in before:
            if entry.from_status != before[entry.visit_id]:
                faults.append(f"{entry.event}: from {entry.from_status}, was {before[entry.visit_id]}")
            moved = entry.from_status != entry.to_status
            if moved and entry.to_status not in MOVES[VisitStatus(entry.from_status)]:
                faults.append(f"{entry.event}: {entry.from_status} → {entry.to_status}")
        before[entry.visit_id] = entry.to_status
    return faults


async def orphaned_matters(session: AsyncSession, rows: Rows) -> list[str]:
    """Nothing asks a person about staffing a visit that has ended."""
    items = await session.scalars(select(DeskItem).where(DeskItem.closed_at.is_(None)))  # type: ignore[union-attr]  # a column
    return [
        f"{item.kind} of {rows.visits[item.visit_id].number} is open, the visit is over"
        for item in items
        if item.visit_id in rows.visits
        and item.kind in ("unfilled", "no_show", "review", "missed")
        and rows.visits[item.visit_id].status in ENDED
    ]
