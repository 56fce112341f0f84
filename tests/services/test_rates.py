"""The monthly visit rate from rows: denominators, calls that count, parts of trips (§2.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import ManualClock
from domain.care import Level, care_level, derived_flags
from domain.policy import Policy
from domain.visits import VisitKind, VisitStatus
from models.retirees import LifeStatus, Retiree, RetireeFlag
from services.contacts import ContactEntry, record_contact
from services.due.rates import LEVELS_AB, History, Spell, count_rate
from services.steps import Step, Steps
from tests.factories import add_retiree, add_visit

POLICY = Policy()
FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)


async def add(
    step: Step, *, since: date = date(2026, 1, 1), flags: tuple[str, ...] = ("bedridden",), **values: Any
) -> Retiree:
    row = await add_retiree(
        step, created_at=datetime(since.year, since.month, since.day, 4, tzinfo=UTC), **values
    )
    step.session.add_all(
        RetireeFlag(retiree_id=row.id, flag=f, set_on=since, set_by="t", division_code=row.division_code)
        for f in flags
    )
    await step.session.flush()
    return row


async def rate(step: Step) -> tuple[int, int]:
    return await count_rate(step, FIRST, LAST)


async def visited(step: Step, retiree_id: UUID, at: datetime) -> None:
    visit = await add_visit(step, VisitKind.CARE, retiree_id)
    visit.status, visit.outcome, visit.starts_at, visit.wake_at = (
        VisitStatus.COMPLETED, "done_evidence", at, None,
    )  # fmt: skip
    await step.session.flush()


IN_FEBRUARY = datetime(2026, 2, 10, 2, tzinfo=UTC)


async def test_2_2_visits_and_calls_with_the_person_count_hearsay_does_not(
    steps: Steps, clock: ManualClock
) -> None:
    async def run(step: Step) -> None:
        seen, rung, heard, nobody = [await add(step) for _ in range(4)]
        await visited(step, seen.id, IN_FEBRUARY)
        await record_contact(step, rung, ContactEntry("phone", True, IN_FEBRUARY))
        await record_contact(step, heard, ContactEntry("hearsay", True, IN_FEBRUARY))
        await record_contact(step, nobody, ContactEntry("phone", False, IN_FEBRUARY))
        assert await rate(step) == (2, 4)

    await steps.run("staff:a", run)


async def test_2_2_the_local_month_counts_not_the_utc_one(steps: Steps) -> None:
    async def run(step: Step) -> None:
        early, late = await add(step), await add(step)
        await visited(step, early.id, datetime(2026, 1, 31, 16, 30, tzinfo=UTC))  # 00:30 on 1 February
        await visited(step, late.id, datetime(2026, 2, 28, 16, 30, tzinfo=UTC))  # 00:30 on 1 March
        assert await rate(step) == (1, 2)

    await steps.run("staff:a", run)


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        ({}, 1),
        ({"since": date(2026, 2, 21)}, 1),
        ({"since": date(2026, 2, 22)}, 0),
        ({"since": date(2026, 3, 1)}, 0),
        ({"flags": ("hardship",)}, 0),
        ({"flags": (), "born_on": date(1946, 2, 15)}, 1),
        ({"flags": (), "born_on": date(1946, 2, 25)}, 0),
        ({"life_status": LifeStatus.DECEASED, "died_on": date(2026, 2, 10)}, 0),
        ({"life_status": LifeStatus.DECEASED, "died_on": date(2026, 3, 1)}, 1),
        ({"life_status": LifeStatus.AWAY, "learnt_on": date(2026, 2, 5)}, 0),
        ({"life_status": LifeStatus.HOSPITALISED}, 1),
    ],
)
async def test_2_2_who_is_in_the_denominator(steps: Steps, values: dict[str, Any], counted: int) -> None:
    async def run(step: Step) -> None:
        await add(step, **values)
        assert await rate(step) == (0, counted)

    await steps.run("staff:a", run)


async def test_2_2_somebody_who_died_after_a_visit_stays_counted(steps: Steps) -> None:
    async def run(step: Step) -> None:
        row = await add(step, life_status=LifeStatus.DECEASED, died_on=date(2026, 2, 20))
        await visited(step, row.id, IN_FEBRUARY)
        assert await rate(step) == (1, 1)

    await steps.run("staff:a", run)


async def test_2_2_a_target_on_any_day_of_the_month_is_counted(steps: Steps) -> None:
    async def run(step: Step) -> None:
        row = await add(step, flags=())
        step.session.add(
            RetireeFlag(
                retiree_id=row.id,
                flag="bedridden",
                set_on=date(2025, 6, 1),
                set_by="t",
                ended_on=date(2026, 2, 3),
                division_code=row.division_code,
            )
        )
        await step.session.flush()
        assert await rate(step) == (0, 1)

    await steps.run("staff:a", run)


DAYS = st.dates(date(2026, 1, 10), date(2026, 3, 20))
SPELLS = st.lists(
    st.builds(
        lambda flag, first, days: Spell(flag, first, None if days is None else first + timedelta(days=days)),
        st.sampled_from(["bedridden", "living_alone", "dementia", "hardship"]),
        DAYS,
        st.none() | st.integers(0, 40),
    ),
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(SPELLS, DAYS, st.none() | DAYS, st.dates(date(1945, 12, 1), date(1946, 4, 1)))
def test_2_2_the_first_target_day_equals_looking_at_every_day(
    spells: list[Spell], entered: date, left: date | None, born_on: date
) -> None:
    history = History(born_on, 0, entered, left, tuple(spells))
    by_hand = None
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=offset)
        if day < entered or (left is not None and day > left):
            continue
        held = {s.flag for s in spells if s.set_on <= day and (s.ended_on is None or day < s.ended_on)}
        if care_level(derived_flags(held, born_on, 0, day, POLICY), POLICY) in (Level.A, Level.B):
            by_hand = day
            break
    assert history.first_target_day(FIRST, LAST, LEVELS_AB, POLICY) == by_hand
