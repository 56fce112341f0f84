"""Simulated retirees and relatives: most say nothing, some ask for another day."""

from __future__ import annotations

from datetime import datetime
from random import Random

from notifications.gateways.protocol import Outgoing
from simulation.habits import delay
from simulation.schedule import Schedule


class SimulatedFamilies:
    """They answer the announcement of a visit, sometimes."""

    def __init__(self, schedule: Schedule, seed: int) -> None:
        self._schedule, self._rng = schedule, Random(f"{seed}/families")

    async def on_text(self, outgoing: Outgoing, now: datetime) -> None:
        if outgoing.template_key not in ("R2", "R2b"):
            return
        draw = self._rng.random()
        if draw < 0.02:
            self._say(outgoing.to_e164, "那天不在家，改天吧", now)
        elif draw < 0.25:
            self._say(outgoing.to_e164, self._rng.choice(("好的", "收到", "1", "谢谢")), now)

    def _say(self, phone: str, text: str, now: datetime) -> None:
        self._schedule.say(now + delay(self._rng, 60), phone, text)
