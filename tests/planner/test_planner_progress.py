"""What is told while the planner thinks, and what an interruption at any word leaves."""

from __future__ import annotations

from itertools import count

import pytest
from planner_tiny import random_problem, town

from planner import search
from planner.budget import Budget
from planner.evaluate import evaluate
from planner.progress import Progress
from planner.solve import solve


def test_progress_is_told_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = town(8, 300)
    for part in (4_000, 100):  # one part, and three
        monkeypatch.setattr(search, "PART", part)
        told: list[Progress] = []
        plan = solve(problem, seed=5, budget=Budget(iterations=3000), on_progress=told.append)
        assert plan.to_json() == solve(problem, seed=5, budget=Budget(iterations=3000)).to_json()
        assert list(dict.fromkeys(word.phase for word in told)) == ["build", "search", "finish"]
        assert [word.seconds for word in told] == sorted(word.seconds for word in told)
        searching = [word.weight for word in told if word.phase != "build"]
        assert 0 < searching[0] <= searching[-1] <= evaluate(problem, plan).weight


def test_progress_is_told_rarely() -> None:
    moments, told = count(), list[Progress]()
    clock = lambda: next(moments) * 0.02  # noqa: E731  # a clock that goes on with every look
    budget = Budget(seconds=20.0, clock=clock)
    solve(
        random_problem(77, most_visits=12, most_volunteers=8), seed=1, budget=budget, on_progress=told.append
    )
    assert 5 < len(told) < 200


@pytest.mark.parametrize("last", range(1, 14, 2))
@pytest.mark.parametrize("part", [4_000, 100])
def test_stopped_at_any_word_the_plan_is_valid(last: int, part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PART", part)
    problem, told = town(8, 300), list[Progress]()
    plan = solve(
        problem,
        seed=5,
        budget=Budget(iterations=200_000, seconds=20.0),
        stop=lambda: len(told) >= last,
        on_progress=told.append,
    )
    figures = evaluate(problem, plan)
    assert figures.faults == ()
    assert figures.weight >= told[-1].weight
    assert figures.served + len(plan.unserved) == problem.n
