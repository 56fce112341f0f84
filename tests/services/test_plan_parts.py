"""A large city's plan on several workers: districts, the join, and what happens when a worker dies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col

from config.clock import ManualClock
from domain.visits import VisitStatus
from models.plans import PlanPart, PlanStatus
from models.visits import Seat
from models.volunteers import Volunteer
from services.planning import parts
from services.planning.parts import plan_part
from services.planning.planning import plan_visits
from services.steps import Steps
from tests.services.plans import decide, fill_city, runs, visit
from tests.services.play import Play
from tests.services.scenes import rows_of


@pytest.fixture
async def play(steps: Steps, clock: ManualClock) -> Play:
    await decide(steps, plan_fan_out_visits=2)
    return Play(steps, clock)


async def test_districts_are_planned_one_by_one_and_joined(steps: Steps, play: Play) -> None:
    made = await fill_city(steps, visits=5, volunteers=3)
    figures = await plan_visits(steps, "test")
    assert figures.visits == 10
    (run,) = await runs(steps)
    assert (run.status, run.lane) == (PlanStatus.SOLVING, "city")
    assert {part.area for part in await rows_of(steps, PlanPart)} == {"430111", "430102", ""}
    await play.drain()
    (run,) = await runs(steps)
    assert (run.status, run.planned, run.unserved) == (PlanStatus.DONE, 10, 0)
    assert run.lane is None
    assert [d["planned"] for d in run.figures["districts"]] == [5, 5]
    assert all(part.done_at and part.wake_at is None for part in await rows_of(steps, PlanPart))
    for one in made:
        assert (await visit(steps, one.id)).status is not VisitStatus.DUE


async def test_the_city_pool_goes_where_a_district_is_short(steps: Steps, play: Play) -> None:
    """Neither district has a pair; the city's people make them whole."""
    await fill_city(steps, visits=2, volunteers=1, city_pool=1)
    await plan_visits(steps, "test")
    await play.drain()
    (run,) = await runs(steps)
    assert [d["planned"] for d in run.figures["districts"]] == [0, 0]
    assert run.planned == 4
    pools = {v.id: v.pool for v in await rows_of(steps, Volunteer)}
    proposed = [s.proposed_id for s in await rows_of(steps, Seat)]
    assert sum(pools[k] == "city" for k in proposed if k) == 4


async def test_a_district_whose_worker_died_is_taken_by_another(
    steps: Steps, play: Play, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_city(steps, visits=3, volunteers=3)
    await plan_visits(steps, "test")
    whole, killed = parts.search, list[str]()

    def die_once(built: Any, *rest: Any, **more: Any) -> Any:
        if not killed:
            killed.append(built.problem.name)
            raise RuntimeError
        return whole(built, *rest, **more)

    monkeypatch.setattr(parts, "search", die_once)
    ids = [part_id for _, ids in play.queue for part_id in ids]
    play.queue.clear()
    with pytest.raises(RuntimeError):
        await plan_part(steps, ids[0])
    await plan_part(steps, ids[1])
    (run,) = await runs(steps)
    assert run.status is PlanStatus.SOLVING
    for _ in range(40):
        clock.advance(timedelta(minutes=1))
        await play.tick()
    (run, *later) = await runs(steps)
    assert killed
    assert (run.status, run.planned) == (PlanStatus.DONE, 6)
    assert max(part.attempts for part in await rows_of(steps, PlanPart)) == 2
    assert later == []


async def test_a_part_is_done_once_however_often_it_is_handed_over(steps: Steps, play: Play) -> None:
    await fill_city(steps, visits=2, volunteers=3)
    await plan_visits(steps, "test")
    play.queue += list(play.queue)
    await play.drain()
    (run,) = await runs(steps)
    assert (run.status, run.planned, run.done) == (PlanStatus.DONE, 4, 4)
    attempts = {part.area: part.attempts for part in await rows_of(steps, PlanPart)}
    assert attempts == {"430111": 1, "430102": 1, "": 1}


async def test_a_district_that_cannot_be_planned_does_not_hold_up_the_city(
    steps: Steps, play: Play, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_city(steps, visits=2, volunteers=3)
    await plan_visits(steps, "test")
    whole = parts.search

    def fail(built: Any, *rest: Any, **more: Any) -> Any:
        if len(built.visits) == 2:
            raise ZeroDivisionError
        return whole(built, *rest, **more)

    monkeypatch.setattr(parts, "search", fail)
    for _ in range(5):
        while play.queue:
            _, ids = play.queue.popleft()
            for part_id in ids:
                try:
                    await plan_part(steps, part_id)
                except ZeroDivisionError:
                    continue
        clock.advance(timedelta(minutes=11))
        await _claim_again(steps, play)
    (run,) = await runs(steps)
    assert (run.status, run.planned) == (PlanStatus.DONE, 4)


async def _claim_again(steps: Steps, play: Play) -> None:
    """What a tick does for parts whose lease is over."""
    rows = await rows_of(steps, PlanPart, col(PlanPart.wake_at) <= steps.clock.now())
    play.queue += [("plan.part", [row.id]) for row in rows]
