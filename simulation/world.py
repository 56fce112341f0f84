"""A world under a virtual clock: the real ticks and actors, simulated people, one thing at a time.

Time jumps from one thing that is due to the next, on a beat of some minutes: what falls due between two
beats is worked on together, as it is where much goes on. Everything random is seeded and nothing runs in
parallel, so one seed gives one history.
"""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from config.clock import ManualClock
from domain.messages import IN_DOUBT, MessageStatus
from models.desk import DeskItem
from models.messages import Inbound, Message
from models.scope import SYSTEM
from models.visits import Visit
from notifications.gateways.protocol import Outgoing
from scheduler.metronome import look
from scheduler.ticks import CHUNK
from scheduler.timetable import TIMETABLE
from services.steps import Steps
from simulation.families import SimulatedFamilies
from simulation.gateway import SimulatedGateway
from simulation.registry import SelfCertifiers
from simulation.schedule import Schedule
from simulation.staff import ROUND, SimulatedStaff
from simulation.volunteers import SimulatedVolunteers
from workers.actors import ACTORS, run_actor
from workers.context import WorkerContext

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
BEAT = timedelta(minutes=5)
OUTAGE = 0.0015  # chance at a beat, with faults
NEXT_TIMES = select(
    select(func.min(col(Visit.wake_at))).scalar_subquery(),
    select(func.min(col(Message.send_at)))
    .where(col(Message.status).in_((MessageStatus.QUEUED, *IN_DOUBT)))
    .scalar_subquery(),
    select(func.min(col(Inbound.wake_at))).scalar_subquery(),
    select(func.min(col(DeskItem.wake_at))).where(col(DeskItem.closed_at).is_(None)).scalar_subquery(),
)


class World:
    """Clock, queue and people of one simulation."""

    def __init__(
        self, steps: Steps, clock: ManualClock, gateway: SimulatedGateway, seed: int, *, faults: bool = False
    ) -> None:
        self.steps, self.clock, self.gateway = steps, clock, gateway
        self.schedule = Schedule(steps)
        self.volunteers = SimulatedVolunteers(steps, self.schedule, seed)
        self.families = SimulatedFamilies(self.schedule, seed)
        self.staff = SimulatedStaff(steps, self.volunteers, seed)
        self.certifiers = SelfCertifiers(steps, self.schedule, seed)
        self._context = WorkerContext(steps, gateway)
        self._queue: defaultdict[str, list[UUID]] = defaultdict(list)
        self._chaos = Random(f"{seed}/chaos") if faults else None
        self._asleep_until: datetime | None = None
        self.hints_lost = 0
        gateway.on_text = self.on_text
        steps.send = self.send

    def send(self, actor: str, ids: list[UUID]) -> None:
        """The queue. A hint and a tick often name the same row: it waits once.

        With faults, hints get lost and delivered twice.
        """
        waiting = self._queue[actor]
        if self._chaos is not None:
            draw = self._chaos.random()
            if draw < 0.05:
                self.hints_lost += 1
                return
            if draw < 0.10:
                self.hints_lost += 1
                waiting += ids
                waiting += ids
                return
        waiting += [id_ for id_ in ids if id_ not in waiting]

    async def on_text(self, outgoing: Outgoing, now: datetime) -> None:
        await self.volunteers.on_text(outgoing, now)
        await self.families.on_text(outgoing, now)

    async def run_until(self, end: datetime) -> None:
        """Play until an instant."""
        round_at = self.clock.now()
        while self.clock.now() < end:
            now = self.clock.now()
            await self.schedule.run_until(now)
            if now >= round_at:
                await self.staff.work(now)
                round_at = now + ROUND
            if not self._sleeping(now):
                await look(self.steps, self.send)
                await self.drain()
            self.clock.set(min(end, await self._next(now, round_at)))

    def _sleeping(self, now: datetime) -> bool:
        """With faults, everything of ours is down now and then for some hours; people go on."""
        if self._chaos is None:
            return False
        if self._asleep_until is not None:
            if now < self._asleep_until:
                return True
            self._asleep_until = None
        if self._chaos.random() < OUTAGE:
            self._asleep_until = now + timedelta(hours=self._chaos.uniform(0.5, 6))
            self.hints_lost += sum(len(ids) for ids in self._queue.values())
            self._queue.clear()
        return self._asleep_until is not None

    async def drain(self) -> None:
        """Work off the queue by the actors' priorities, with all that follows from it."""
        while waiting := [actor for actor, ids in self._queue.items() if ids]:
            actor = min(waiting, key=lambda name: ACTORS[name].priority)
            ids, self._queue[actor] = self._queue[actor][:CHUNK], self._queue[actor][CHUNK:]
            await run_actor(self._context, actor, ids)

    async def _next(self, now: datetime, round_at: datetime) -> datetime:
        """The next beat at which something is due."""
        times = [t for t in (self.schedule.next_at(), self._asleep_until) if t is not None]
        async with self.steps.db.read(SYSTEM) as session:
            times += [at for at in (await session.execute(NEXT_TIMES)).one() if at is not None]
        if self.staff.is_open(round_at):
            times.append(round_at)
        times.extend(_hours_after(now, self.steps))
        beats = math.ceil((max(min(times), now + BEAT) - EPOCH) / BEAT)
        return EPOCH + beats * BEAT


def _hours_after(now: datetime, steps: Steps) -> list[datetime]:
    """The timetable's next hours, and the opening of the office."""
    local = now.astimezone(steps.zone)
    hours = [entry.at for entry in TIMETABLE] + [time(8, 30)]
    today = [datetime.combine(local.date(), hour, steps.zone) for hour in hours]
    return [at if at > now else at + timedelta(days=1) for at in today]
