"""Scenario 27: born on 29 February 1936, ninety in a year without one; the band changes on 1 March."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from domain.ages import completed_years
from models.retirees import Retiree
from services.steps import Step
from tests.factories import add_retiree
from tests.scenarios.stage import Stage


@pytest.fixture
def begin() -> datetime:
    """The last evening of February."""
    return datetime(2026, 2, 28, 9, 0, tzinfo=UTC)


async def test_the_band_of_ninety_begins_on_the_first_of_march(stage: Stage) -> None:
    person: Retiree = await stage.run(
        lambda step: add_retiree(step, born_on=date(1936, 2, 29), id_number="430105193602290027"), "system"
    )
    born = person.born_on
    browser = await stage.staff("yuhua")
    assert "89岁" in re.sub(r"\s", "", await (await browser.get(f"/retirees/{person.id}")).text())
    assert completed_years(born, stage.today) == 89
    await stage.at(1, 0, 1)
    assert stage.today == date(2026, 3, 1)
    assert completed_years(born, stage.today) == 90
    shown = await (await browser.get(f"/retirees/{person.id}")).text()
    assert "90岁" in re.sub(r"\s", "", shown)


async def test_eighty_in_a_leap_year_on_the_day_itself(stage: Stage) -> None:
    """Edge: at eighty the birthday exists; then the person belongs to the aged, from that very morning."""
    born = date(1944, 2, 29)
    assert completed_years(born, date(2024, 2, 28)) == 79
    assert completed_years(born, date(2024, 2, 29)) == 80

    async def fill(step: Step) -> Retiree:
        return await add_retiree(step, born_on=date(1946, 3, 1))

    person: Retiree = await stage.run(fill, "system")
    await stage.look()
    assert await stage.visits_of(person.id) == [], "79: no level"
    await stage.due()
    await stage.at(40, 9, 5)
    assert len(await stage.visits_of(person.id)) == 1, "80: level B from the birthday on"
