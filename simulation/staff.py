"""Simulated coordinators: in office hours they work through the desk, oldest promise first."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlmodel import col, select

from domain.visits import VisitStatus
from domain.workdays import is_working_day
from models.desk import DeskItem
from models.visits import Seat, Visit
from services import changing, desk, parts, reviewing
from services.calendars import holiday_table
from services.errors import ServiceError
from services.steps import Step, Steps
from services.suggesting import suggest
from simulation.volunteers import SimulatedVolunteers

OPENS, CLOSES = time(8, 30), time(17, 30)
ROUND = timedelta(minutes=30)
PER_ROUND = 40


class SimulatedStaff:
    """Every half hour of a working day somebody looks at the desk; what they do counts as a touch."""

    def __init__(self, steps: Steps, volunteers: SimulatedVolunteers, seed: int) -> None:
        self._steps, self._volunteers, self._rng = steps, volunteers, Random(f"{seed}/staff")
        self.touches = 0

    def is_open(self, now: datetime) -> bool:
        local = now.astimezone(self._steps.zone)
        return is_working_day(local.date(), holiday_table()) and OPENS <= local.time() < CLOSES

    async def work(self, now: datetime) -> None:
        """One round: an item opened less than a round ago is left for the next."""
        if not self.is_open(now):
            return
        async with self._steps.look() as step:
            items = list(
                await step.session.scalars(
                    select(DeskItem)
                    .where(col(DeskItem.closed_at).is_(None), col(DeskItem.opened_at) <= now - ROUND)
                    .order_by(col(DeskItem.due_at), col(DeskItem.id))
                    .limit(PER_ROUND)
                )
            )
        for item in items:
            self.touches += 1
            actor = item.responsible if item.responsible.startswith("staff:") else "staff:city"
            try:
                await self._handle(item, actor, now)
            except ServiceError:
                await self._close(item.id, actor, "could_not_be_done")

    async def _handle(self, item: DeskItem, actor: str, now: datetime) -> None:
        if item.kind == "review" and item.visit_id:
            await self._review(item.visit_id, now)
        elif item.kind == "review_part":
            part_id = UUID(item.detail["part"])
            await self._steps.run(
                "staff:reviewer", lambda step: parts.review_part(step, part_id, approve=True)
            )
        elif item.kind in ("unfilled", "no_answer") and item.visit_id:
            await self._find_somebody(item, actor)
        else:
            await self._close(item.id, actor, "seen_to")

    async def _close(self, item_id: UUID, actor: str, resolution: str) -> None:
        try:
            await self._steps.run(actor, lambda step: desk.close_item(step, item_id, resolution))
        except ServiceError:
            return  # the step before has closed it

    async def _review(self, visit_id: UUID, now: datetime) -> None:
        approve = self._rng.random() >= 0.03
        reason = "" if approve else "photo without date"
        visit = await self._steps.run(
            "staff:reviewer",
            lambda step: reviewing.review(step, visit_id, approve=approve, reason=reason),
        )
        if visit.status is VisitStatus.RETURNED:
            async with self._steps.look() as step:
                lead = await _lead(step, visit_id)
            if lead is not None:
                await self._volunteers.resubmit(visit, lead, now + timedelta(hours=3))

    async def _find_somebody(self, item: DeskItem, actor: str) -> None:
        """Telephone the best candidates until the crew is complete; most who are asked in person agree."""
        assert item.visit_id is not None  # noqa: S101  # asked for by the caller
        visit_id = item.visit_id
        at = await self._a_time(visit_id)
        if at is None:
            await self._close(item.id, actor, "no_longer_open")
            return
        crew: dict[int, UUID] = {}
        async with self._steps.look() as step:
            seats = list(await step.session.scalars(select(Seat).where(col(Seat.visit_id) == visit_id)))
            positions = sorted(s.position for s in seats if s.volunteer_id is None)
            for position in positions:
                found = await suggest(step, visit_id, position, 5, starts_at=at, exclude=list(crew.values()))
                agreed = [c.volunteer_id for c in found if self._rng.random() < 0.7]
                if agreed:
                    crew[position] = agreed[0]
        if len(crew) == len(positions):
            for position, volunteer_id in crew.items():
                await self._assign(visit_id, position, volunteer_id, actor, at)
        await self._close(item.id, actor, "asked_by_telephone")

    async def _assign(
        self, visit_id: UUID, position: int, volunteer_id: UUID, actor: str, at: datetime
    ) -> None:
        await self._steps.run(
            actor,
            lambda step: changing.assign(
                step, visit_id, position, volunteer_id, "agreed by telephone", starts_at=at
            ),
        )

    async def _a_time(self, visit_id: UUID) -> datetime | None:
        """The visit's own time, or ten in the morning two days from now."""
        async with self._steps.look() as step:
            visit = await step.session.get(Visit, visit_id)
            if visit is None or visit.status not in changing.ASSIGNABLE:
                return None
            if visit.starts_at is not None and visit.starts_at > step.now + timedelta(hours=1):
                return visit.starts_at
            return datetime.combine(step.today + timedelta(days=2), time(10), step.zone)


async def _lead(step: Step, visit_id: UUID) -> UUID | None:
    return await step.session.scalar(
        select(col(Seat.volunteer_id)).where(col(Seat.visit_id) == visit_id, col(Seat.position) == 0)
    )
