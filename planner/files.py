"""Planning from file to file: what `tanfang plan` does."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

from planner.budget import Budget
from planner.evaluate import Figures, evaluate
from planner.plan import Plan
from planner.problem import Problem, ProblemError
from planner.solve import solve


def plan_file(
    path: str | Path,
    out: str | Path,
    seed: int = 1,
    seconds: float = 30.0,
    workers: int = 1,
    stop: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Plan the problem in a `.npz` file, write the plan as `.json`, return its figures.

    Several workers search with seeds of their own and the best plan wins; `stop` works with one worker.
    Raises ProblemError if the problem is broken or the plan cannot be written, ValueError if an argument
    makes no sense.
    """
    if workers < 1:
        raise ValueError(f"workers: {workers} is not at least 1")
    problem, target = Problem.load(path), Path(out)
    if not target.parent.is_dir():
        raise ProblemError(f"{target}: there is no folder {target.parent}")
    began = perf_counter()
    budget = Budget(seconds=seconds)
    if workers == 1:
        plan = solve(problem, seed=seed, budget=budget, stop=stop)
        figures = evaluate(problem, plan)
    else:
        plan, figures = _best_of(problem, seed, budget, workers)
    wall = perf_counter() - began
    _write(plan, target)
    return {
        "instance": problem.name,
        **figures.to_json(),
        "unserved": dict(sorted(Counter(u.reason for u in plan.unserved).items())),
        "conflicts": len(plan.conflicts),
        "iterations": plan.iterations,
        "seconds": round(wall, 2),
        "seed": seed,
        "workers": workers,
    }


def _best_of(problem: Problem, seed: int, budget: Budget, workers: int) -> tuple[Plan, Figures]:
    """One search per process; the best score wins, the lower seed among equals."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        tasks = [pool.submit(_search, problem, seed + number, budget) for number in range(workers)]
        results = [task.result() for task in tasks]
    return max(results, key=lambda result: result[1].score)


def _search(problem: Problem, seed: int, budget: Budget) -> tuple[Plan, Figures]:
    plan = solve(problem, seed=seed, budget=budget)
    return plan, evaluate(problem, plan)


def _write(plan: Plan, target: Path) -> None:
    """Write beside the target first, so that a plan is there whole or not at all."""
    part = target.with_name(f"{target.name}.part")
    try:
        plan.save(part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ProblemError(f"{target}: cannot be written ({error.strerror})") from error
