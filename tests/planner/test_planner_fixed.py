"""Accepted assignments stay, whatever the search would rather do; refusals are kept."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from planner_tiny import CERTIFIER, make_problem, town, visit, volunteer

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.plan import Plan
from planner.problem import Problem
from planner.solve import solve

H = 3600


def accept_some(problem: Problem, plan: Plan, share: float) -> Problem:
    """The problem in which a share of the plan's visits has been accepted as planned."""
    rng = np.random.default_rng(1)
    accepted = {v for v in range(problem.n) if rng.random() < share}
    rows = [(v, s, k, d, t) for (v, s), (k, d, t) in plan.seats().items() if v in accepted]
    return dataclasses.replace(problem, fixed=np.array(rows, np.int64).reshape(-1, 5))


@pytest.mark.parametrize(("days", "share"), [(1, 0.2), (7, 0.5), (7, 1.0)])
def test_accepted_visits_never_move(days: int, share: float) -> None:
    problem = town(3, 200, days=days)
    poor = solve(problem, seed=9, budget=Budget(iterations=0))
    accepted = accept_some(problem, poor, share)
    plan = solve(accepted, seed=2, budget=Budget(iterations=600), start=poor)
    seats = plan.seats()
    for v, seat, k, d, start in accepted.fixed.tolist():
        assert seats[v, seat] == (k, d, start)
    assert plan.conflicts == ()
    assert evaluate(accepted, plan).faults == ()
    assert evaluate(problem, plan).score >= evaluate(problem, poor).score


def test_companion_is_found_for_an_accepted_lead_at_the_agreed_time() -> None:
    problem = make_problem(
        [visit(persons=2), visit(weight=10, windows=[(9 * H, 9 * H)])],
        [volunteer(), volunteer(x=500), volunteer(x=900)],
        fixed=[(0, 0, 0, 0, 10 * H + 60)],
    )
    plan = solve(problem, seed=1, budget=Budget(iterations=100))
    seats = plan.seats()
    assert seats[0, 0] == (0, 0, 10 * H + 60)
    assert seats[0, 1][0] in (1, 2)
    assert seats[0, 1][1:] == (0, 10 * H + 60)
    assert evaluate(problem, plan).served == 2


def test_half_crew_keeps_the_time_of_who_has_accepted() -> None:
    late = visit(windows=[(10 * H, 10 * H)], weight=10)
    problem = make_problem([visit(persons=2), late], [volunteer()], fixed=[(0, 0, 0, 0, 10 * H)])
    plan = solve(problem, seed=1, budget=Budget(iterations=50))
    assert plan.routes == ()
    assert {u.visit: u.reason for u in plan.unserved} == {0: "half_crew", 1: "all_full"}


def test_refused_pairs_never_meet() -> None:
    problem = make_problem(
        [visit(), visit(wanted=0, skill=CERTIFIER)],
        [volunteer(skill=CERTIFIER), volunteer(x=3000)],
        forbidden=[(0, 0), (1, 0)],
    )
    plan = solve(problem, seed=1, budget=Budget(iterations=50))
    assert plan.seats()[0, 0][0] == 1
    assert [(u.visit, u.reason) for u in plan.unserved] == [(1, "all_declined")]


@pytest.mark.parametrize(
    ("fixed", "whats"),
    [
        ([(0, 0, 0, 0, 9 * H)], {"not_enough_time"}),  # a kilometre from home, the shift starts at nine
        ([(0, 0, 0, 1, 10 * H)], {"no_shift", "day_not_allowed"}),
        ([(0, 0, 0, 0, 11 * H), (1, 0, 0, 0, 11 * H)], {"not_enough_time"}),
        ([(0, 0, 0, 0, 7 * H)], {"not_enough_time", "outside_window"}),
        ([(2, 0, 0, 0, 10 * H)], {"does_not_fit"}),
        ([(3, 0, 0, 0, 10 * H)], {"too_many_metres", "not_enough_time"}),
        ([(0, 0, 1, 0, 10 * H)], {"refused", "too_many_a_day", "too_many_a_week"}),
    ],
)
def test_accepted_against_the_rules_stands_and_is_told(fixed: list[tuple[int, ...]], whats: set[str]) -> None:
    visits = [visit(x=1000), visit(x=1000), visit(skill=CERTIFIER), visit(x=40_000), visit(weight=5)]
    volunteers = [volunteer(), volunteer(a_day=0, a_week=0), volunteer(x=200)]
    problem = make_problem(visits, volunteers, days=2, fixed=fixed, forbidden=[(0, 1)])
    plan = solve(problem, seed=1, budget=Budget(iterations=50))
    seats = plan.seats()
    for v, seat, k, d, start in fixed:
        assert seats[v, seat] == (k, d, start)
    assert {c.what for c in plan.conflicts} == whats
    assert Plan.from_json(plan.to_json()).conflicts == plan.conflicts
    alone = {c.volunteer for c in plan.conflicts if c.what == "not_enough_time"}
    extra = {(v, 0) for v in (0, 1, 4)} - {(row[0], row[1]) for row in fixed}
    assert extra
    assert all(seats[seat][0] not in alone for seat in extra if seat in seats)
