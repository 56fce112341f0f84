"""Small random problems against trying everything: the score, the rules, the reasons."""

from __future__ import annotations

import pytest
from planner_brute import best_score, reason_of, routes_of, schedule, score
from planner_tiny import random_problem

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.solve import solve


@pytest.mark.parametrize("seed", range(60))
def test_small_problem_is_solved_to_the_optimum(seed: int) -> None:
    problem = random_problem(seed, most_visits=6, most_volunteers=5)
    plan = solve(problem, seed=1, budget=Budget(iterations=600))
    assert evaluate(problem, plan).faults == ()
    assert evaluate(problem, plan).score == best_score(problem)


@pytest.mark.parametrize("seed", range(1000, 1150))
def test_plan_keeps_the_rules_and_its_reasons_are_true(seed: int) -> None:
    problem = random_problem(seed, most_visits=8, most_volunteers=4)
    plan = solve(problem, seed=2, budget=Budget(iterations=40))
    figures = evaluate(problem, plan)
    routes = routes_of(plan)
    assert figures.faults == ()
    assert schedule(problem, routes) is not None
    assert figures.score == score(problem, routes)
    refused = {tuple(row) for row in problem.forbidden.tolist()}
    assert not refused & {(visit, key[0]) for key, stops in routes.items() for visit, _ in stops}
    served = {visit for visit, _ in plan.seats()}
    assert served | {u.visit for u in plan.unserved} == set(range(problem.n))
    assert not served & {u.visit for u in plan.unserved}
    assert {u.visit: u.reason for u in plan.unserved} == {
        u.visit: reason_of(problem, plan, u.visit) for u in plan.unserved
    }


def test_random_problems_show_every_reason_that_can_be_decided() -> None:
    seen = set()
    for seed in range(1000, 1150):
        problem = random_problem(seed, most_visits=8, most_volunteers=4)
        seen |= {u.reason for u in solve(problem, seed=2, budget=Budget(iterations=0)).unserved}
    assert seen >= {
        "no_one_with_skill",
        "no_one_in_reach",
        "no_shift_meets_window",
        "all_declined",
        "all_full",
        "half_crew",
    }
