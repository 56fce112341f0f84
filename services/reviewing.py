"""Evidence of a certification is accepted by somebody who was not there (three working days)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlmodel import col, select

from domain.certification import Channel, due_after, missing_evidence
from domain.visits import VisitStatus
from models.retirees import Retiree
from models.staff import Staff
from models.visits import Visit, VisitReport
from models.volunteers import Volunteer
from notifications import wording
from services import closing, desk, texts
from services.audit import audit
from services.changing import load_visit
from services.errors import BadInput, NotAllowed, NotFound, WrongMoment
from services.people import load_seats
from services.retirees import face_is_closed, record_certification
from services.steps import Step
from services.timeline import move


async def review(step: Step, visit_id: UUID, *, approve: bool, reason: str = "") -> Visit:
    """Accept the evidence or send it back with a reason. The certification carries the day of the visit.

    Raises:
        NotFound, WrongMoment: unknown visit, or nothing to review.
        NotAllowed: the reviewer was one of the visitors.
        BadInput: evidence with pieces missing cannot be accepted; a return needs a reason.
    """
    visit = await load_visit(step, visit_id)
    if visit.status is not VisitStatus.REPORTED:
        raise WrongMoment(visit.status, "There is nothing to review.")
    if await was_there(step, visit):
        raise NotAllowed(
            "own_visit", "Who was at the visit cannot review it. Ask another member of staff to do so."
        )
    report = await step.session.scalar(
        select(VisitReport)
        .where(col(VisitReport.visit_id) == visit.id, col(VisitReport.part_id).is_(None))
        .order_by(col(VisitReport.reported_at).desc(), col(VisitReport.id).desc())
        .limit(1)
    )
    if report is None:
        raise NotFound("report", "This visit has no report.")
    retiree = await step.session.get(Retiree, visit.retiree_id) if visit.retiree_id else None
    last_four = retiree.id_number[-4:] if retiree else ""
    is_closed = retiree is not None and await face_is_closed(step, retiree.id, day_of(step, visit))
    missing = missing_evidence(
        report.evidence, visit.crew_size, last_four, visit.ground, face_closed=is_closed
    )
    if approve and missing:
        raise BadInput("evidence", f"Still missing: {', '.join(missing)}.", "evidence")
    if not approve and not reason.strip():
        raise BadInput("reason", "Say what is missing.", "reason")
    report.reviewed_at, report.reviewed_by = step.now, step.actor
    report.verdict = "approved" if approve else "returned"
    await audit(step, "visit.review", visit, why=reason)
    if approve:
        await _certify(step, visit)
    else:
        await _return(step, visit, reason)
    return visit


async def was_there(step: Step, visit: Visit) -> bool:
    """Is the reviewer one of the visitors: as a volunteer, linked to one, or with the same number?"""
    visitors = {seat.volunteer_id for seat in await load_seats(step, visit)} - {None}
    if step.actor in {f"volunteer:{volunteer_id}" for volunteer_id in visitors}:
        return True
    username = step.actor.removeprefix("staff:")
    staff = await step.session.scalar(select(Staff).where(col(Staff.username) == username))
    if staff is None:
        return False
    if staff.volunteer_id is not None:
        return staff.volunteer_id in visitors
    if not staff.phone_index:
        return False
    same = select(col(Volunteer.id)).where(
        col(Volunteer.id).in_(visitors), col(Volunteer.phone_index) == staff.phone_index
    )
    return await step.session.scalar(same) is not None


def day_of(step: Step, visit: Visit) -> date:
    """The local day of a visit that has been reported."""
    assert visit.starts_at is not None  # noqa: S101  # reported visits have their time
    return step.local_date(visit.starts_at)


async def _certify(step: Step, visit: Visit) -> None:
    done_on = day_of(step, visit)
    await closing.complete(step, visit)
    retiree = await step.session.get(Retiree, visit.retiree_id)
    if retiree is None:
        return
    await record_certification(step, retiree, Channel.HOME_VISIT, done_on, visit_id=visit.id)
    next_due = due_after(done_on, step.policy)
    await texts.text_retiree(
        step,
        "R5",
        visit,
        retiree,
        str(visit.id),
        {"done_on": wording.day(done_on), "next_due": wording.long_day(next_due)},
        step.now,
    )


async def _return(step: Step, visit: Visit, reason: str) -> None:
    await move(step, visit, VisitStatus.RETURNED, "visit.returned", reason=reason)
    visit.wake_at = step.now + timedelta(days=1)
    await desk.close_visit_items(step, visit, "returned", "review")
    await desk.open_visit_item(step, visit, "returned", reason=reason)
