"""Simulated retirees and relatives: most say nothing, some ask for another day."""

from __future__ import annotations

from datetime import datetime
from random import Random

from models.ids import new_id
from notifications.gateways.protocol import Outgoing
from services import inbound
from services.steps import Steps
from simulation.habits import delay
from simulation.schedule import Schedule


class SimulatedFamilies:
    """They answer the announcement of a visit, sometimes."""

    def __init__(self, steps: Steps, schedule: Schedule, seed: int) -> None:
        self._steps, self._schedule, self._rng = steps, schedule, Random(f"{seed}/families")

    async def on_text(self, outgoing: Outgoing, now: datetime) -> None:
        if outgoing.template_key not in ("R2", "R2b"):
            return
        draw = self._rng.random()
        if draw < 0.02:
            self._say(outgoing.to_e164, "那天不在家，改天吧", now)
        elif draw < 0.25:
            self._say(outgoing.to_e164, self._rng.choice(("好的", "收到", "1", "谢谢")), now)

    def _say(self, phone: str, text: str, now: datetime) -> None:
        async def deed() -> None:
            async with self._steps.open("phone") as step:
                await inbound.receive(step, "simulator", phone, text, f"sim/{new_id()}")

        self._schedule.add(now + delay(self._rng, 60), deed)
