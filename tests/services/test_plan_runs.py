"""Runs as rows: one at a time, seen while they work, stopped when asked, ended when their worker dies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from config.clock import ManualClock
from domain.visits import VisitStatus
from models.plans import PlanStatus
from services.errors import NotFound, WrongMoment
from services.planning import planning
from services.planning.planning import plan_visits
from services.planning.runs import CITY, ask_to_stop, open_run, watch
from services.steps import Steps
from tests.services.plans import fill_city, in_days, runs, visit


async def test_a_run_keeps_what_it_was_given_and_found(steps: Steps) -> None:
    await fill_city(steps, visits=4, volunteers=3)
    figures = await plan_visits(steps, "evening")
    (run,) = await runs(steps)
    assert (run.status, run.lane, run.cause) == (PlanStatus.DONE, None, "evening")
    assert (run.visits, run.planned, run.unserved) == (8, figures.planned, figures.unserved) == (8, 8, 0)
    assert run.done == 8
    assert run.ended_at is not None
    assert run.figures["missing"] == {"half_days": 0, "visits": 0, "weight": 0}
    assert 0 <= run.figures["load_gini"] <= 1
    assert run.figures["without_wishes"]["weight_lost"] == 0


async def test_only_one_plan_of_the_city_works_at_a_time(steps: Steps, clock: ManualClock) -> None:
    await fill_city(steps, visits=1, volunteers=3)
    other = await open_run(steps, CITY, "other", in_days(steps, 1), 7)
    assert other is not None
    figures = await plan_visits(steps, "test")
    assert figures.was_busy
    clock.advance(timedelta(minutes=10))  # its worker is gone: the lease is over
    assert (await plan_visits(steps, "test")).planned == 2
    ended, done = await runs(steps)
    assert (ended.status, done.status) == (PlanStatus.FAILED, PlanStatus.DONE)


async def test_a_run_that_is_stopped_applies_what_it_has(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_city(steps, visits=3, volunteers=3)
    whole, write = planning.search, planning.write_plan

    def stop_first(built: Any, seed: int, budget: Any, watched: Any, **options: Any) -> Any:
        watched.stop.set()
        return whole(built, seed, budget, watched, **options)

    async def ask_then_write(steps: Steps, watched: Any, *rest: Any) -> Any:
        await steps.run("staff:test", lambda step: ask_to_stop(step, watched.id))
        return await write(steps, watched, *rest)

    monkeypatch.setattr(planning, "search", stop_first)
    monkeypatch.setattr(planning, "write_plan", ask_then_write)
    await plan_visits(steps, "test")
    (run,) = await runs(steps)
    assert (run.status, run.stop_asked_by) == (PlanStatus.STOPPED, "staff:test")
    assert run.unserved == 6  # it had no time to look
    with pytest.raises(WrongMoment):
        await steps.run("staff:test", lambda step: ask_to_stop(step, run.id))


async def test_a_run_that_raises_ends_as_failed_and_frees_its_lane(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await fill_city(steps, visits=1, volunteers=3)

    def fail(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(planning, "search", fail)
    with pytest.raises(ZeroDivisionError):
        await plan_visits(steps, "test")
    monkeypatch.undo()
    (run,) = await runs(steps)
    assert (run.status, run.lane) == (PlanStatus.FAILED, None)
    assert run.figures == {"error": "ZeroDivisionError"}
    assert (await plan_visits(steps, "test")).planned == 2
    assert (await visit(steps, made[0].id)).status is VisitStatus.PLANNED


async def test_no_transaction_is_open_while_it_solves(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill_city(steps, visits=2, volunteers=3)
    whole, open_ones = planning.search, list[int]()

    def look(*args: Any, **options: Any) -> Any:
        open_ones.append(_transactions(steps))
        return whole(*args, **options)

    monkeypatch.setattr(planning, "search", look)
    await plan_visits(steps, "test")
    assert open_ones == [0]


def _transactions(steps: Steps) -> int:
    """Connections in use."""
    db: Any = steps.db
    return sum(engine.pool.checkedout() for engine in {db._writer, db._reader})


async def test_a_watched_run_that_has_ended_tells_its_search_to_stop(
    steps: Steps,
) -> None:
    run_id = await open_run(steps, CITY, "test", in_days(steps, 1), 7)
    assert run_id is not None
    async with watch(steps, run_id) as watched:
        assert not watched.stop.is_set()
    assert watched.stop.is_set()
    with pytest.raises(NotFound):
        await steps.run("staff:test", lambda step: ask_to_stop(step, UUID(int=7)))
