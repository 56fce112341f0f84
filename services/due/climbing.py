"""Home certifications that nobody has taken climb: street, district, city see them in their turn (§1.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlmodel import col, select

from domain.escalation import Rung, certification_rung
from domain.visits import FINAL, STAFFED, VisitKind
from domain.workdays import is_working_day
from models.staff import Role
from models.visits import TimelineEntry, Visit
from services.calendars import working_days
from services.desk import everybody_on, role_holder
from services.messages import queue_message, sending_time
from services.people import staff_recipient
from services.steps import Step
from services.timeline import note

CLIMBED = "visit.climbed"
# A visit that has only just been opened is being planned; nobody need look yet.
FRESH = timedelta(days=3)
CHUNK = 500
HOLDERS = {Rung.STREET: Role.STREET_COORDINATOR, Rung.DISTRICT: Role.DISTRICT_AGENCY}


async def warn_of_waiting(step: Step) -> int:
    """C1: street and district once for each visit that reaches them, in the last days daily to everybody.

    On working days: what would be told on the days off that follow is told before them (decision, §6).
    Returns how many visits wait for people.
    """
    table = await working_days(step)
    if not is_working_day(step.today, table):
        return 0
    ahead = 0
    while not is_working_day(step.today + timedelta(days=ahead + 1), table):
        ahead += 1
    most = step.policy.street_escalation_days + ahead
    visits = await step.session.scalars(
        select(Visit)
        .where(
            col(Visit.kind) == VisitKind.CERTIFICATION,
            col(Visit.status).not_in(FINAL | STAFFED),
            col(Visit.reported_at).is_(None),
            col(Visit.due_on) >= step.today,
            col(Visit.due_on) <= step.today + timedelta(days=most),
        )
        .order_by(col(Visit.due_on), col(Visit.id))
    )
    waiting = visits.all()
    told = await _told(step, waiting)
    counts: Counter[tuple[str, Rung]] = Counter()
    sample: dict[str, Visit] = {}
    for visit in waiting:
        rung = certification_rung((visit.due_on - step.today).days - ahead, step.policy)
        if rung is Rung.COMMUNITY:
            continue
        for holder in await _holders(step, visit, rung, (visit.id, rung) in told):
            counts[holder, rung] += 1
            sample[holder] = visit
    for (holder, rung), count in sorted(counts.items()):
        await _text(step, holder, sample[holder], rung, count)
    return len(waiting)


async def _told(step: Step, visits: Sequence[Visit]) -> set[tuple[UUID, str]]:
    """The rungs that each visit has reached before."""
    found: set[tuple[UUID, str]] = set()
    ids = [visit.id for visit in visits]
    for start in range(0, len(ids), CHUNK):
        entries = await step.session.scalars(
            select(TimelineEntry).where(
                col(TimelineEntry.visit_id).in_(ids[start : start + CHUNK]),
                col(TimelineEntry.event) == CLIMBED,
            )
        )
        found |= {(entry.visit_id, str(entry.why.get("rung"))) for entry in entries}
    return found


async def _holders(step: Step, visit: Visit, rung: Rung, is_told: bool) -> list[str]:
    """Who hears of the visit today."""
    if rung is Rung.CITY:
        return await everybody_on(step, visit.division_code)
    if is_told or step.now - visit.created_at < FRESH:
        return []
    await note(step, visit, CLIMBED, rung=rung)
    holder = await role_holder(step, visit.division_code, HOLDERS[rung])
    return [holder] if holder else []


async def _text(step: Step, holder: str, visit: Visit, rung: Rung, count: int) -> None:
    to = await staff_recipient(step, holder, visit)
    if to is None or not to.phone:
        return
    policy = step.policy
    days = {
        Rung.STREET: policy.street_escalation_days,
        Rung.DISTRICT: policy.district_escalation_days,
        Rung.CITY: policy.city_escalation_days,
    }[rung]
    leaves = sending_time(step, "C1", "staff")
    # The last days keep the key that they have had.
    which = "" if rung is Rung.CITY else f"/{rung}"
    await queue_message(
        step,
        "C1",
        to,
        f"{to.person_id}/{step.today:%Y%m%d}{which}",
        {"count": count, "days": days},
        moment=datetime.combine(step.local_date(leaves), time(23, 59), step.zone),
        send_at=leaves,
    )
