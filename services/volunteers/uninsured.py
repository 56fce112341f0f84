"""Insured on the day of the visit, also when the insurance ends after the yes (rule VOL-05)."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlmodel import col, select

from domain.eligibility import insured_between
from domain.visits import SeatStatus, VisitStatus
from models.visits import Seat, Visit
from models.volunteers import Volunteer
from services.steps import Step
from services.volunteers.letting_go import let_go

PROMISED = select(Volunteer, col(Visit.id), col(Visit.starts_at)).where(
    col(Seat.volunteer_id) == col(Volunteer.id),
    col(Seat.visit_id) == col(Visit.id),
    col(Seat.status) == SeatStatus.ACCEPTED,
    col(Visit.status).in_((VisitStatus.OFFERED, VisitStatus.UNFILLED, VisitStatus.ACCEPTED)),
    col(Visit.starts_at).is_not(None),
    col(Volunteer.is_staff).is_(False),
)


async def give_back_uninsured(step: Step) -> int:
    """Every morning: seats for days on which the volunteer will not be insured are offered to others.

    Returns how many promises ended.
    """
    rows = await step.session.execute(PROMISED.order_by(col(Volunteer.id), col(Visit.id)))
    people: dict[UUID, Volunteer] = {}
    visits: dict[UUID, list[UUID]] = defaultdict(list)
    for volunteer, visit_id, starts_at in rows:
        assert starts_at is not None  # noqa: S101  # asked for in the question
        day = step.local_date(starts_at)
        if starts_at > step.now and not insured_between(volunteer.insured_from, volunteer.insured_to, day):
            people[volunteer.id] = volunteer
            visits[volunteer.id].append(visit_id)
    ended = 0
    for volunteer_id, volunteer in people.items():
        ended += await let_go(step, volunteer, "uninsured", col(Visit.id).in_(visits[volunteer_id]))
    return ended
