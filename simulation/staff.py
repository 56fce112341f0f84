"""Simulated coordinators: in office hours they work through the desk, oldest promise first."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlmodel import col, select

from domain.care import ContactForm
from domain.visits import VisitKind, VisitStatus
from domain.workdays import is_working_day
from models.desk import DeskItem
from models.retirees import LifeStatus, Retiree
from models.visits import Seat, Visit
from services import changing, desk, parts, reviewing
from services.calendars import holiday_table
from services.contacts import ContactEntry, record_contact
from services.errors import ServiceError
from services.life import hospital
from services.steps import Step, Steps
from services.suggesting import suggest
from simulation.volunteers import SimulatedVolunteers

OPENS, CLOSES = time(8, 30), time(17, 30)
ROUND = timedelta(minutes=30)
PER_ROUND = 40
DEEDS = frozenset({"hospital", "call_by_staff"})  # matters that are dealt with by more than a note


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
            await self._find_somebody(item, actor, now)
        elif item.kind == "hospital_recheck" and item.retiree_id:
            await self._ask_hospital(item.retiree_id, actor, now)
            await self._close(item.id, actor, "asked_by_telephone")
        else:
            if item.detail.get("matter") in DEEDS and item.retiree_id:
                await self._see_to(item.retiree_id, str(item.detail["matter"]), actor, now)
            await self._close(item.id, actor, "seen_to")

    async def _see_to(self, retiree_id: UUID, matter: str, actor: str, now: datetime) -> None:
        """What the matter asks for: a call to somebody who refused, the hospital's name and area."""
        is_reached = self._rng.random() < 0.85

        async def do(step: Step) -> None:
            retiree = await step.session.get(Retiree, retiree_id)
            if retiree is None or not is_reached:
                return
            if matter == "hospital" and retiree.life_status is LifeStatus.HOSPITALISED:
                street = retiree.division_code[:9].ljust(12, "0")
                await hospital.admit(step, retiree, hospital.Admission("样本医院", division_code=street))
            elif matter == "call_by_staff" and retiree.life_status is LifeStatus.LIVING:
                await record_contact(step, retiree, ContactEntry(ContactForm.PHONE, True, now))

        await self._steps.run(actor, do)

    async def _close(self, item_id: UUID, actor: str, resolution: str) -> None:
        try:
            await self._steps.run(actor, lambda step: desk.close_item(step, item_id, resolution))
        except ServiceError:
            return  # the step before has closed it

    async def _review(self, visit_id: UUID, now: datetime) -> None:
        approve = self._rng.random() >= 0.03
        reason = "" if approve else "照片没有日期"
        visit = await self._steps.run(
            "staff:reviewer",
            lambda step: reviewing.review(step, visit_id, approve=approve, reason=reason),
        )
        if visit.status is VisitStatus.RETURNED:
            async with self._steps.look() as step:
                lead = await _lead(step, visit_id)
            if lead is not None:
                await self._volunteers.resubmit(visit, lead, now + timedelta(hours=3))

    async def _ask_hospital(self, retiree_id: UUID, actor: str, now: datetime) -> None:
        """Home again, most of them, two weeks later; with who is still there the coordinator speaks."""
        is_home = self._rng.random() < 0.75

        async def ask(step: Step) -> None:
            retiree = await step.session.get(Retiree, retiree_id)
            if retiree is None or retiree.life_status is not LifeStatus.HOSPITALISED:
                return
            if is_home:
                await hospital.discharge(step, retiree, step.today)
            else:
                await record_contact(step, retiree, ContactEntry(ContactForm.PHONE, True, now))

        await self._steps.run(actor, ask)

    async def _find_somebody(self, item: DeskItem, actor: str, now: datetime) -> None:
        """Telephone the best candidates until the crew is complete; most who are asked in person agree."""
        assert item.visit_id is not None  # noqa: S101  # asked for by the caller
        visit_id = item.visit_id
        if not (times := await self._times(visit_id)):
            await self._close(item.id, actor, "no_longer_open")
            return
        for at in times:
            crew = await self._ask_round(visit_id, at)
            if crew is not None:
                for position, volunteer_id in crew.items():
                    await self._assign(visit_id, position, volunteer_id, actor, at)
                break
        else:
            await self._call_retiree(visit_id, actor, now)
        await self._close(item.id, actor, "asked_by_telephone")

    async def _ask_round(self, visit_id: UUID, at: datetime) -> dict[int, UUID] | None:
        """Who agreed on the telephone to go at that time, by seat; nothing if somebody is still missing."""
        crew: dict[int, UUID] = {}
        async with self._steps.look() as step:
            seats = list(await step.session.scalars(select(Seat).where(col(Seat.visit_id) == visit_id)))
            for position in sorted(s.position for s in seats if s.volunteer_id is None):
                found = await suggest(step, visit_id, position, 5, starts_at=at, exclude=list(crew.values()))
                agreed = [c.volunteer_id for c in found if self._rng.random() < 0.7]
                if not agreed:
                    return None
                crew[position] = agreed[0]
        return crew

    async def _call_retiree(self, visit_id: UUID, actor: str, now: datetime) -> None:
        """Nobody can go: the coordinator rings up the person and hears how things are."""

        async def call(step: Step) -> None:
            visit = await step.session.get(Visit, visit_id)
            if visit is None or visit.kind is not VisitKind.CARE or visit.retiree_id is None:
                return
            retiree = await step.session.get(Retiree, visit.retiree_id)
            if retiree is not None and retiree.life_status is LifeStatus.LIVING:
                await record_contact(step, retiree, ContactEntry(ContactForm.PHONE, True, now))

        if self._rng.random() < 0.9:
            await self._steps.run(actor, call)

    async def _assign(
        self, visit_id: UUID, position: int, volunteer_id: UUID, actor: str, at: datetime
    ) -> None:
        await self._steps.run(
            actor,
            lambda step: changing.assign(
                step, visit_id, position, volunteer_id, "电话中已答应", starts_at=at
            ),
        )

    async def _times(self, visit_id: UUID) -> list[datetime]:
        """The visit's own time, if it has one to come; else a morning or afternoon of the next days."""
        async with self._steps.look() as step:
            visit = await step.session.get(Visit, visit_id)
            if visit is None or visit.status not in changing.ASSIGNABLE:
                return []
            if visit.starts_at is not None and visit.starts_at > step.now + timedelta(hours=1):
                return [visit.starts_at]
            days = [step.today + timedelta(days=ahead) for ahead in (2, 3, 4)]
            return [datetime.combine(day, at, step.zone) for day in days for at in (time(10), time(14, 30))]


async def _lead(step: Step, visit_id: UUID) -> UUID | None:
    return await step.session.scalar(
        select(col(Seat.volunteer_id)).where(col(Seat.visit_id) == visit_id, col(Seat.position) == 0)
    )
