"""Retirees who can go out certify themselves, most of them in time; the system only hears of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlmodel import col, select

from domain.certification import Channel
from models.retirees import LifeStatus, Retiree
from services.due.certifications import load_certifications
from services.due.persons import load_persons
from services.retirees import record_certification
from services.steps import Step, Steps
from simulation.schedule import Schedule

CHANNELS = (Channel.SELF_FACE, Channel.SILENT, Channel.ASSISTED_FACE, Channel.SOCIAL_SERVICE)


class SelfCertifiers:
    """Plans one certification each for everybody whose due date lies within the simulated time."""

    def __init__(self, steps: Steps, schedule: Schedule, seed: int) -> None:
        self._steps, self._schedule, self._rng = steps, schedule, Random(f"{seed}/certifiers")

    async def plan(self, start: datetime, end: datetime) -> int:
        """Most certify 5 to 60 days before they are due, some only just in time."""
        async with self._steps.look() as step:
            due = await load_certifications(step, await load_persons(step))
        planned = 0
        for retiree, clock in due:
            if retiree.home_visit_ground:
                continue
            days_before = self._rng.choice((60, 45, 30, 21, 14, 10, 7, 5, 3, 2))
            on = clock.due_on - timedelta(days=days_before)
            at = datetime.combine(on, time(self._rng.randint(9, 18), 5), self._steps.zone)
            if start < at < end:
                self._plan_one(retiree.id, self._rng.choice(CHANNELS), at, on)
                planned += 1
        return planned

    def _plan_one(self, retiree_id: UUID, channel: Channel, at: datetime, on: date) -> None:
        async def certify(step: Step) -> None:
            retiree = await step.session.scalar(select(Retiree).where(col(Retiree.id) == retiree_id))
            if retiree is not None and retiree.life_status is not LifeStatus.DECEASED:
                await record_certification(step, retiree, channel, on)

        async def deed() -> None:
            await self._steps.run("import", certify)

        self._schedule.add(at, deed)
