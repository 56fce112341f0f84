"""Scenario 26: a death on 10 December 2026: the deadline is provisional until the table of 2027 is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from domain.workdays import add_working_days, statutory_days_off
from models.desk import DeskItem
from models.life import StatusProposal
from models.retirees import Retiree
from services.calendars import holiday_table, lunar_days
from services.life.deadlines import load_year
from tests.factories import add_retiree
from tests.scenarios.office import tell_death
from tests.scenarios.stage import Stage

DIED_ON = date(2026, 12, 10)


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 12, 11, 1, 0, tzinfo=UTC)


async def reported(stage: Stage) -> StatusProposal:
    person: Retiree = await stage.run(lambda step: add_retiree(step), "system")

    await tell_death(stage, person, DIED_ON, "relative")
    rows: list[StatusProposal] = await stage.rows(StatusProposal)
    return rows[0]


async def publish(stage: Stage, off: Sequence[date] = (), work: Sequence[date] = ()) -> None:
    """The State Council's table: the statutory days of 2027 and what is shifted around them."""
    days = [*statutory_days_off(2027, lunar_days(2027)), *off]
    await stage.run(lambda step: load_year(step, 2027, days, list(work), "国办发明电样本"), "staff:city")


async def test_provisional_then_recomputed_and_the_owner_told(stage: Stage) -> None:
    row = await reported(stage)
    guess = add_working_days(DIED_ON, 20, holiday_table())
    assert guess.provisional
    assert (row.due_on, row.due_is_provisional) == (guess.on, True)
    assert guess.on == date(2027, 1, 8), "New Year's Day is free by law, whatever the table says"

    # The table makes 4 January free and 9 January, a Saturday, a working day.
    await publish(stage, off=[date(2027, 1, 4)], work=[date(2027, 1, 9)])
    after = await stage.row(StatusProposal, row.id)
    assert (after.due_on, after.due_is_provisional) == (date(2027, 1, 9), False)
    told = [i for i in await stage.rows(DeskItem) if i.kind == "deadline_moved"]
    assert [i.retiree_id for i in told] == [row.retiree_id]
    assert told[0].responsible == "staff:officer"


async def test_the_last_death_with_a_certain_deadline(stage: Stage) -> None:
    """Edge: 3 December is within the published year to the last day."""
    assert add_working_days(date(2026, 12, 3), 20, holiday_table()) == (date(2026, 12, 31), False)


async def test_a_table_that_changes_nothing_tells_nobody(stage: Stage) -> None:
    row = await reported(stage)
    await publish(stage)
    after = await stage.row(StatusProposal, row.id)
    assert (after.due_on, after.due_is_provisional) == (row.due_on, False)
    assert [i for i in await stage.rows(DeskItem) if i.kind == "deadline_moved"] == []
