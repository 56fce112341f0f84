"""Extreme weather: an area rests for some days; whoever is at high risk is rung instead (rule CARE-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from domain.care import Level, care_level
from domain.divisions import prefix
from domain.visits import FINAL, PLANNABLE, VisitKind, VisitStatus, planning_deadline
from models.campaigns import DistrictPause
from models.desk import DeskItem
from models.divisions import Division
from models.visits import Visit
from services import announcements, closing, desk
from services.audit import audit
from services.due.persons import load_persons
from services.errors import BadInput, NotFound, WrongMoment
from services.offering import release_crew
from services.steps import Step

LONGEST = timedelta(days=14)
SPACE = timedelta(days=3)  # so many days at least for planning a visit after the pause
# Death and illness do not wait for the weather; tasks are their coordinator's matter.
PAUSED_KINDS = (VisitKind.CARE, VisitKind.CAMPAIGN, VisitKind.CERTIFICATION)


@dataclass(frozen=True)
class PauseForm:
    """Where, from when to when (both included), and why."""

    division_code: str
    from_on: date
    to_on: date
    reason: str


async def pause_area(step: Step, form: PauseForm) -> DistrictPause:
    """No visits there on these days: crews and retirees are told, visits shift, level A is rung.

    Raises:
        BadInput: days in the wrong order, past or too many, an unknown area, or no reason.
    """
    if form.to_on < form.from_on:
        raise BadInput("to_on", "The last day lies before the first.", "to_on")
    if form.from_on < step.today or form.to_on - form.from_on > LONGEST:
        raise BadInput(
            "from_on", "Rule CARE-06: a pause begins today or later and lasts two weeks at most.", "from_on"
        )
    if len(form.reason.strip()) < 2:
        raise BadInput("reason", "Say why.", "reason")
    if await step.session.get(Division, form.division_code) is None:
        raise BadInput("division", "There is no such area.", "division_code")
    row = DistrictPause(
        from_on=form.from_on,
        to_on=form.to_on,
        reason=form.reason.strip()[:128],
        created_by=step.actor,
        created_at=step.now,
        division_code=form.division_code,
    )
    step.session.add(row)
    await step.session.flush()
    await audit(step, "pause.open", row, fields=["from_on", "to_on"], why=form.reason)
    await keep_pauses(step)
    return row


async def end_pause(step: Step, pause_id: UUID) -> DistrictPause:
    """The weather is better: from tomorrow visits are planned again.

    Raises:
        NotFound, WrongMoment: no such pause, or it is over.
    """
    row = await step.session.get(DistrictPause, pause_id)
    if row is None:
        raise NotFound("pause", "There is no such pause.")
    if row.ended_at is not None or row.to_on < step.today:
        raise WrongMoment("over", "This pause is over.")
    row.ended_at, row.ended_by = step.now, step.actor
    await audit(step, "pause.end", row)
    waiting = select(Visit).where(
        _there(row), col(Visit.status).in_(PLANNABLE), col(Visit.opens_on) == row.to_on + timedelta(days=1)
    )
    for visit in await step.session.scalars(waiting):
        visit.opens_on, visit.wake_at = step.today + timedelta(days=1), step.now
    row.to_on = min(row.to_on, step.today)
    await step.session.flush()
    return row


async def keep_pauses(step: Step) -> int:
    """Nothing takes place in a pause, neither what was agreed nor what fell due since; how many shifted."""
    moved = 0
    for row in await current_pauses(step):
        moved += await _shift(step, row)
        await _ring(step, row)
    return moved


async def current_pauses(step: Step) -> list[DistrictPause]:
    """Pauses that are on or to come."""
    rows = await step.session.scalars(
        select(DistrictPause)
        .where(col(DistrictPause.to_on) >= step.today, col(DistrictPause.ended_at).is_(None))
        .order_by(col(DistrictPause.from_on), col(DistrictPause.id))
    )
    return list(rows)


def _there(row: DistrictPause) -> ColumnElement[bool]:
    return col(Visit.division_code).startswith(prefix(row.division_code))


async def _shift(step: Step, row: DistrictPause) -> int:
    first = datetime.combine(row.from_on, time(), step.zone)
    after = datetime.combine(row.to_on + timedelta(days=1), time(), step.zone)
    visits = await step.session.scalars(
        select(Visit).where(
            _there(row),
            col(Visit.kind).in_(PAUSED_KINDS),
            col(Visit.status).not_in(FINAL),
            col(Visit.reported_at).is_(None),
        )
    )
    moved = 0
    for visit in visits.all():
        if visit.starts_at is None:
            moved += _open_later(step, visit, row)
        elif first <= visit.starts_at < after and visit.starts_at > step.now:
            await _take_back(step, visit)
            _open_later(step, visit, row)
            moved += 1
    await step.session.flush()
    return moved


def _open_later(step: Step, visit: Visit, row: DistrictPause) -> int:
    """A visit that would be planned into the pause opens after it; whatever can wait is due later, too."""
    if visit.status not in PLANNABLE or not visit.opens_on <= row.to_on:
        return 0
    if visit.opens_on < row.from_on and visit.due_on < row.from_on:
        return 0  # there is time before the pause
    opens_on = row.to_on + timedelta(days=1)
    visit.opens_on = opens_on
    # For the plan only: what counts as in time is the certification's own clock.
    visit.due_on = planning_deadline(visit.kind, visit.due_on, opens_on, opens_on + SPACE)
    return 1


async def _take_back(step: Step, visit: Visit) -> None:
    """Crew and retiree's side are told that nobody comes on that day."""
    await release_crew(step, visit, "V5", "weather")
    await announcements.take_back(step, visit)
    if visit.status is not VisitStatus.UNFILLED:
        await closing.restart(step, visit, "visit.paused", why_code="weather")
    else:
        visit.starts_at, visit.wave = None, 0


async def _ring(step: Step, row: DistrictPause) -> None:
    """Everybody of level A there gets a call within the hours of the policy, once for each pause."""
    begins = datetime.combine(row.from_on, step.policy.shift_parts.morning.start, step.zone)
    if step.today < row.from_on:
        return
    inside = prefix(row.division_code)
    due_at = max(step.now, begins) + timedelta(hours=step.policy.weather_call_hours)
    for person in await load_persons(step):
        if person.division_code.startswith(inside) and care_level(person.flags, step.policy) is Level.A:
            await _ask_to_ring(step, row, person.id, person.division_code, person.managing_agency, due_at)


async def _ask_to_ring(
    step: Step, row: DistrictPause, retiree_id: UUID, code: str, agency: str, due_at: datetime
) -> None:
    key = f"{row.id}/{retiree_id}"
    known = select(col(DeskItem.id)).where(col(DeskItem.natural_key) == f"weather_call/{key}")
    if await step.session.scalar(known) is not None:
        return
    await desk.open_item(
        step,
        "weather_call",
        key,
        code,
        managing_agency=agency,
        retiree_id=retiree_id,
        due_at=due_at,
    )
