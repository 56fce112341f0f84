"""The list of bad input, one by one: a plan with true reasons or a sentence that names the row; on time."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_brute import reason_of
from planner_tiny import H, make_problem, random_problem, visit, volunteer

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.plan import Plan
from planner.problem import Problem, ProblemError
from planner.solve import solve


def planned(problem: Problem) -> tuple[Plan, list[str]]:
    plan = solve(problem, seed=1, budget=Budget(iterations=50))
    assert evaluate(problem, plan).faults == ()
    return plan, [u.reason for u in plan.unserved]


def test_no_volunteers() -> None:
    assert planned(make_problem([visit(), visit()], []))[1] == ["no_one_with_skill"] * 2


def test_no_visits() -> None:
    plan, reasons = planned(make_problem([], [volunteer()]))
    assert (plan.routes, reasons) == ((), [])


def test_a_visit_longer_than_any_shift() -> None:
    rows = [visit(service=4 * H), visit(service=3 * H, windows=[(9 * H, 9 * H)])]
    plan, reasons = planned(make_problem(rows, [volunteer()]))
    assert reasons == ["no_shift_meets_window"]
    assert plan.seats() == {(1, 0): (0, 0, 9 * H)}  # exactly as long as the shift still fits


def test_windows_outside_shifts() -> None:
    rows = [visit(windows=[(15 * H, 16 * H)]), visit(windows=[(6 * H, 8 * H), (13 * H, 14 * H)])]
    assert planned(make_problem(rows, [volunteer()]))[1] == ["no_shift_meets_window"] * 2


@pytest.mark.parametrize("name", ["vx", "vy", "kx", "ky"])
@pytest.mark.parametrize(("value", "told"), [(np.nan, "nan is not a number"), (4e6, "is not within")])
def test_coordinates_that_are_no_number_or_far_away(name: str, value: float, told: str) -> None:
    problem = make_problem([visit(), visit()], [volunteer(), volunteer()])
    spoilt = getattr(problem, name).astype(np.float64)
    spoilt[1] = value
    with pytest.raises(ProblemError, match=rf"{name} row 1: .*{told}"):
        dataclasses.replace(problem, **{name: spoilt})


def test_coordinates_at_the_edge_of_what_is_allowed() -> None:
    problem = make_problem([visit(x=1_000_000, y=-1_000_000)], [volunteer(x=-1_000_000, metres=10**9)])
    assert planned(problem)[1] == ["no_shift_meets_window"]


def test_skills_nobody_has() -> None:
    assert planned(make_problem([visit(skill=2**30)], [volunteer(skill=7)]))[1] == ["no_one_with_skill"]


@pytest.mark.parametrize(
    ("fixed", "told"),
    [
        ([(0, 0, 0, 0, 9 * H), (0, 0, 1, 0, 9 * H)], "fixed row 1: visit 0 has seat 0 fixed twice"),
        ([(0, 0, 0, 0, 9 * H), (0, 1, 0, 0, 9 * H)], "fixed row 1: visit 0 has volunteer 0 in both seats"),
        ([(0, 0, 0, 0, 9 * H), (0, 1, 1, 0, 10 * H)], "fixed row 1: visit 0.* at different times"),
    ],
)
def test_fixed_assignments_that_contradict_each_other(fixed: list[tuple[int, ...]], told: str) -> None:
    with pytest.raises(ProblemError, match=told):
        make_problem([visit(persons=2)], [volunteer(), volunteer()], fixed=fixed)


def test_fixed_assignments_that_break_a_rule_stand_and_are_told() -> None:
    fixed = [(0, 0, 0, 0, 9 * H), (1, 0, 0, 0, 9 * H)]  # two at once
    problem = make_problem([visit(), visit(x=500), visit()], [volunteer(), volunteer()], fixed=fixed)
    plan = solve(problem, seed=1, budget=Budget(iterations=50))
    assert {c.what for c in plan.conflicts} == {"not_enough_time"}
    assert {key: plan.seats()[key] for key in ((0, 0), (1, 0))} == {
        (0, 0): (0, 0, 9 * H),
        (1, 0): (0, 0, 9 * H),
    }
    assert plan.seats()[2, 0][0] == 1


SEVERAL: dict[str, Callable[[], Problem]] = {
    "all at one door": lambda: make_problem([visit()] * 40, [volunteer(a_day=99, a_week=99)] * 3),
    "all at one moment": lambda: make_problem([visit(windows=[(9 * H, 9 * H)])] * 40, [volunteer()] * 3),
    "all take nothing": lambda: make_problem([visit(service=0)] * 40, [volunteer(a_day=99, a_week=99)]),
    "all weigh nothing": lambda: make_problem([visit(weight=0, x=9)] * 40, [volunteer()] * 3),
    "all want one": lambda: make_problem([visit(wanted=0)] * 40, [volunteer()] * 3),
    "pairs for one person": lambda: make_problem([visit(persons=2)] * 40, [volunteer()]),
}


def test_visits_of_no_length_and_volunteers_without_a_limit() -> None:
    """Room for every visit in every shift: a sentence, not all the memory there is."""
    n, m = 20_000, 6_000
    shared = make_problem([visit()], [volunteer()])
    arrays = {
        name: np.repeat(getattr(shared, name), n if name.startswith("v") else m, axis=0)
        for name in (f.name for f in dataclasses.fields(Problem))
        if name[0] in "vk" and isinstance(getattr(shared, name), np.ndarray)
    }
    arrays["vsvc"][7] = 0
    limits = {name: np.full(m, 10**9) for name in ("kmaxday", "kmaxweek")}
    with pytest.raises(ProblemError, match=r"vsvc row 7: with visits of 0 seconds .* 120,000,000 stops"):
        dataclasses.replace(shared, **(arrays | limits))
    assert dataclasses.replace(shared, **arrays).n == n, "with a limit a day there is room"


@pytest.mark.parametrize("name", SEVERAL)
def test_the_budget_is_kept_within_a_tenth(name: str) -> None:
    moments = count()
    problem = SEVERAL[name]()
    plan = solve(problem, seed=1, budget=Budget(seconds=10.0, clock=lambda: next(moments) * 0.01))
    assert next(moments) * 0.01 <= 11.0
    assert evaluate(problem, plan).faults == ()
    assert len(plan.unserved) + evaluate(problem, plan).served == problem.n


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), data=st.data())
def test_extreme_values_that_are_allowed_get_a_plan_with_true_reasons(seed: int, data: st.DataObject) -> None:
    problem = random_problem(seed, most_visits=5, most_volunteers=4)
    extremes = {
        "vsvc": (0, 86_400),
        "vweight": (0, 1_000_000),
        "kmaxday": (0, 10**9),
        "kmaxweek": (0, 10**9),
        "kmaxm": (0, 10**9),
        "vx": (-1_000_000, 1_000_000),
        "kx": (-1_000_000, 1_000_000),
    }
    name = data.draw(st.sampled_from(sorted(extremes)))
    array = getattr(problem, name).copy()
    array[data.draw(st.integers(0, len(array) - 1))] = data.draw(st.sampled_from(extremes[name]))
    problem = dataclasses.replace(problem, **{name: array})
    plan = solve(problem, seed=1, budget=Budget(iterations=30))
    assert evaluate(problem, plan).faults == ()
    assert {u.visit: u.reason for u in plan.unserved} == {
        u.visit: reason_of(problem, plan, u.visit) for u in plan.unserved
    }
