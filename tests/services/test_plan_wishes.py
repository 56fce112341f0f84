"""Softer wishes in plans and suggestions: neighbours, reliability, who was asked lately; what would help."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import numpy as np
from sqlmodel import col

from domain.offers import OfferStatus
from domain.visits import VisitKind
from models.visits import Offer, Seat, Visit
from models.volunteers import Pool, Volunteer
from planner.budget import Budget
from planner.small import small_problem
from planner.solve import solve
from services.planning.needs import find_needs, spread
from services.planning.planning import plan_visits
from services.planning.wishes import areas
from services.steps import Step, Steps
from services.suggesting import suggest
from tests.factories import COMMUNITY, add_retiree, add_visit, add_volunteer
from tests.services.plans import decide, in_days, runs, visit
from tests.services.scenes import rows_of

NEXT_DOOR = "430111001002"  # another community of the street
ACROSS = "430111002001"  # another street of the district
ELSEWHERE = "430102001001"  # another district


async def one_visit(steps: Steps, **values: Any) -> Visit:
    async def work(step: Step) -> Visit:
        retiree = await add_retiree(step)
        return await add_visit(step, VisitKind.CARE, retiree.id, crew_size=1, **values)

    return await steps.run("system", work)


async def volunteers(steps: Steps, *values: dict[str, Any]) -> list[Volunteer]:
    """All behind one door, so that only the wishes tell them apart."""

    async def work(step: Step) -> list[Volunteer]:
        return [await add_volunteer(step, **{"place": "28.171,112.991", **v}) for v in values]

    return await steps.run("system", work)


async def proposed(steps: Steps, visit_id: Any) -> list[Any]:
    rows = await rows_of(steps, Seat, col(Seat.visit_id) == visit_id)
    return [row.proposed_id for row in rows]


async def test_same_community_before_same_street_before_the_rest(steps: Steps) -> None:
    far, near, here = await volunteers(
        steps,
        {"division_code": ACROSS},
        {"division_code": NEXT_DOOR},
        {"division_code": COMMUNITY},
    )
    made = await one_visit(steps)
    async with steps.look() as step:
        at = step.now + timedelta(days=1, hours=1)
        found = await suggest(step, made.id, 0, starts_at=at)
    assert [s.volunteer_id for s in found] == [here.id, near.id, far.id]
    assert "same_community" in found[0].reasons["why"]
    assert "same_street" in found[1].reasons["why"]
    assert found[0].cost < found[1].cost < found[2].cost
    assert sum(found[0].reasons["cost"].values()) == found[0].cost
    await plan_visits(steps, "test")
    assert await proposed(steps, made.id) == [here.id]


async def test_of_the_city_pool_who_lives_in_the_district_comes_first(steps: Steps) -> None:
    await decide(steps, wish_district_metres=900)
    elsewhere, of_here = await volunteers(
        steps,
        {"division_code": ELSEWHERE, "pool": Pool.CITY},
        {"division_code": ACROSS, "pool": Pool.CITY},
    )
    made = await one_visit(steps)
    async with steps.look() as step:
        found = await suggest(step, made.id, 0, starts_at=step.now + timedelta(days=1, hours=1))
    assert [s.volunteer_id for s in found] == [of_here.id, elsewhere.id]
    assert found[0].reasons["cost"]["near"] == -900
    assert "near" not in found[1].reasons["cost"]
    await plan_visits(steps, "test")
    assert await proposed(steps, made.id) == [of_here.id]


async def test_who_comes_reliably_is_before_who_does_not(steps: Steps) -> None:
    _, reliable = await volunteers(steps, {"no_shows": 3}, {})
    made = await one_visit(steps)
    await plan_visits(steps, "test")
    assert await proposed(steps, made.id) == [reliable.id]


async def test_who_was_not_asked_lately_is_asked_first(steps: Steps) -> None:
    asked, rested = await volunteers(steps, {}, {})
    other = await one_visit(steps, opens_on=in_days(steps, 40), due_on=in_days(steps, 60))

    async def ask(step: Step) -> None:
        step.session.add(
            Offer(
                visit_id=other.id,
                volunteer_id=asked.id,
                position=0,
                status=OfferStatus.DECLINED,
                code="T4000-0001",
                starts_at=step.now + timedelta(days=40),
                offered_at=step.now - timedelta(hours=20),
                expires_at=step.now,
                division_code=other.division_code,
            )
        )

    await steps.run("system", ask)
    made = await one_visit(steps)
    await plan_visits(steps, "test")
    assert await proposed(steps, made.id) == [rested.id]


async def test_wishes_cost_no_served_visit(steps: Steps) -> None:
    await decide(
        steps, wish_newcomer_metres=15_000, wish_reliability_metres=15_000, wish_community_metres=15_000
    )
    await volunteers(steps, *({"no_shows": 5, "division_code": ACROSS} for _ in range(3)))
    for _ in range(8):
        await one_visit(steps, due_on=in_days(steps, 1))
    figures = await plan_visits(steps, "evening")
    assert figures.planned == 8
    (run,) = await runs(steps)
    assert run.figures["without_wishes"]["weight_lost"] == 0
    assert run.figures["weight_percent"] == 100


def test_places_of_which_less_is_known_have_no_number() -> None:
    assert areas(["430111001000", "430111000000", ""]).tolist() == [[-1, 111001], [-1, -1], [-1, -1]]


def test_different_communities_have_different_numbers() -> None:
    rows = areas([COMMUNITY, NEXT_DOOR, ACROSS])
    assert len(set(rows[:, 0].tolist())) == 3
    assert rows[0, 1] == rows[1, 1] != rows[2, 1]


async def test_a_visit_nobody_goes_to_keeps_the_cheapest_change(steps: Steps) -> None:
    await volunteers(steps, {"skills": ()})
    made = await one_visit(steps, skills=["certifier"], windows=[["14:30", "17:00"]])
    await plan_visits(steps, "test")
    row = await visit(steps, made.id)
    assert row.reason["code"] == "no_one_with_skill"
    needs = row.reason["needs"]
    assert (needs["division"], needs["half"], needs["people"]) == ("430111000000", "afternoon", 1)
    assert needs["skills"] == ["certifier"]
    assert needs["day"] == in_days(steps, 1).isoformat()
    (run,) = await runs(steps)
    assert run.figures["missing"]["visits"] == 1
    assert run.figures["shortages"][0]["skills"] == ["certifier"]


def test_half_days_are_spread_over_the_days_their_visits_allow() -> None:
    problem = small_problem()
    nobody = dataclasses.replace(problem, kshift=np.full_like(problem.kshift, -1))
    plan = solve(nobody, seed=1, budget=Budget(iterations=0))
    needs = find_needs(nobody, plan)
    assert sorted(v for s in needs.found for v in s.visits) == sorted(u.visit for u in plan.unserved)
    for shortage in needs.found:
        for v in shortage.visits:
            assert nobody.vday0[v] <= shortage.day <= nobody.vday1[v]
    assert spread(nobody, []) == []
