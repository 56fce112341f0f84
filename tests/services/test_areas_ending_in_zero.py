"""Areas whose own digits end in a zero (street 010, community 010) are not taken for their neighbours."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import col, select

from models.campaigns import Campaign
from models.divisions import Division
from models.staff import Role, Staff
from services.due.campaigns import targets_of
from services.due.persons import load_persons
from services.life.merges import merge_division
from services.plan_pages import concerns
from services.steps import Step
from tests.factories import add_retiree, add_staff
from tests.services.play import Play

STREET, INSIDE, NEIGHBOUR = "430111010000", "430111010001", "430111011001"


def campaign(code: str = STREET) -> Campaign:
    day = date(2026, 6, 19)
    return Campaign(
        festival="dragon_boat", festival_on=day, division_code=code, target_flags=["advanced_age"]
    )


@pytest.mark.parametrize(
    ("area", "is_joint"),
    [("4301", True), ("430111010", True), (INSIDE, True), ("430111011", False), (NEIGHBOUR, False)],
)
def test_a_street_s_campaign_concerns_the_street_and_what_holds_it(area: str, is_joint: bool) -> None:
    assert concerns(campaign(), area) is is_joint


async def test_a_street_s_campaign_is_for_its_own_people(play: Play) -> None:
    async def fill(step: Step) -> None:
        for code in (INSIDE, NEIGHBOUR):
            await add_retiree(step, division_code=code, born_on=date(1930, 1, 1))

    await play.steps.run("system", fill)
    async with play.steps.look() as step:
        people = await load_persons(step)
    assert {one.division_code for one in targets_of(campaign("430111000000"), people)} == {INSIDE, NEIGHBOUR}
    assert [one.division_code for one in targets_of(campaign(), people)] == [INSIDE]


async def test_whoever_looks_after_a_merged_community_looks_after_its_successor(play: Play) -> None:
    async def merge(step: Step) -> tuple[str, str]:
        old, new = "430111001010", "430111001020"
        for code in (old, new):
            step.session.add(Division(code=code, name=f"样本{code[-3:]}社区", level="community"))
        await step.session.flush()
        await add_staff(step, "officer", Role.COMMUNITY_OFFICER, old)
        await merge_division(step, old, new, step.today, "社区合并")
        area = await step.session.scalar(select(col(Staff.area)).where(col(Staff.username) == "officer"))
        return str(area), new

    area, successor = await play.steps.run("staff:city", merge)
    assert area == successor
