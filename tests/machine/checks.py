"""The invariants, counted from the rows by code that shares nothing with the services.

The rows are read as SQLite keeps them: after each of 100,000 steps SQLAlchemy's objects would cost more time
than the step itself.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.visits import MOVES, VisitStatus

ENDED = {"completed", "cancelled", "superseded"}
AGREED = {"accepted", "checked_in"}


class Visit(NamedTuple):
    id: UUID
    number: str
    status: str
    wake_at: str | None
    responsible: str
    crew_size: int
    starts_at: datetime | None
    minutes: int


class Seat(NamedTuple):
    visit_id: UUID
    position: int
    volunteer_id: UUID | None
    status: str


class Offer(NamedTuple):
    id: UUID
    visit_id: UUID
    volunteer_id: UUID
    position: int
    status: str
    starts_at: datetime | None


def _id(value: str) -> UUID:
    return UUID(hex=value)


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class Rows:
    """Everything there is, read at once."""

    def __init__(self) -> None:
        self.visits: dict[UUID, Visit] = {}
        self.seats: dict[UUID, list[Seat]] = defaultdict(list)
        self.offers: dict[UUID, list[Offer]] = defaultdict(list)
        self.messages: list[str] = []
        self.minutes: Counter[tuple[UUID, UUID]] = Counter()

    @classmethod
    def read(cls, db: sqlite3.Connection) -> Rows:
        rows = cls()
        for row in db.execute(f"SELECT {', '.join(Visit._fields)} FROM visits"):
            visit = Visit._make(row)
            rows.visits[_id(row[0])] = visit._replace(id=_id(row[0]), starts_at=_instant(row[6]))
        seats = f"SELECT {', '.join(Seat._fields)} FROM seats ORDER BY position"
        for visit_id, position, holder, status in db.execute(seats):
            seat = Seat(_id(visit_id), position, _id(holder) if holder else None, status)
            rows.seats[seat.visit_id].append(seat)
        offers = f"SELECT {', '.join(Offer._fields)} FROM offers"
        for own, visit_id, asked, position, status, starts_at in db.execute(offers):
            offer = Offer(_id(own), _id(visit_id), _id(asked), position, status, _instant(starts_at))
            rows.offers[offer.visit_id].append(offer)
        rows.messages = [key for (key,) in db.execute("SELECT natural_key FROM messages")]
        for visit_id, credited in db.execute("SELECT visit_id, volunteer_id FROM minutes_ledger"):
            rows.minutes[_id(visit_id), _id(credited)] += 1
        return rows


def broken(rows: Rows) -> list[str]:
    """Every invariant that does not hold, in words."""
    faults: list[str] = []
    for visit in rows.visits.values():
        faults += [f"{visit.number}: {fault}" for fault in _visit(visit, rows)]
    faults += _overlaps(rows)
    faults += [f"minutes of {key} credited {count} times" for key, count in rows.minutes.items() if count > 1]
    keys = Counter(rows.messages)
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


def broken_timeline(db: sqlite3.Connection) -> list[str]:
    """Each line follows the one before, and only by allowed moves."""
    faults = []
    before: dict[str, str] = {}
    for visit_id, event, earlier, later in db.execute(
        "SELECT visit_id, event, from_status, to_status FROM timeline ORDER BY visit_id, position"
    ):
        if visit_id in before:
            if earlier != before[visit_id]:
                faults.append(f"{event}: from {earlier}, was {before[visit_id]}")
            if earlier != later and later not in MOVES[VisitStatus(earlier)]:
                faults.append(f"{event}: {earlier} → {later}")
        before[visit_id] = later
    return faults


def orphaned_matters(db: sqlite3.Connection, rows: Rows) -> list[str]:
    """Nothing asks a person about staffing a visit that has ended."""
    kinds = "'unfilled', 'no_show', 'review', 'missed'"
    open_ones = "closed_at IS NULL AND visit_id IS NOT NULL"
    items = db.execute(f"SELECT kind, visit_id FROM desk_items WHERE {open_ones} AND kind IN ({kinds})")
    visits = ((kind, rows.visits[_id(visit_id)]) for kind, visit_id in items)
    return [
        f"{kind} of {visit.number} is open, the visit is over"
        for kind, visit in visits
        if visit.status in ENDED
    ]
