"""From file to file: what the command line needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from planner_tiny import random_problem

from planner.evaluate import evaluate
from planner.files import plan_file
from planner.plan import Plan
from planner.problem import ProblemError


@pytest.mark.parametrize("workers", [1, 2])
def test_plan_is_written_and_its_figures_returned(tmp_path: Path, workers: int) -> None:
    problem = random_problem(12, most_visits=12, most_volunteers=8)
    problem.save(tmp_path / "p.npz")
    figures = plan_file(tmp_path / "p.npz", tmp_path / "plan.json", seed=3, seconds=2.0, workers=workers)
    plan = Plan.load(tmp_path / "plan.json")
    told = json.loads(json.dumps(figures))
    assert told["score"] == evaluate(problem, plan).score
    assert told["faults"] == 0
    assert told["served"] + sum(told["unserved"].values()) == told["visits"] == problem.n
    assert (told["seed"], told["workers"], told["instance"]) == (3, workers, "tiny")
    assert told["iterations"] > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.npz", "plan.json"]


def test_broken_file_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "p.npz").write_bytes(b"nothing of the kind")
    with pytest.raises(ProblemError, match=r"p\.npz: not a readable"):
        plan_file(tmp_path / "p.npz", tmp_path / "plan.json")
    assert not (tmp_path / "plan.json").exists()


def test_place_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    random_problem(1).save(tmp_path / "p.npz")
    with pytest.raises(ProblemError, match="there is no folder"):
        plan_file(tmp_path / "p.npz", tmp_path / "missing" / "plan.json", seconds=60.0)
    (tmp_path / "taken").mkdir()
    with pytest.raises(ProblemError, match="cannot be written"):
        plan_file(tmp_path / "p.npz", tmp_path / "taken", seconds=0.01)
    assert not list(tmp_path.glob("*.part"))


def test_arguments_that_make_no_sense(tmp_path: Path) -> None:
    random_problem(1).save(tmp_path / "p.npz")
    with pytest.raises(ValueError, match="workers"):
        plan_file(tmp_path / "p.npz", tmp_path / "plan.json", workers=0)
    with pytest.raises(ValueError, match="budget"):
        plan_file(tmp_path / "p.npz", tmp_path / "plan.json", seconds=-1.0)
