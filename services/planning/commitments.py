"""What keeps volunteers busy: accepted seats, open offers, proposals that nobody was asked about yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitStatus
from models.visits import Offer, Seat, Visit
from services.crews import HELD
from services.steps import Step


class Bond(IntEnum):
    """How much binds somebody to a visit."""

    PROPOSED = 0  # a plan's choice: free to move
    ASKED = 1  # dear to move
    ACCEPTED = 2  # moved by a person's decision only


@dataclass(frozen=True)
class Commitment:
    """A time a volunteer has promised, was asked for, or is about to be asked for."""

    volunteer_id: UUID
    visit: Visit
    starts_at: datetime
    bond: Bond = Bond.ASKED
    position: int = 0


WITHIN = (col(Visit.starts_at) >= bindparam("start"), col(Visit.starts_at) < bindparam("end"))
HELD_SEATS = (
    select(col(Seat.volunteer_id), Visit, col(Seat.position))
    .join(Visit, col(Visit.id) == col(Seat.visit_id))
    .where(col(Seat.status).in_(HELD), *WITHIN)
)
PROPOSED_SEATS = (
    select(col(Seat.proposed_id), Visit, col(Seat.position))
    .join(Visit, col(Visit.id) == col(Seat.visit_id))
    .where(
        col(Seat.status) == SeatStatus.OPEN,
        col(Seat.proposed_id).is_not(None),
        col(Visit.status) == VisitStatus.PLANNED,
        *WITHIN,
    )
)
OPEN_OFFERS = (
    select(col(Offer.volunteer_id), Visit, col(Offer.position))
    .join(Visit, col(Visit.id) == col(Offer.visit_id))
    .where(col(Offer.status) == OfferStatus.OFFERED, *WITHIN)
    .order_by(col(Offer.id))
)


async def load_commitments(step: Step, first: date, days: int) -> list[Commitment]:
    """What keeps volunteers busy from a day on, one for each volunteer and visit, the strongest bond."""
    start = datetime.combine(first, time(), step.zone)
    span = {"start": start, "end": start + timedelta(days=days)}
    seen: dict[tuple[UUID, UUID], Commitment] = {}
    for statement, bond in (
        (HELD_SEATS, Bond.ACCEPTED),
        (OPEN_OFFERS, Bond.ASKED),
        (PROPOSED_SEATS, Bond.PROPOSED),
    ):
        for volunteer_id, visit, position in await step.session.execute(statement, span):
            # A visit that this step has read before it got its time: whoever writes it later notices.
            if visit.starts_at is None:
                continue
            if volunteer_id is not None and (volunteer_id, visit.id) not in seen:
                known = Commitment(volunteer_id, visit, visit.starts_at, bond, position)
                seen[volunteer_id, visit.id] = known
    return list(seen.values())


async def load_promises(step: Step, day: date) -> list[Commitment]:
    """`load_commitments` of one day, kept while the step only makes offers."""
    if day not in step.promises:
        step.promises[day] = await load_commitments(step, day, 1)
    return step.promises[day]


def keep_promises(step: Step, visit: Visit, busy: Iterable[UUID]) -> None:
    """After an offer round: who is now asked or promised for the visit, in place of who was before."""
    if visit.starts_at is None:
        step.promises.clear()
        return
    for day, known in step.promises.items():
        others = [c for c in known if c.visit.id != visit.id]
        own = busy if step.local_date(visit.starts_at) == day else ()
        step.promises[day] = others + [Commitment(k, visit, visit.starts_at) for k in own]


def movable(commitments: list[Commitment]) -> dict[UUID, list[Commitment]]:
    """By visit, what a plan may move: proposals, and visits for whose every open seat somebody was asked.

    A visit on which anybody has said yes is not among them.
    """
    by_visit: dict[UUID, list[Commitment]] = {}
    for commitment in commitments:
        by_visit.setdefault(commitment.visit.id, []).append(commitment)
    return {
        visit_id: chosen
        for visit_id, crew in by_visit.items()
        if all(c.bond is not Bond.ACCEPTED for c in crew) and (chosen := _crew(crew))
    }


def _crew(crew: list[Commitment]) -> list[Commitment]:
    """One for each seat, the first who was asked; nobody if a seat has none."""
    by_seat: dict[int, Commitment] = {}
    for commitment in crew:
        by_seat.setdefault(commitment.position, commitment)
    visit = crew[0].visit
    whole = visit.status in (VisitStatus.PLANNED, VisitStatus.OFFERED) and len(by_seat) == visit.crew_size
    return [by_seat[position] for position in sorted(by_seat)] if whole else []
