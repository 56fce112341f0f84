"""Results of the parts of a trip: each person gets their own, whatever became of the visit that came."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from domain.certification import Channel, missing_evidence
from domain.outcomes import CONSEQUENCES, Follow, Outcome
from domain.visits import FINAL, VisitKind, VisitStatus
from models.desk import DeskItem
from models.retirees import LifeStatus, Retiree
from models.trips import PartStatus, VisitPart
from models.visits import Visit, VisitReport
from services import desk
from services.absences import check_pair
from services.audit import audit
from services.closing import review_due
from services.errors import BadInput, NotAllowed, NotFound, WrongMoment
from services.outcomes import follow_person
from services.people import load_seats
from services.retirees import face_is_closed, record_certification
from services.reviewing import was_there
from services.steps import Step
from services.timeline import note
from services.visiting import ReportForm, load_own_seat

LATE = timedelta(days=1)  # a part may be reported so long after the visit's own report


async def load_parts(step: Step, visit: Visit) -> list[VisitPart]:
    """The parts of a trip in order of their due dates, without the released ones."""
    rows = await step.session.scalars(
        select(VisitPart)
        .where(col(VisitPart.visit_id) == visit.id, col(VisitPart.status) != PartStatus.RELEASED)
        .order_by(col(VisitPart.due_on), col(VisitPart.id))
    )
    return list(rows)


async def open_parts_of_others(step: Step, visit: Visit) -> list[tuple[VisitPart, Retiree]]:
    """The other people of the household of whom no result is in yet."""
    rows = await step.session.execute(
        select(VisitPart, Retiree)
        .join(Retiree, col(Retiree.id) == col(VisitPart.retiree_id))
        .where(
            col(VisitPart.visit_id) == visit.id,
            col(VisitPart.status) == PartStatus.OPEN,
            col(VisitPart.retiree_id) != visit.retiree_id,
        )
        .order_by(col(VisitPart.due_on), col(VisitPart.id))
    )
    return [(part, retiree) for part, retiree in rows]


async def report_part(
    step: Step, part_id: UUID, volunteer_id: UUID, form: ReportForm, *, channel: str = "page"
) -> VisitPart:
    """The result for one more person of the household. The same form twice is one report.

    Raises:
        BadInput: an outcome that does not exist.
        NotFound, NotAllowed, WrongMoment: unknown part, not of the crew, not there yet, or reported before.
    """
    part = await _part(step, part_id)
    try:
        outcome = Outcome(form.outcome)
    except ValueError as error:
        raise BadInput("outcome", f"There is no outcome {form.outcome!r}.", "outcome") from error
    visit, _ = await load_own_seat(step, part.visit_id, volunteer_id)
    known = await step.session.scalar(
        select(col(VisitReport.id)).where(col(VisitReport.form_key) == form.form_key)
    )
    if known is not None:
        return part
    if part.retiree_id == visit.retiree_id:
        raise WrongMoment("same_person", "The report of the visit is the result of this part too.")
    if part.status is not PartStatus.OPEN:
        raise WrongMoment(part.status, "A result was already entered for this person.")
    if not _is_under_way(step, visit):
        raise WrongMoment(visit.status, "This visit is not taking place now.")
    await check_pair(step, visit, volunteer_id, outcome)
    there = [s for s in await load_seats(step, visit) if s.volunteer_id is not None]
    row = VisitReport(
        visit_id=visit.id,
        part_id=part.id,
        volunteer_id=volunteer_id,
        form_key=form.form_key,
        outcome=outcome,
        channel=channel,
        checklist=form.checklist,
        evidence={**form.evidence, "visitors": len(there)},
        reported_at=step.now,
        division_code=part.division_code,
        managing_agency=part.managing_agency,
    )
    row.text = form.text
    step.session.add(row)
    await step.session.flush()
    part.outcome, part.reported_at, part.report_id = outcome, step.now, row.id
    await note(step, visit, "part.reported", kind=part.kind, outcome=outcome, channel=channel)
    await _follow(step, visit, part, outcome)
    return part


def _is_under_way(step: Step, visit: Visit) -> bool:
    """At the door, or just back from it."""
    if visit.status is VisitStatus.CHECKED_IN:
        return True
    if visit.reported_at is not None and step.now - visit.reported_at <= LATE:
        return visit.status in (VisitStatus.REPORTED, VisitStatus.RETURNED, VisitStatus.COMPLETED)
    return False


async def _follow(step: Step, visit: Visit, part: VisitPart, outcome: Outcome) -> None:
    then = CONSEQUENCES[outcome].then
    if then is Follow.REVIEW and part.kind is VisitKind.CERTIFICATION:
        part.status = PartStatus.REPORTED
        due_at, is_provisional = await review_due(step)
        await desk.open_item(
            step,
            "review_part",
            str(part.id),
            part.division_code,
            detail={"part": str(part.id), "provisional": is_provisional},
            managing_agency=part.managing_agency,
            visit_id=visit.id,
            retiree_id=part.retiree_id,
            due_at=due_at,
        )
    elif then is Follow.REVIEW:
        part.status, part.ended_at = PartStatus.DONE, step.now
    elif then is Follow.RETRY:
        release(step, part)  # not at home while the other was: a visit of their own
    else:
        part.status, part.ended_at = PartStatus.FAILED, step.now
        retiree = await step.session.get(Retiree, part.retiree_id)
        if retiree is not None:
            await _follow_person(step, part, retiree, outcome)


async def _follow_person(step: Step, part: VisitPart, retiree: Retiree, outcome: Outcome) -> None:
    """What the table of outcomes says of the person, as for a visit of their own."""
    follow = CONSEQUENCES[outcome]
    await desk.open_item(
        step,
        "outcome",
        f"part/{part.id}",
        part.division_code,
        managing_agency=part.managing_agency,
        visit_id=part.visit_id,
        retiree_id=retiree.id,
        due_at=step.now + timedelta(minutes=30) if follow.at_once else None,
        detail={"outcome": outcome, "matter": follow.matter},
    )
    visit = await step.session.get(Visit, part.visit_id)
    if visit is not None:
        await follow_person(step, retiree, outcome, visit)


async def review_part(step: Step, part_id: UUID, *, approve: bool, reason: str = "") -> VisitPart:
    """Accept the evidence for this person, or have them visited again; the day is the visit's.

    Raises:
        NotFound, WrongMoment: no such part, or nothing to review.
        NotAllowed: the reviewer was one of the visitors.
        BadInput: pieces missing, or a return without a reason.
    """
    part = await _part(step, part_id)
    visit = await step.session.get(Visit, part.visit_id)
    report = await step.session.get(VisitReport, part.report_id) if part.report_id else None
    retiree = await step.session.get(Retiree, part.retiree_id)
    if part.status is not PartStatus.REPORTED or visit is None or report is None or retiree is None:
        raise WrongMoment(part.status, "There is nothing to review.")
    if await was_there(step, visit):
        raise NotAllowed(
            "own_visit", "Who was at the visit cannot review it. Ask another member of staff to do so."
        )
    last_four = (retiree.id_number or "")[-4:]
    day = step.local_date(visit.starts_at or report.reported_at)
    is_closed = await face_is_closed(step, retiree.id, day)
    missing = missing_evidence(
        report.evidence, visit.crew_size, last_four, part.ground, face_closed=is_closed
    )
    if approve and missing:
        raise BadInput("evidence", f"Still missing: {', '.join(missing)}.", "evidence")
    if not approve and not reason.strip():
        raise BadInput("reason", "Say what is missing.", "reason")
    report.reviewed_at, report.reviewed_by = step.now, step.actor
    report.verdict = "approved" if approve else "returned"
    if approve:
        part.status, part.ended_at = PartStatus.DONE, step.now
        await record_certification(step, retiree, Channel.HOME_VISIT, day, visit_id=visit.id)
    else:
        release(step, part)
    await note(step, visit, "part.reviewed", verdict=report.verdict, reason=reason)
    await audit(step, "part.review", part, why=reason)
    item = await step.session.scalar(
        select(DeskItem).where(col(DeskItem.natural_key) == f"review_part/{part.id}")
    )
    if item is not None and item.closed_at is None:
        await desk.close_item(step, item.id, report.verdict)
    return part


async def settle_parts(step: Step) -> int:
    """Every morning: what the visit has done with itself, and what becomes a duty of its own again.

    Returns how many parts were released.
    """
    rows = await step.session.execute(
        select(VisitPart, Visit, Retiree)
        .join(Visit, col(Visit.id) == col(VisitPart.visit_id))
        .join(Retiree, col(Retiree.id) == col(VisitPart.retiree_id))
        .where(col(VisitPart.status) == PartStatus.OPEN)
    )
    released = 0
    for part, visit, retiree in rows.all():
        same_person = part.retiree_id == visit.retiree_id
        if same_person and visit.status is VisitStatus.COMPLETED:
            part.status, part.outcome, part.ended_at = PartStatus.DONE, visit.outcome, step.now
            part.reported_at = visit.reported_at
        elif retiree.life_status is not LifeStatus.LIVING or _is_over(step, visit, same_person):
            release(step, part)
            released += 1
    await step.session.flush()
    return released


def _is_over(step: Step, visit: Visit, same_person: bool) -> bool:
    """Nobody will report this part any more."""
    if visit.status in FINAL and visit.status is not VisitStatus.COMPLETED:
        return True
    if same_person or visit.reported_at is None:
        return False
    return step.now - visit.reported_at > LATE


def release(step: Step, part: VisitPart) -> None:
    """The trip has no result for it: a duty of its own again."""
    part.status, part.ended_at, part.natural_key = PartStatus.RELEASED, step.now, None


async def _part(step: Step, part_id: UUID) -> VisitPart:
    part = await step.session.get(VisitPart, part_id)
    if part is None:
        raise NotFound("part", "There is no such part of a visit.")
    return part
