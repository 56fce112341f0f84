"""A minor comes along to a holiday visit, as a third person beside two adults (rule VOL-10)."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from domain.crews import may_come_along
from domain.visits import VisitStatus
from models.visits import TimelineEntry, Visit
from models.volunteers import Volunteer, VolunteerStatus
from services.audit import audit
from services.errors import BadInput, NotAllowed, WrongMoment
from services.people import load_seats
from services.steps import Step
from services.timeline import note

EVENT = "visit.third_person"
RULE = "Rule VOL-10: a minor comes along to holiday visits only, with the guardian's consent and two adults."


async def take_along(step: Step, visit: Visit, volunteer: Volunteer, guardian: str) -> None:
    """Write down who comes along; the crew stays the two who agreed. Twice is once.

    Raises:
        WrongMoment: the visit is not agreed. BadInput: no guardian named.
        NotAllowed: another kind of visit, no consent, the wrong age, or fewer than two adults.
    """
    if visit.status is not VisitStatus.ACCEPTED or visit.starts_at is None:
        raise WrongMoment(visit.status, "This visit is not about to take place.")
    if len(guardian.strip()) < 2:
        raise BadInput("guardian", "Rule VOL-10: name the guardian who comes along.", "guardian")
    adults = sum(1 for seat in await load_seats(step, visit) if seat.volunteer_id is not None)
    day = step.local_date(visit.starts_at)
    allowed = may_come_along(
        volunteer.born_on, volunteer.guardian_consent_on, visit.kind, adults, day, step.policy
    )
    if not allowed or volunteer.status is not VolunteerStatus.ACTIVE:
        raise NotAllowed("third_person", RULE)
    if volunteer.id in {known.id for known in await load_third_persons(step, visit)}:
        return
    await note(step, visit, "visit.third_person", volunteer=str(volunteer.id))
    await audit(step, "visit.third_person", visit, why=guardian.strip())


async def load_third_persons(step: Step, visit: Visit) -> list[Volunteer]:
    """The minors who come along, in the order in which they were entered."""
    entries = await step.session.scalars(
        select(col(TimelineEntry.why))
        .where(col(TimelineEntry.visit_id) == visit.id, col(TimelineEntry.event) == EVENT)
        .order_by(col(TimelineEntry.position))
    )
    ids = list(dict.fromkeys(UUID(str(why["volunteer"])) for why in entries))
    people = {
        v.id: v for v in await step.session.scalars(select(Volunteer).where(col(Volunteer.id).in_(ids)))
    }
    return [people[volunteer_id] for volunteer_id in ids if volunteer_id in people]
