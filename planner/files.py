"""Planning from file to file: what `tanfang plan` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.plan import Plan
from planner.problem import Problem, ProblemError
from planner.progress import Hook
from planner.shortage import add_up, find_shortages
from planner.solve import load_machine_code, solve


def plan_file(
    path: str | Path,
    out: str | Path,
    seed: int = 1,
    seconds: float = 30.0,
    workers: int = 1,
    stop: Callable[[], bool] | None = None,
    on_progress: Hook | None = None,
) -> dict[str, Any]:
    """Plan the problem in a `.npz` file, write the plan as `.json`, return its figures.

    `workers` threads search the parts of a large problem; a small one is one part. `stop` and `on_progress`
    as in `solve`.
    Raises ProblemError if the problem is broken or the plan cannot be written, ValueError if an argument
    makes no sense.
    """
    if workers < 1:
        raise ValueError(f"workers: {workers} is not at least 1")
    problem, target = Problem.load(path), Path(out)
    if not target.parent.is_dir():
        raise ProblemError(f"{target}: there is no folder {target.parent}")
    load_machine_code()
    began = perf_counter()
    budget = Budget(seconds=seconds)
    plan = solve(problem, seed=seed, budget=budget, stop=stop, workers=workers, on_progress=on_progress)
    wall = perf_counter() - began
    _write(plan, target)
    figures = evaluate(problem, plan)
    return {
        "instance": problem.name,
        **figures.to_json(),
        "unserved": dict(sorted(Counter(u.reason for u in plan.unserved).items())),
        "shortage": dict(add_up(find_shortages(problem, plan))),
        "conflicts": len(plan.conflicts),
        "iterations": plan.iterations,
        "seconds": round(wall, 2),
        "seed": seed,
        "workers": workers,
    }


def _write(plan: Plan, target: Path) -> None:
    """Write beside the target first, so that a plan is there whole or not at all."""
    part = target.with_name(f"{target.name}.part")
    try:
        plan.save(part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ProblemError(f"{target}: cannot be written ({error.strerror})") from error
