"""What a plan found becomes proposals; what moved on meanwhile is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.visits import PLANNABLE, SeatStatus, VisitStatus
from models.visits import Seat, Visit
from planner.plan import Plan
from services import announcements
from services.crews import HELD
from services.offering import release_crew
from services.planning.needs import Needs
from services.planning.problems import Built, round_start
from services.planning.unplanned import leave_unplanned
from services.steps import Step
from services.timeline import move

MAY_MOVE = PLANNABLE | {VisitStatus.PLANNED, VisitStatus.OFFERED}


@dataclass(frozen=True)
class Placed:
    """Where a plan puts a visit: its start, and one volunteer for each seat."""

    starts_at: datetime
    crew: list[UUID]


Claims = dict[UUID, list[tuple[datetime, datetime]]]  # volunteer → from, to


@dataclass(frozen=True)
class Outcome:
    """What a plan says of each visit (row of `Built.visits`)."""

    placed: dict[int, Placed]
    reasons: dict[int, dict[str, Any]]
    claims: Claims


@dataclass
class Done:
    """What was done with some visits; `moved`: offers that were taken back."""

    planned: int = 0
    unserved: int = 0
    moved: int = 0


def read_plan(step: Step, built: Built, plan: Plan, needs: Needs) -> Outcome:
    """The plan in rows' terms."""
    seats = plan.seats()
    placed: dict[int, Placed] = {}
    claims: Claims = {}
    buffer = step.policy.travel_buffer_minutes
    for v, visit in enumerate(built.visits):
        if all((v, position) in seats for position in range(visit.crew_size)):
            chosen = [seats[v, position] for position in range(visit.crew_size)]
            _, day, start = chosen[0]
            local = datetime.combine(built.first_day + timedelta(days=day), time(), step.zone)
            starts_at = local + timedelta(seconds=round_start(start))
            placed[v] = Placed(starts_at, [built.roster.ids[k] for k, _, _ in chosen])
            for volunteer_id in placed[v].crew:
                until = starts_at + timedelta(minutes=visit.minutes + buffer)
                claims.setdefault(volunteer_id, []).append((starts_at, until))
    return Outcome(placed, needs.reasons(built, plan), claims)


async def apply_batch(step: Step, built: Built, outcome: Outcome, rows: range) -> Done:
    """Write the proposals of some visits; returns what was done with them."""
    made = Done()
    visits = [built.visits[v] for v in rows]
    ids = [visit.id for visit in visits]
    current = {v.id: v for v in await step.session.scalars(select(Visit).where(col(Visit.id).in_(ids)))}
    seats: dict[UUID, list[Seat]] = {i: [] for i in ids}
    for seat in await step.session.scalars(
        select(Seat).where(col(Seat.visit_id).in_(ids)).order_by(col(Seat.position))
    ):
        seats[seat.visit_id].append(seat)
    for v, seen in zip(rows, visits, strict=True):
        visit = current.get(seen.id)
        if visit is None or visit.version != seen.version or visit.status not in MAY_MOVE:
            continue
        crew = seats[visit.id]
        if any(seat.status in HELD for seat in crew):
            continue  # somebody has said yes: only a person moves it
        placed = outcome.placed.get(v)
        if placed is not None and _is_there(step, visit, crew, placed, built):
            made.planned += visit.status is VisitStatus.PLANNED
            continue
        if visit.status is VisitStatus.OFFERED:
            if placed is None and not _is_claimed(step, visit, built, outcome.claims):
                continue  # those asked may still say yes
            await _take_back(step, visit)
            made.moved += 1
        if placed is not None:
            await _propose(step, visit, crew, placed)
            made.planned += 1
            continue
        why = outcome.reasons.get(v, {"code": "not_planned"})
        if visit.status is VisitStatus.PLANNED:
            await move(step, visit, VisitStatus.DUE, "visit.back_to_plan", code=why["code"])
        for seat in crew:
            seat.proposed_id = None
        visit.starts_at = None
        await leave_unplanned(step, visit, why)
        made.unserved += 1
    return made


def _is_claimed(step: Step, visit: Visit, built: Built, claims: Claims) -> bool:
    """Whether somebody who was asked goes elsewhere at that time by this plan."""
    assert visit.starts_at is not None  # noqa: S101  # visits that are offered have their time
    until = visit.starts_at + timedelta(minutes=visit.minutes + step.policy.travel_buffer_minutes)
    return any(
        begin < until and visit.starts_at < end
        for volunteer_id in built.asked.get(visit.id, [])
        for begin, end in claims.get(volunteer_id, [])
    )


def _is_there(step: Step, visit: Visit, crew: list[Seat], placed: Placed, built: Built) -> bool:
    """Whether the visit has these people at this time already; a proposal may be put off within its day."""
    if visit.starts_at is None:
        return False
    if visit.status is VisitStatus.OFFERED:
        return visit.starts_at == placed.starts_at and built.asked.get(visit.id) == placed.crew
    is_same = visit.status is VisitStatus.PLANNED and [seat.proposed_id for seat in crew] == placed.crew
    if is_same and step.local_date(visit.starts_at) == step.local_date(placed.starts_at):
        visit.starts_at = placed.starts_at
        return True
    return False


async def _propose(step: Step, visit: Visit, seats: list[Seat], placed: Placed) -> None:
    visit.starts_at = placed.starts_at
    visit.reason = {}
    for seat, volunteer_id in zip(seats, placed.crew, strict=True):
        if seat.status is SeatStatus.OPEN:
            seat.proposed_id = volunteer_id
    visit.wake_at, visit.wave = ask_at(step, placed.starts_at), 0
    if visit.wake_at <= step.now:
        step.hint("visits.step", visit.id)
    if visit.status is VisitStatus.PLANNED:
        await move(step, visit, VisitStatus.DUE, "visit.back_to_plan", code="replanned")
    await move(step, visit, VisitStatus.PLANNED, "visit.planned", starts_at=visit.starts_at.isoformat())


def ask_at(step: Step, starts_at: datetime) -> datetime:
    """Now, or the morning from which people may be asked for a visit that is still far off."""
    day = step.local_date(starts_at) - timedelta(days=step.policy.ask_ahead_days)
    return step.now if day <= step.today else datetime.combine(day, step.policy.plan_at, step.zone)


async def _take_back(step: Step, visit: Visit) -> None:
    """Everybody who was asked and has not answered is told that the visit no longer needs them."""
    await release_crew(step, visit, "V7", "replanned")
    await announcements.take_back(step, visit)
    await move(step, visit, VisitStatus.DUE, "visit.back_to_plan", code="replanned")
