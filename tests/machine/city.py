"""A tiny city for the state machine: three visits, six volunteers, everything real but the queue."""

from __future__ import annotations

import shutil
import sqlite3
from collections import deque
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from config.clock import ManualClock
from domain.visits import VisitKind
from models.database import Database
from models.retirees import CertificationEvent
from models.staff import Role
from models.volunteers import Pool
from scheduler.ticks import tick
from services.steps import Step, Steps
from simulation.gateway import SimulatedGateway
from simulation.inline_sqlite import INLINE
from tests.factories import add_divisions, add_retiree, add_staff, add_visit, add_volunteer
from workers.actors import ACTORS
from workers.context import WorkerContext

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


class TinyCity:
    """Real database, real services; queue and gateway inline."""

    def __init__(self, file: Path) -> None:
        self.file, self.filled = file, file.with_suffix(".filled")
        self.db = Database(f"sqlite+aiosqlite:///{file}", durable=False, driver=INLINE)
        self.visits: list[UUID] = []
        self.volunteers: list[UUID] = []
        self.retirees: list[UUID] = []

    async def fill(self, migrated: Path) -> None:
        """Once, from a migrated database; each history begins with a copy."""
        shutil.copyfile(migrated, self.file)
        self._begin()
        await self.steps.run("system", self._fill)
        await self.close()
        self.file.rename(self.filled)

    def begin(self) -> None:
        """As if nothing had happened yet. The engines stay: they need not compile their statements again."""
        shutil.copyfile(self.filled, self.file)
        self._begin()

    def _begin(self) -> None:
        self.clock = ManualClock(START)
        self.queue: deque[tuple[str, list[UUID]]] = deque()
        self.steps = Steps(self.db, self.clock, ZONE, lambda actor, ids: self.queue.append((actor, ids)))
        self.context = WorkerContext(self.steps, SimulatedGateway(Random(1)))
        self.rows = sqlite3.connect(self.file, isolation_level=None)  # looks behind the services' back

    async def _fill(self, step: Step) -> None:
        await add_divisions(step)
        await add_staff(step, "city", Role.CITY_ADMIN, "4301")
        for number in range(6):
            volunteer = await add_volunteer(
                step,
                skills=("certifier",) if number % 2 == 0 else (),
                pool=Pool.CITY if number == 5 else Pool.DISTRICT,
            )
            self.volunteers.append(volunteer.id)
        for kind in (VisitKind.CERTIFICATION, VisitKind.CARE, VisitKind.TASK):
            retiree = await add_retiree(step, home_visit_ground="bedridden")
            self.retirees.append(retiree.id)
            step.session.add(
                CertificationEvent(
                    retiree_id=retiree.id,
                    occurred_on=date(2025, 3, 20),
                    channel="home_visit",
                    recorded_at=step.now,
                    recorded_by="test",
                    division_code=retiree.division_code,
                )
            )
            skills = ["certifier"] if kind is VisitKind.CERTIFICATION else []
            due = step.today + timedelta(days=6)
            visit = await add_visit(step, kind, retiree.id, skills=skills, due_on=due)
            self.visits.append(visit.id)

    async def close(self) -> None:
        """Ends the connections; the last one to go takes the write-ahead log with it."""
        self.rows.close()
        await self.db.close()

    async def drain(self) -> None:
        """As workers do (`workers.actors.run_actor`), but what fails is raised."""
        while self.queue:
            actor, ids = self.queue.popleft()
            spec = ACTORS[actor]
            if spec.work_many is not None and len(ids) > 1:
                await spec.work_many(self.context, ids)
                continue
            for row_id in ids:
                await spec.work(self.context, row_id)

    async def tick(self) -> None:
        await tick(self.steps, lambda actor, ids: self.queue.append((actor, ids)))
        await self.drain()
