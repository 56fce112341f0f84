"""How visits end: completed, tried in vain, missed, or passed to a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.no_answer import is_exhausted, windows_to_try
from domain.offers import OfferStatus
from domain.outcomes import Credited, Outcome, credited_minutes
from domain.visits import SeatStatus, VisitKind, VisitStatus, planning_deadline
from domain.workdays import add_working_days
from models.retirees import Retiree
from models.visits import Seat, Visit, VisitReport
from models.volunteers import MinutesEntry
from services import announcements, desk, texts
from services.calendars import working_days
from services.crews import free_seat
from services.messages import cancel_messages
from services.offering import end_accepted_offer, release_crew
from services.people import load_seats, load_volunteers
from services.planning.unplanned import next_plan_at
from services.steps import Step
from services.timeline import move, note

EARLIER = timedelta(hours=12)  # what was credited before this is of another attempt


def needs_review(visit: Visit) -> bool:
    """Does the visit end with evidence that somebody who was not there must accept?"""
    return visit.kind is VisitKind.CERTIFICATION or visit.with_certification


async def ask_review(step: Step, visit: Visit) -> None:
    """Three working days for somebody who was not there."""
    visit.wake_at, is_provisional = await review_due(step)
    await desk.open_visit_item(step, visit, "review", due_at=visit.wake_at, provisional=is_provisional)


async def review_due(step: Step) -> tuple[datetime, bool]:
    """When evidence that came in now is to be reviewed, and whether that may still move."""
    deadline = add_working_days(step.today, step.policy.review_working_days, await working_days(step))
    return datetime.combine(deadline.on, step.policy.report_deadline, step.zone), deadline.provisional


async def complete(step: Step, visit: Visit) -> None:
    """It took place and is accepted: minutes credited, continuity remembered."""
    await credit_minutes(step, visit)
    await move(step, visit, VisitStatus.COMPLETED, "visit.completed", outcome=visit.outcome)
    await desk.close_visit_items(step, visit, "completed")
    seats = await load_seats(step, visit)
    if visit.retiree_id and (retiree := await step.session.get(Retiree, visit.retiree_id)):
        retiree.wanted_volunteer_id = seats[0].volunteer_id or retiree.wanted_volunteer_id


async def credit_minutes(step: Step, visit: Visit) -> None:
    """Truthful minutes of everybody who was there, once each time; without an arrival they wait (VOL-07)."""
    before: dict[UUID, int] = {}
    done = set()
    for volunteer_id, credited_at in await step.session.execute(
        select(col(MinutesEntry.volunteer_id), col(MinutesEntry.credited_at)).where(
            col(MinutesEntry.visit_id) == visit.id
        )
    ):
        before[volunteer_id] = before.get(volunteer_id, 0) + 1
        if visit.starts_at is None or credited_at >= visit.starts_at - EARLIER:
            done.add(volunteer_id)
    for seat in await load_seats(step, visit):
        if seat.volunteer_id is None or seat.status is SeatStatus.NO_SHOW:
            continue
        served = minutes_served(seat, visit, step.policy.minimum_minutes_on_site)
        seat.status, seat.done_at = SeatStatus.DONE, seat.done_at or visit.reported_at or step.now
        if seat.volunteer_id not in done:
            step.session.add(
                MinutesEntry(
                    visit_id=visit.id,
                    volunteer_id=seat.volunteer_id,
                    attempt=before.get(seat.volunteer_id, 0),
                    minutes=served.minutes,
                    to_confirm=served.to_confirm,
                    credited_at=step.now,
                )
            )
    await step.session.flush()


def minutes_served(seat: Seat, visit: Visit, least: int) -> Credited:
    """From arrival to the report, travel not counted (rule VOL-07); whoever reported has `done_at`."""
    spent = None
    if seat.checked_in_at is not None and visit.reported_at is not None:
        spent = int((visit.reported_at - seat.checked_in_at).total_seconds() // 60)
    outcome = Outcome(visit.outcome) if visit.outcome else Outcome.NOBODY_HOME
    has_reported = seat.done_at is not None
    return credited_minutes(outcome, visit.minutes, spent, least, has_reported=has_reported)


async def retry(step: Step, visit: Visit, outcome: Outcome) -> None:
    """Nobody opened: another day and part of the day; after three times a person decides (§2.5)."""
    visit.attempts += 1
    await desk.close_visit_items(step, visit, "visited", "call")
    await restart(step, visit, "visit.tried_in_vain", outcome=outcome, attempt=visit.attempts)
    attempts = await _attempts(step, visit)
    spans = windows_to_try(attempts, step.policy, step.zone)
    visit.windows = [[f"{s.start:%H:%M}", f"{s.end:%H:%M}"] for s in spans]
    if is_exhausted(attempts, step.policy, step.zone):
        await move(step, visit, VisitStatus.UNFILLED, "visit.escalated", attempts=visit.attempts)
        visit.wake_at = next_plan_at(step) + timedelta(days=1)
        await desk.open_visit_item(step, visit, "no_answer", attempts=visit.attempts)
    else:
        # For the plan only: what counts as in time is the certification's own clock.
        until = step.today + timedelta(days=step.policy.unfilled_desk_days)
        visit.due_on = planning_deadline(visit.kind, visit.due_on, visit.opens_on, until)


async def _attempts(step: Step, visit: Visit) -> list[datetime]:
    """When visitors stood at the door in vain."""
    rows = await step.session.scalars(
        select(col(VisitReport.reported_at)).where(
            col(VisitReport.visit_id) == visit.id,
            col(VisitReport.part_id).is_(None),
            col(VisitReport.outcome) == Outcome.NOBODY_HOME,
        )
    )
    return list(rows)


async def restart(step: Step, visit: Visit, event: str, **why: Any) -> None:
    """Back to the plan with an empty crew; offers and reports keep what happened."""
    for seat in await load_seats(step, visit):
        if seat.volunteer_id is not None:
            status = OfferStatus.ACCEPTED if seat.status is SeatStatus.DONE else OfferStatus.RELEASED
            if status is OfferStatus.RELEASED:
                await end_accepted_offer(step, visit, seat.volunteer_id, status)
        free_seat(step, seat)
    await cancel_messages(step, visit=visit, why="visit_changed")
    visit.starts_at, visit.wave, visit.checked_in_at, visit.reported_at = None, 0, None, None
    visit.opens_on = max(visit.opens_on, step.today + timedelta(days=1))
    await move(step, visit, VisitStatus.DUE, event, **why)
    visit.wake_at = next_plan_at(step)


async def remind_report(step: Step, visit: Visit, seats: list[Seat]) -> None:
    """V6 to everybody of the crew."""
    volunteers = await load_volunteers(step, [s.volunteer_id for s in seats])
    for seat in seats:
        if seat.volunteer_id in volunteers:
            await texts.text_report_missing(step, visit, seat, volunteers[seat.volunteer_id])
    await note(step, visit, "report.reminded")


async def call_missed(step: Step, visit: Visit) -> None:
    """Nobody came, or nobody told by the evening: a person asks; a late report still counts for a day."""
    await move(step, visit, VisitStatus.MISSED, "visit.missed")
    visit.wake_at = next_plan_at(step) + timedelta(days=1)
    await desk.open_visit_item(step, visit, "missed")


async def reopen_missed(step: Step, visit: Visit) -> None:
    """No report after another day: counted as not done, planned anew."""
    await desk.close_visit_items(step, visit, "missed", "call")
    for seat in await load_seats(step, visit):
        if seat.status is SeatStatus.ACCEPTED and seat.volunteer_id is not None:
            seat.status = SeatStatus.NO_SHOW
    await restart(step, visit, "visit.reopened")


async def cancel_visit(
    step: Step, visit: Visit, why: str, *, to: VisitStatus = VisitStatus.CANCELLED, tell_retiree: bool = True
) -> None:
    """The visit will not take place: crew and retiree's side are told, nothing more is sent."""
    await release_crew(step, visit, "V5", why)
    call = None
    if tell_retiree:
        call = await announcements.take_back(step, visit)
    await cancel_messages(step, visit=visit, why="visit_ended")
    visit.reason = {"code": why}
    await move(step, visit, to, f"visit.{to}", why=why)
    await desk.close_visit_items(step, visit, why, but=call)
