"""Plans: the referee's verdict, sameness, budgets, interruption, what is fixed, and odd problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_tiny import make_problem, random_problem, town, visit, volunteer

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.plan import Plan
from planner.problem import Problem
from planner.solve import solve

H = 3600


@pytest.mark.parametrize(
    ("family", "visits", "seed", "percent"),
    [
        ("day", 50, 4, 85),
        ("day", 500, 7, 95),
        ("campaign", 50, 5, 85),
        ("campaign", 500, 8, 93),
        ("day", 3000, 9, 94),
    ],
)
def test_referee_finds_no_fault(
    family: str, visits: int, seed: int, percent: float, instance: Callable[..., Problem], referee: Any
) -> None:
    problem = instance(family, visits, seed)
    plan = solve(problem, seed=1, budget=Budget(iterations=1500))
    verdict = referee(problem, plan)
    assert verdict["faults"] == 0
    assert verdict["weight_percent"] >= percent
    assert verdict["served"] + len(plan.unserved) == visits
    assert "out_of_time" not in {u.reason for u in plan.unserved}


def test_same_seed_same_plan() -> None:
    problem = town(8, 300)
    plans = [solve(problem, seed=seed, budget=Budget(iterations=400)) for seed in (5, 5, 6)]
    assert plans[0].to_json() == plans[1].to_json()
    assert plans[0].to_json() != plans[2].to_json()


def test_more_iterations_serve_more() -> None:
    problem = town(7, 300)
    scores = [evaluate(problem, solve(problem, seed=1, budget=Budget(iterations=i))).score for i in (0, 3000)]
    assert scores[1] > scores[0] + 1_000_000


def ticking(step: float) -> Callable[[], float]:
    """A clock that goes on by `step` seconds each time it is looked at."""
    moments = count()
    return lambda: next(moments) * step


def test_seconds_are_kept_by_the_budgets_own_clock() -> None:
    problem = town(7, 300)
    looks = count()

    def clock() -> float:
        return next(looks) * 0.05

    plan = solve(problem, seed=1, budget=Budget(seconds=20.0, clock=clock))
    assert next(looks) * 0.05 <= 22.0
    assert plan.iterations > 0
    assert evaluate(problem, plan).faults == ()


@pytest.mark.parametrize("seconds", [0.0, 0.04, 0.1, 0.2])
def test_no_time_is_told_as_the_reason(seconds: float) -> None:
    problem = town(7, 300)
    plan = solve(problem, seed=1, budget=Budget(seconds=seconds, clock=ticking(0.01)))
    figures = evaluate(problem, plan)
    assert figures.faults == ()
    assert figures.served + len(plan.unserved) == problem.n
    assert any(u.reason == "out_of_time" for u in plan.unserved)


@pytest.mark.parametrize("budget", [{}, {"iterations": -1}, {"seconds": -0.5}, {"seconds": float("nan")}])
def test_budget_that_makes_no_sense(budget: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="budget"):
        Budget(**budget)


@settings(max_examples=25, deadline=None)
@given(asked=st.integers(0, 60))
def test_interruption_at_any_moment_gives_a_valid_plan(asked: int) -> None:
    problem = random_problem(77, most_visits=12, most_volunteers=8)
    calls: Iterator[int] = count()
    plan = solve(problem, seed=3, budget=Budget(iterations=800), stop=lambda: next(calls) >= asked)
    assert (plan.iterations > 0) <= (asked > 0)
    assert evaluate(problem, plan).faults == ()
    served = {v for v, _ in plan.seats()}
    assert served.isdisjoint(u.visit for u in plan.unserved)
    assert len(served) + len(plan.unserved) == problem.n


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), iterations=st.sampled_from([0, 5, 60]))
def test_two_people_come_together_or_not_at_all(seed: int, iterations: int) -> None:
    problem = random_problem(seed, most_visits=10, most_volunteers=9)
    plan = solve(problem, seed=seed, budget=Budget(iterations=iterations))
    assert evaluate(problem, plan).faults == ()
    seats = plan.seats()
    for v in np.flatnonzero(problem.vpersons == 2).tolist():
        crew = [seats[v, seat] for seat in (0, 1) if (v, seat) in seats]
        assert len(crew) in (0, 2)
        if crew:
            assert crew[0][1:] == crew[1][1:]
            assert crew[0][0] != crew[1][0]


ONE_AT = {"shifts": {0: (9 * H, 12 * H)}}
STRANGE: dict[str, tuple[Problem, list[str]]] = {
    "nothing": (make_problem([], []), []),
    "no visits": (make_problem([], [volunteer()]), []),
    "no volunteers": (make_problem([visit(), visit(persons=2)], []), ["no_one_with_skill"] * 2),
    "nobody on duty": (make_problem([visit()], [volunteer(shifts={})]), ["no_shift_meets_window"]),
    "longer than any shift": (
        make_problem([visit(service=4 * H)], [volunteer()]),
        ["no_shift_meets_window"],
    ),
    "window outside shifts": (
        make_problem([visit(windows=[(15 * H, 16 * H)])], [volunteer()]),
        ["no_shift_meets_window"],
    ),
    "skill nobody has": (make_problem([visit(skill=64)], [volunteer(skill=7)]), ["no_one_with_skill"]),
    "limits of nothing": (make_problem([visit()], [volunteer(a_day=0)]), ["all_full"]),
    "week of nothing": (make_problem([visit()], [volunteer(a_week=0)]), ["all_full"]),
    "not a metre": (make_problem([visit(x=10)], [volunteer(metres=0)]), ["no_one_in_reach"]),
    "weight of nothing": (make_problem([visit(x=10, weight=0)], [volunteer()]), ["outweighed"]),
    "very far away": (make_problem([visit(x=900_000)], [volunteer()]), ["no_one_in_reach"]),
    "no length": (make_problem([visit(service=0, windows=[(9 * H, 9 * H)])] * 6, [volunteer(a_day=9)]), []),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_problem_gets_a_plan_with_reasons(name: str) -> None:
    problem, reasons = STRANGE[name]
    for budget in (Budget(iterations=30), Budget(seconds=1.0, clock=ticking(0.01))):
        plan = solve(problem, seed=1, budget=budget)
        assert evaluate(problem, plan).faults == ()
        assert [u.reason for u in plan.unserved] == reasons


def test_many_visits_a_day_need_no_limit_on_the_table() -> None:
    places = [visit(x=20 * i, service=60) for i in range(30)]
    problem = make_problem(places, [volunteer(a_day=100, a_week=100)])
    plan = solve(problem, seed=1, budget=Budget(iterations=50))
    assert evaluate(problem, plan).served == 30
    assert Plan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_that_is_none_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        solve(make_problem([visit()], [volunteer()]), seed=seed, budget=Budget(iterations=1))
