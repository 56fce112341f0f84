"""A large city is renumbered for the search; nobody outside notices."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from planner_tiny import random_problem, town

import planner.solve
from planner.budget import Budget
from planner.evaluate import evaluate
from planner.order import Order, along_curve
from planner.plan import Plan
from planner.problem import Problem
from planner.solve import solve


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every problem were large."""
    monkeypatch.setattr(planner.solve, "LARGE", 0)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("seed", range(40))
def test_a_renumbered_problem_gets_a_plan_with_its_own_numbers(seed: int) -> None:
    problem = random_problem(seed, most_visits=10, most_volunteers=8)
    plan = solve(problem, seed=1, budget=Budget(iterations=60))
    assert evaluate(problem, plan).faults == ()
    served = {visit for visit, _ in plan.seats()}
    assert sorted(served | {one.visit for one in plan.unserved}) == list(range(problem.n))
    assert [one.visit for one in plan.unserved] == sorted(one.visit for one in plan.unserved)
    held = [(v, s, k, d, t) for (v, s), (k, d, t) in plan.seats().items() if v % 2 == 0]
    fixed = dataclasses.replace(problem, fixed=np.array(held, np.int64).reshape(-1, 5))
    again = solve(fixed, seed=2, budget=Budget(iterations=60), start=plan)
    assert evaluate(fixed, again).faults == ()
    assert all(again.seats()[v, s] == (k, d, t) for v, s, k, d, t in held)


@pytest.mark.usefixtures("always")
def test_an_earlier_plan_is_where_a_renumbered_search_begins() -> None:
    problem = town(11, 300)
    before = solve(problem, seed=1, budget=Budget(iterations=3000))
    again = solve(problem, seed=2, budget=Budget(iterations=0), start=before)
    assert evaluate(problem, again).weight >= evaluate(problem, before).weight
    kept = sum(again.seats().get(seat) == where for seat, where in before.seats().items())
    assert kept == len(before.seats())


@pytest.mark.usefixtures("always")
def test_a_plan_of_another_problem_does_no_harm_to_a_renumbered_one() -> None:
    other = solve(town(3, 300), seed=1, budget=Budget(iterations=100))
    problem = town(4, 60)
    plan = solve(problem, seed=1, budget=Budget(iterations=100), start=other)
    assert evaluate(problem, plan).faults == ()


def test_there_and_back_is_the_same_plan() -> None:
    problem = town(5, 120)
    plan = solve(problem, seed=1, budget=Budget(iterations=300))
    order = Order(problem)
    inside = order.inwards(plan)
    assert evaluate(order.problem, inside).score == evaluate(problem, plan).score
    assert order.outwards(inside).routes == Plan(plan.routes).routes


def test_neighbours_along_the_curve_are_neighbours_in_the_city() -> None:
    problem = town(6, 500)
    order = np.argsort(along_curve(problem.vx, problem.vy))

    def way(visits: np.ndarray) -> float:
        return float(np.hypot(np.diff(problem.vx[visits]), np.diff(problem.vy[visits])).mean())

    assert way(order) < way(np.arange(problem.n)) / 3


def test_a_city_of_nobody_has_an_order() -> None:
    empty = np.zeros(0, np.int64)
    assert len(along_curve(empty, empty)) == 0
    problem: Problem = random_problem(1)
    assert Order(problem).problem.n == problem.n
