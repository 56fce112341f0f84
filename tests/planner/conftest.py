"""The referee and its instances, where they lie beside the repository."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from planner.plan import Plan
from planner.problem import Problem

YARDSTICKS = Path(__file__).parents[3] / "shared" / "planner"
Referee = Callable[[Problem, Plan], dict[str, Any]]


@pytest.fixture(scope="session")
def yardsticks() -> SimpleNamespace:
    """The contract's modules: model, make_instance, check_plan."""
    if not (YARDSTICKS / "check_plan.py").is_file():
        pytest.skip("the planner's referee is not beside this repository")
    sys.path.insert(0, str(YARDSTICKS))
    try:
        names = ("model", "make_instance", "check_plan")
        return SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    finally:
        sys.path.remove(str(YARDSTICKS))


@pytest.fixture(scope="session")
def referee(yardsticks: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Referee:
    """The referee's figures of a plan, both passed through files as another program would read them."""
    folder = tmp_path_factory.mktemp("referee")

    def check(problem: Problem, plan: Plan) -> dict[str, Any]:
        problem.save(folder / "problem.npz")
        plan.save(folder / "plan.json")
        figures: dict[str, Any] = yardsticks.check_plan.check(
            yardsticks.model.Instance.load(folder / "problem.npz"), Plan.load(folder / "plan.json").to_json()
        )
        return figures

    return check


@pytest.fixture(scope="session")
def instance(yardsticks: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Problem]:
    """instance(family, visits, seed) as a Problem, read from the generator's own file."""
    folder = tmp_path_factory.mktemp("instances")

    def make(family: str, visits: int, seed: int) -> Problem:
        path = folder / f"{family}-{visits}-{seed}.npz"
        if not path.exists():
            yardsticks.make_instance.generate(family, visits, seed).save(path)
        return Problem.load(path)

    return make
