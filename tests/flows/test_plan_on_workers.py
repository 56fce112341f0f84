"""A city planned by districts on real workers, over each of the three queues; one worker dies on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from config.clock import ManualClock
from domain.visits import VisitStatus
from models.plans import PlanPart, PlanRun, PlanStatus
from models.visits import Visit
from services.planning import parts
from services.planning.planning import plan_visits
from tanfang.runtime import Runtime
from tests.factories import add_divisions
from tests.flows.test_three_brokers import addresses, eventually, read, runtime
from tests.services.plans import decide, fill_city

__all__ = ["addresses", "runtime"]


async def test_districts_on_workers_and_one_that_dies(
    runtime: Runtime,  # the fixture imported above
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = runtime.clock
    assert isinstance(clock, ManualClock)
    await runtime.steps.run("system", add_divisions)
    await decide(runtime.steps, plan_fan_out_visits=2)
    whole, died = parts.search, list[str]()

    def die_once(built: Any, *rest: Any, **more: Any) -> Any:
        if not died:
            died.append("once")
            raise MemoryError
        return whole(built, *rest, **more)

    monkeypatch.setattr(parts, "search", die_once)
    await fill_city(runtime.steps, visits=4, volunteers=3, city_pool=1)
    figures = await plan_visits(runtime.steps, "test")
    assert figures.visits == 8

    async def one_is_left() -> bool:
        """The other district is done, and this one's worker is dead."""
        rows = await read(runtime, select(PlanPart))
        return bool(died) and sum(part.done_at is None for part in rows if part.area) == 1

    await eventually(runtime, one_is_left)
    clock.advance(timedelta(minutes=11))  # the lease of whoever died is over

    async def is_done() -> bool:
        (run,) = [r for r in await read(runtime, select(PlanRun)) if r.cause == "test"]
        return run.status is PlanStatus.DONE

    await eventually(runtime, is_done)
    (run,) = [r for r in await read(runtime, select(PlanRun)) if r.cause == "test"]
    assert (run.planned, run.unserved, run.lane) == (8, 0, None)
    assert max(part.attempts for part in await read(runtime, select(PlanPart))) == 2
    assert {v.status for v in await read(runtime, select(Visit))} <= {
        VisitStatus.PLANNED,
        VisitStatus.OFFERED,
    }
