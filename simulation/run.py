"""Simulations: the sample city played forward under a virtual clock, with figures at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from config.clock import ManualClock
from models.database import Database
from models.ids import seed_ids, unseed_ids
from models.migrate import migrate_async
from services.steps import Steps
from simulation.city import load_city
from simulation.figures import collect, of_a_month
from simulation.gateway import FaultRates, SimulatedGateway
from simulation.inline_sqlite import INLINE
from simulation.plain import switch_off
from simulation.world import World

# A fixed day, so that the same seed is the same history on every day it is run.
START = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
MONTH = 30  # days between two looks at how things stand
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Run:
    """What to simulate."""

    days: int
    retirees: int = 2000
    volunteers: int = 300
    seed: int = 1
    faults: bool = False
    plain: bool = False  # the smart parts off
    start: datetime = START


async def simulate(
    run: Run,
    url: str,
    zone: ZoneInfo,
    folder: Path,
    progress: Progress,
    *,
    tell: Callable[[str], None] = lambda line: None,
    driver: Any | None = INLINE,
) -> dict[str, Any]:
    """Play `run.days` days on an empty database at `url`; returns the figures (docs/figures.md).

    `tell` gets a line every MONTH.
    """
    began = time.monotonic()
    clock = ManualClock(run.start)
    seed_ids(run.seed, lambda: int(clock.now().timestamp() * 1000))
    db = Database(url, durable=False, driver=driver)
    try:
        await migrate_async(url)
        steps = Steps(db, clock, zone)
        gateway = SimulatedGateway(Random(f"{run.seed}/gateway"), FaultRates() if run.faults else None)
        world = World(steps, clock, gateway, run.seed, faults=run.faults)
        progress(0.0, "load")
        await load_city(steps, folder, retirees=run.retirees, volunteers=run.volunteers, seed=run.seed)
        if run.plain:
            await switch_off(steps)
        end = run.start + timedelta(days=run.days)
        await world.certifiers.plan(run.start, end)
        months = []
        for day in range(1, run.days + 1):
            await world.run_until(run.start + timedelta(days=day))
            progress(day / run.days, "play")
            if day % MONTH == 0:
                async with steps.look() as step:
                    months.append(await of_a_month(step, day, world.staff.touches))
                tell(", ".join(f"{name} {value}" for name, value in months[-1].items()))
        async with steps.look() as step:
            figures = await collect(step, gateway.truth, start=run.start, touches=world.staff.touches)
    finally:
        await db.close()
        unseed_ids()
    return {
        "seed": run.seed,
        "days": run.days,
        "plain": run.plain,
        **figures,
        "months": months,
        "faults": {"injected": gateway.truth.faults + world.hints_lost},
        "wall_seconds": round(time.monotonic() - began, 2),
    }
