"""Playing a visit's way in tests: the real ticks and actors, run on the spot."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlmodel import col, select

from config.clock import ManualClock
from models.messages import Message
from models.scope import SYSTEM
from models.visits import Offer, Seat, Visit
from scheduler.ticks import tick
from services import inbound
from services.steps import Steps
from simulation.gateway import SimulatedGateway
from workers.actors import ACTORS
from workers.context import WorkerContext


class Play:
    """A queue without a broker: what ticks and steps send is done at once, and failures are raised."""

    def __init__(self, steps: Steps, clock: ManualClock) -> None:
        self.steps, self.clock = steps, clock
        self.gateway = SimulatedGateway(Random(1))
        self.queue: deque[tuple[str, list[UUID]]] = deque()
        self.context = WorkerContext(steps, self.gateway)
        steps.send = lambda actor, ids: self.queue.append((actor, ids))

    async def tick(self) -> dict[str, int]:
        counts = await tick(self.steps, lambda actor, ids: self.queue.append((actor, ids)))
        await self.drain()
        return counts

    async def drain(self) -> None:
        while self.queue:
            actor, ids = self.queue.popleft()
            for row_id in ids:
                await ACTORS[actor].work(self.context, row_id)

    async def wait(self, delta: timedelta) -> None:
        """Time passes; everything that falls due on the way is done at whole quarters of an hour."""
        end = self.clock.now() + delta
        while self.clock.now() < end:
            self.clock.set(min(end, self.clock.now() + timedelta(minutes=15)))
            await self.tick()

    async def say(self, phone: str, text: str, key: str = "") -> str:
        """A text comes in and is understood."""
        dedupe = key or f"{phone}/{self.clock.now().isoformat()}/{text}"
        async with self.steps.open("phone") as step:
            row = await inbound.receive(step, "simulator", phone, text, dedupe)
        await self.drain()
        async with self.steps.look() as step:
            read = await step.session.get(type(row), row.id)
            assert read is not None
            return read.result

    async def visit(self, visit_id: UUID) -> Visit:
        async with self.steps.db.read(SYSTEM) as session:
            row = await session.get(Visit, visit_id)
            assert row is not None
            return row

    async def offers(self, visit_id: UUID) -> list[Offer]:
        async with self.steps.db.read(SYSTEM) as session:
            return list(
                await session.scalars(
                    select(Offer).where(col(Offer.visit_id) == visit_id).order_by(col(Offer.id))
                )
            )

    async def seats(self, visit_id: UUID) -> list[Seat]:
        async with self.steps.db.read(SYSTEM) as session:
            return list(
                await session.scalars(
                    select(Seat).where(col(Seat.visit_id) == visit_id).order_by(col(Seat.position))
                )
            )

    async def texts(self, template: str) -> list[Message]:
        async with self.steps.db.read(SYSTEM) as session:
            return list(
                await session.scalars(
                    select(Message).where(col(Message.template) == template).order_by(col(Message.id))
                )
            )
