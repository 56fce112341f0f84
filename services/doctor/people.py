"""Invariants 5 to 7: certifications, minutes, audit."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlmodel import col, select

from domain.visits import SeatStatus, VisitKind, VisitStatus
from models.audit import AuditEntry, broken_links
from models.retirees import CertificationEvent
from models.visits import Seat, Visit
from models.volunteers import MinutesEntry
from services.closing import EARLIER
from services.doctor.findings import Check
from services.steps import Step


async def check_certifications(step: Step) -> Check:
    """The certification of a completed visit carries the day of the visit (fact 2)."""
    check = Check()
    rows = await step.session.execute(
        select(Visit, CertificationEvent)
        .outerjoin(CertificationEvent, col(CertificationEvent.visit_id) == col(Visit.id))
        .where(col(Visit.kind) == VisitKind.CERTIFICATION, col(Visit.status) == VisitStatus.COMPLETED)
    )
    for visit, event in rows:
        check.rows += 1
        if event is None:
            check.add("visits", visit.id, "completed, but no certification was recorded")
        elif visit.starts_at is None or event.occurred_on != _day(step, visit.starts_at):
            check.add("certification_events", event.id, "is not dated on the day of its visit")
    return check


def _day(step: Step, at: datetime) -> object:
    return step.local_date(at)


async def check_minutes(step: Step) -> Check:
    """Each volunteer who was there has one entry for each completed visit, and nobody else has."""
    check = Check()
    seats = await step.session.execute(
        select(col(Seat.visit_id), col(Seat.volunteer_id), col(Visit.starts_at))
        .join(Visit, col(Visit.id) == col(Seat.visit_id))
        .where(col(Visit.status) == VisitStatus.COMPLETED, col(Seat.status) == SeatStatus.DONE)
    )
    there = {(visit_id, volunteer_id): at for visit_id, volunteer_id, at in seats if volunteer_id is not None}
    entries = Counter(
        (visit_id, volunteer_id)
        for visit_id, volunteer_id, credited_at in await step.session.execute(
            select(col(MinutesEntry.visit_id), col(MinutesEntry.volunteer_id), col(MinutesEntry.credited_at))
        )
        # those of earlier attempts, when nobody opened, are others
        if (at := there.get((visit_id, volunteer_id))) is not None and credited_at >= at - EARLIER
    )
    check.rows = len(there)
    for visit_id, volunteer_id in there:
        if entries[visit_id, volunteer_id] != 1:
            check.add(
                "visits", visit_id, f"{entries[visit_id, volunteer_id]} entries for volunteer {volunteer_id}"
            )
    return check


async def check_audit(step: Step) -> Check:
    entries = list(await step.session.scalars(select(AuditEntry).order_by(col(AuditEntry.seq))))
    check = Check(rows=len(entries))
    for seq, what in broken_links(entries):
        check.add("audit", seq, what)
    return check
