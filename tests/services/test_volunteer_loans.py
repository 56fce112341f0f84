"""Loans between the pools and districts (§3 VOL-01, §8 scenario 9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from domain.visits import VisitKind, VisitStatus
from models.volunteers import Pool
from services.errors import BadInput, WrongMoment
from services.planning.planning import plan_visits
from services.planning.roster import load_roster
from services.steps import Step
from services.suggesting import suggest
from services.volunteers.loans import LoanForm, end_loan, lend
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import crew, say_yes

BORROWER = OTHER_DISTRICT[:6]


def at_noon(step: Step, days: int) -> datetime:
    return step.now + timedelta(days=days, hours=2)


async def could_go(step: Step, visit_id: UUID, days: int) -> set[UUID]:
    found = await suggest(step, visit_id, 0, starts_at=at_noon(step, days))
    return {s.volunteer_id for s in found}


async def test_vol_01_a_lent_volunteer_serves_the_borrower_only_while_the_loan_lasts(play: Play) -> None:
    async def run(step: Step) -> None:
        at_home = await add_volunteer(step)
        from_city = await add_volunteer(step, pool=Pool.CITY)
        here = await add_visit(step, VisitKind.CARE, (await add_retiree(step)).id)
        there = await add_visit(
            step, VisitKind.CARE, (await add_retiree(step, division_code=OTHER_DISTRICT)).id,
            division_code=OTHER_DISTRICT,
        )  # fmt: skip
        await lend(
            step,
            LoanForm(
                [at_home.id, from_city.id],
                BORROWER,
                step.today + timedelta(days=2),
                step.today + timedelta(days=4),
                "年节支援",
            ),
        )
        both = {at_home.id, from_city.id}
        assert await could_go(step, here.id, 1) == both
        assert await could_go(step, there.id, 1) == {from_city.id}
        assert await could_go(step, here.id, 2) == set()
        assert await could_go(step, there.id, 2) == both
        assert await could_go(step, there.id, 4) == both
        assert await could_go(step, there.id, 5) == {from_city.id}
        assert await could_go(step, here.id, 5) == both

    await play.steps.run("staff:city", run)


async def test_8_9_the_plan_honours_loans_day_by_day(play: Play) -> None:
    async def run(step: Step) -> None:
        lent = await add_volunteer(step)
        await lend(
            step,
            LoanForm(
                [lent.id],
                BORROWER,
                step.today + timedelta(days=2),
                step.today + timedelta(days=3),
                "年节支援",
            ),
        )
        roster = (await load_roster(step)).on(step.today + timedelta(days=1))
        shifts = roster.shifts(step.today + timedelta(days=1), 4)
        assert int(roster.district[0]) == int(COMMUNITY[:6])
        assert [bool(shifts[0, d, 0] >= 0) for d in range(4)] == [True, False, False, True]
        away = (await load_roster(step)).on(step.today + timedelta(days=2))
        assert int(away.district[0]) == int(BORROWER)
        assert [bool(away.shifts(step.today + timedelta(days=2), 3)[0, d, 0] >= 0) for d in range(3)] == [
            True,
            True,
            False,
        ]

    await play.steps.run("staff:city", run)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"to_on": -1}, "before the first"),
        ({"from_on": -2}, "today or later"),
        ({"to_on": 400}, "half a year"),
        ({"district": "430199"}, "no such area"),
        ({"district": COMMUNITY[:6]}, "own district"),
        ({"reason": " "}, "why"),
        ({"volunteer_ids": []}, "who is lent"),
    ],
)
async def test_vol_01_loans_that_cannot_be(play: Play, change: dict[str, Any], match: str) -> None:
    async def run(step: Step) -> None:
        volunteer = await add_volunteer(step)
        days = {"from_on": 0, "to_on": 5} | {k: v for k, v in change.items() if k in ("from_on", "to_on")}
        values: dict[str, Any] = {
            "volunteer_ids": [volunteer.id],
            "district": BORROWER,
            "reason": "年节支援",
            **change,
            **{k: step.today + timedelta(days=v) for k, v in days.items()},
        }
        with pytest.raises(BadInput, match=match):
            await lend(step, LoanForm(**values))

    await play.steps.run("staff:city", run)


async def test_vol_01_nobody_is_lent_twice_for_one_day(play: Play) -> None:
    async def run(step: Step) -> None:
        v = await add_volunteer(step)
        first = LoanForm([v.id], BORROWER, step.today, step.today + timedelta(days=5), "年节支援")
        await lend(step, first)
        with pytest.raises(BadInput, match="already"):
            await lend(
                step,
                LoanForm(
                    [v.id], BORROWER, step.today + timedelta(days=5), step.today + timedelta(days=9), "再借"
                ),
            )

    await play.steps.run("staff:city", run)


async def test_8_9_a_loan_that_ends_gives_back_the_seat_for_later_days_only(play: Play) -> None:
    """Edge: the loan ends while a visit is open."""

    async def begin(step: Step) -> tuple[UUID, UUID]:
        lent = await add_volunteer(step)
        for _ in range(3):
            await add_volunteer(step, division_code=OTHER_DISTRICT, skills=())
        await add_volunteer(step, pool=Pool.CITY)
        (loan,) = await lend(
            step, LoanForm([lent.id], BORROWER, step.today, step.today + timedelta(days=30), "年节支援")
        )
        person = await add_retiree(step, division_code=OTHER_DISTRICT)
        visit = await add_visit(
            step, VisitKind.CERTIFICATION, person.id, skills=["certifier"], division_code=OTHER_DISTRICT
        )
        return loan.id, visit.id

    loan_id, visit_id = await play.steps.run("staff:city", begin)
    await plan_visits(play.steps, "test")
    await play.tick()
    visit = await say_yes(play, visit_id)
    lead, companion = await crew(play, visit_id)
    assert lead.division_code == COMMUNITY
    assert visit.starts_at is not None
    last_on = play.steps.clock.now().date()
    await play.steps.run("staff:city", partial(end_loan, loan_id=loan_id, last_on=last_on, reason="任务结束"))
    await play.drain()
    seats = await play.seats(visit_id)
    assert seats[0].volunteer_id is None
    assert seats[1].volunteer_id == companion.id, "the other seat stays"
    assert (await play.visit(visit_id)).status is not VisitStatus.ACCEPTED
    with pytest.raises(WrongMoment):
        await play.steps.run(
            "staff:city", partial(end_loan, loan_id=loan_id, last_on=last_on, reason="again")
        )
