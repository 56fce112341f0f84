"""At the door: arrival, the report, and what follows from each outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.outcomes import Outcome
from domain.visits import SeatStatus, VisitStatus
from models.visits import Seat, Visit, VisitReport
from services import absences, closing, desk
from services.errors import BadInput, NotAllowed, NotFound, WrongMoment
from services.outcomes import follow_outcome
from services.people import load_seats
from services.steps import Step
from services.timeline import move, note

ENTERED = "A result was already entered for this visit."
OVER = "This visit was called off: no result can be entered. Tell the coordinator what you found."
WHY_NOT = {
    VisitStatus.CANCELLED: OVER,
    VisitStatus.SUPERSEDED: "Rule CERT-05: certified another way, this visit is over. Thank you.",
    VisitStatus.COMPLETED: ENTERED,
}
EARLY = timedelta(hours=2)  # nobody is "there" earlier than this before the start


@dataclass(frozen=True)
class ReportForm:
    """A visitor's report. `form_key` makes sending it twice harmless."""

    form_key: str
    outcome: str
    checklist: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)
    text: str = ""


async def check_in(
    step: Step, visit_id: UUID, volunteer_id: UUID, *, place: str = "", channel: str = "page"
) -> Visit:
    """A visitor has arrived. Saying it twice changes nothing.

    Raises:
        NotFound, NotAllowed, WrongMoment: unknown visit, not of the crew, or not on its day.
    """
    visit, seat = await load_own_seat(step, visit_id, volunteer_id)
    if seat.status in (SeatStatus.CHECKED_IN, SeatStatus.DONE):
        return visit
    if visit.status not in (VisitStatus.ACCEPTED, VisitStatus.CHECKED_IN):
        raise WrongMoment(visit.status, "This visit is not about to take place.")
    if visit.starts_at is None or step.now < visit.starts_at - EARLY:
        raise WrongMoment("too_early", "It is too early: the visit begins later.")
    seat.status, seat.checked_in_at, seat.check_in_place = SeatStatus.CHECKED_IN, step.now, place[:128]
    if visit.status is VisitStatus.ACCEPTED:
        visit.checked_in_at = step.now
        await move(
            step,
            visit,
            VisitStatus.CHECKED_IN,
            "visit.checked_in",
            volunteer=str(volunteer_id),
            channel=channel,
        )
    else:
        await note(step, visit, "seat.checked_in", volunteer=str(volunteer_id), channel=channel)
    if all(s.status is not SeatStatus.ACCEPTED for s in await load_seats(step, visit)):
        await absences.all_there(step, visit)
        visit.wake_at = report_reminder_at(step, visit)
    return visit


def report_reminder_at(step: Step, visit: Visit) -> datetime:
    """When a visit that nobody reported is looked at: an hour after its planned end."""
    assert visit.starts_at is not None  # noqa: S101  # visits under way have their time
    return visit.starts_at + timedelta(minutes=visit.minutes + step.policy.report_reminder_minutes)


async def report(
    step: Step, visit_id: UUID, volunteer_id: UUID, form: ReportForm, *, channel: str = "page"
) -> Visit:
    """The result of a visit. The first report of a crew decides; the same form twice is one report.

    Raises:
        BadInput: an outcome that does not exist.
        NotFound, NotAllowed, WrongMoment: as `check_in`, or the visit was already reported.
    """
    try:
        outcome = Outcome(form.outcome)
    except ValueError as error:
        raise BadInput("outcome", f"There is no outcome {form.outcome!r}.", "outcome") from error
    visit, seat = await load_own_seat(step, visit_id, volunteer_id)
    known = await step.session.scalar(
        select(col(VisitReport.id)).where(col(VisitReport.form_key) == form.form_key)
    )
    if known is not None:
        return visit
    if visit.status not in (
        VisitStatus.ACCEPTED,
        VisitStatus.CHECKED_IN,
        VisitStatus.MISSED,
        VisitStatus.RETURNED,
    ):
        raise WrongMoment(visit.status, WHY_NOT.get(visit.status, ENTERED))
    if visit.starts_at is None or step.now < visit.starts_at - EARLY:
        raise WrongMoment("too_early", "It is too early: the visit begins later.")
    await absences.check_pair(step, visit, volunteer_id, outcome)
    evidence = await _with_crew(step, visit, form.evidence)
    row = VisitReport(
        visit_id=visit.id,
        volunteer_id=volunteer_id,
        form_key=form.form_key,
        outcome=outcome,
        channel=channel,
        checklist=form.checklist,
        evidence=evidence,
        reported_at=step.now,
        division_code=visit.division_code,
        managing_agency=visit.managing_agency,
    )
    row.text = form.text
    step.session.add(row)
    seat.done_at = step.now
    visit.outcome, visit.reported_at = outcome, step.now
    if visit.status is not VisitStatus.RETURNED:
        visit.checked_in_at = visit.checked_in_at or visit.starts_at
    await move(step, visit, VisitStatus.REPORTED, "visit.reported", outcome=outcome, channel=channel)
    await desk.close_visit_items(step, visit, "reported", "no_show", "missed", "returned", "no_checkout")
    await follow_outcome(step, visit, outcome)
    return visit


async def _with_crew(step: Step, visit: Visit, evidence: dict[str, Any]) -> dict[str, Any]:
    """Everybody of the crew confirms the visit (evidence minimum of a home certification)."""
    there = [s for s in await load_seats(step, visit) if s.volunteer_id is not None]
    return {**evidence, "visitors": len(there)}


async def load_own_seat(step: Step, visit_id: UUID, volunteer_id: UUID) -> tuple[Visit, Seat]:
    """The visit and the volunteer's seat on it."""
    visit = await step.session.get(Visit, visit_id)
    if visit is None:
        raise NotFound("visit", "There is no such visit.")
    for seat in await load_seats(step, visit):
        if seat.volunteer_id == volunteer_id:
            return visit, seat
    raise NotAllowed("not_in_crew", "You are not one of the visitors of this visit.")


async def look_after_start(step: Step, visit: Visit) -> None:
    """A crew should have arrived, or reported: remind, replace, or call it missed."""
    assert visit.starts_at is not None  # noqa: S101  # visits under way have their time
    seats = await load_seats(step, visit)
    absent = [s for s in seats if s.status is SeatStatus.ACCEPTED]
    here = [s for s in seats if s.status is SeatStatus.CHECKED_IN]
    if here and absent:
        if step.now < absences.replace_until(step, visit):
            await absences.alert_no_show(step, visit, absent)
        else:
            await absences.break_off(step, visit, absent)
        return
    if step.now < report_reminder_at(step, visit):
        visit.wake_at = report_reminder_at(step, visit)
        return
    deadline = datetime.combine(step.local_date(visit.starts_at), step.policy.report_deadline, step.zone)
    alarm_at = checkout_alarm_at(step, visit)
    # Of an evening visit whose crew went in, the alarm comes before the day is called over.
    until = max(deadline, alarm_at) if here else deadline
    if step.now < until:
        if here and step.now >= alarm_at:
            await sound_checkout(step, visit)
            visit.wake_at = until
            return
        await closing.remind_report(step, visit, seats)
        visit.wake_at = min(until, alarm_at) if here and alarm_at > step.now else until
        return
    if here and alarm_at >= deadline:
        await sound_checkout(step, visit)
    await closing.call_missed(step, visit)


def checkout_alarm_at(step: Step, visit: Visit) -> datetime:
    """When a crew that went in and gave no sign is a worry: some time after the planned end."""
    assert visit.starts_at is not None  # noqa: S101  # visits under way have their time
    return visit.starts_at + timedelta(minutes=visit.minutes + step.policy.checkout_alarm_minutes)


async def sound_checkout(step: Step, visit: Visit) -> None:
    """The crew arrived and has not come back: somebody rings them now (decision to scenario 10)."""
    await desk.open_visit_item(step, visit, "no_checkout", due_at=step.now + timedelta(minutes=30))
    await note(step, visit, "visit.no_checkout")
