"""Daily work: once per local day, also after days of standstill, and again when it was not finished."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from config.clock import ManualClock
from models.plans import Period
from scheduler.timetable import LEASE, TIMETABLE, claim_periods
from services.periods import finish_period
from services.steps import Steps
from tests.services.scenes import rows_of

NAMES = {entry.name for entry in TIMETABLE}
# 2 March 2026, 05:29 in Changsha.
BEFORE_THE_PLAN = datetime(2026, 3, 1, 21, 29, tzinfo=UTC)


async def claim(steps: Steps) -> list[tuple[str, str]]:
    return [(p.entry, p.period) for p in await claim_periods(steps)]


async def finish_all(steps: Steps) -> None:
    for period in await rows_of(steps, Period):
        await steps.run("system", partial(finish_period, period_id=period.id))


async def test_each_entry_runs_once_a_local_day_at_its_hour(steps: Steps, clock: ManualClock) -> None:
    clock.set(BEFORE_THE_PLAN)
    await claim(steps)
    await finish_all(steps)
    ran: list[tuple[datetime, str, str]] = []
    for _ in range(2 * 24 * 4):
        clock.advance(timedelta(minutes=15))
        ran += [(clock.now(), *found) for found in await claim(steps)]
        await finish_all(steps)
    local = [(at.astimezone(steps.zone).strftime("%d %H:%M"), name, period) for at, name, period in ran]
    assert local == [
        ("02 05:44", "due.generate", "2026-03-02"),
        ("02 09:14", "due.remind", "2026-03-02"),
        ("02 18:44", "plan.evening", "2026-03-02"),
        ("03 03:14", "records.forget", "2026-03-03"),
        ("03 05:44", "due.generate", "2026-03-03"),
        ("03 09:14", "due.remind", "2026-03-03"),
        ("03 18:44", "plan.evening", "2026-03-03"),
        ("04 03:14", "records.forget", "2026-03-04"),
    ]


async def test_after_three_days_of_standstill_the_latest_day_stands_for_all(
    steps: Steps, clock: ManualClock
) -> None:
    await claim(steps)
    await finish_all(steps)
    clock.advance(timedelta(days=3))
    found = await claim(steps)
    assert {name for name, _ in found} == NAMES
    assert len(found) == len(NAMES)
    assert dict(found)["due.generate"] == "2026-03-05"
    assert await claim(steps) == []


async def test_whoever_did_not_finish_is_followed_by_another_after_the_lease(
    steps: Steps, clock: ManualClock
) -> None:
    first = await claim(steps)
    assert {name for name, _ in first} == NAMES
    clock.advance(LEASE - timedelta(seconds=1))
    assert await claim(steps) == []
    clock.advance(timedelta(seconds=1))
    assert await claim(steps) == first
    await finish_all(steps)
    clock.advance(LEASE)
    assert await claim(steps) == []


async def test_finishing_twice_or_what_is_unknown_is_harmless(steps: Steps, clock: ManualClock) -> None:
    await claim(steps)
    await finish_all(steps)
    done = {p.id: p.done_at for p in await rows_of(steps, Period)}
    clock.advance(timedelta(minutes=1))
    await finish_all(steps)
    await steps.run("system", lambda step: finish_period(step, UUID(int=1)))
    assert {p.id: p.done_at for p in await rows_of(steps, Period)} == done


@pytest.mark.parametrize("hour", [0, 4, 5, 6, 12, 19, 23])
async def test_at_any_hour_the_latest_period_is_never_in_the_future(
    steps: Steps, clock: ManualClock, hour: int
) -> None:
    clock.set(datetime(2026, 3, 2, hour, 0, tzinfo=steps.zone).astimezone(UTC))
    found = dict(await claim(steps))
    assert set(found) == NAMES
    for entry in TIMETABLE:
        expected = "2026-03-02" if hour >= entry.at.hour + (entry.at.minute > 0) else "2026-03-01"
        assert found[entry.name] == expected
