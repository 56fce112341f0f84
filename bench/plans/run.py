"""One solver on one instance, in a process of its own, so that its memory and time are its own.

`python -m bench.plans.run INSTANCE.npz SOLVER [--seconds S] [--seed N] [--workers W]` prints one JSON line.
The engine's progress: if `planner.solve.solve` takes `on_progress(seconds, weight)`, every call is kept
as a point of the curve; if it does not, the curve is the end only, and quality over time needs several
budgets.
"""

from __future__ import annotations

import argparse
import inspect
import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.plans import ortools, pyvrp, vroom
from bench.plans.instances import make_instance
from bench.plans.peer import CannotPlanError, Peer
from planner.budget import Budget
from planner.evaluate import evaluate
from planner.plan import Plan
from planner.problem import Problem
from planner.solve import solve

OURS = "tanfang"
PEERS: dict[str, Peer] = {
    "vroom": Peer(vroom.solve_vroom, vroom.CANNOT),
    "vroom-5": Peer(partial(vroom.solve_vroom, level=5), vroom.CANNOT),
    "pyvrp": Peer(pyvrp.solve_pyvrp, pyvrp.CANNOT),
    "ortools": Peer(ortools.solve_ortools, ortools.CANNOT),
}
Curve = list[tuple[float, float]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.plans.run", description=__doc__)
    parser.add_argument("instance", type=Path)
    parser.add_argument("solver", choices=[OURS, *PEERS])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    problem = Problem.load(options.instance)
    curve: Curve = []
    began, used = time.perf_counter(), time.process_time()
    try:
        if options.solver == OURS:
            plan, began, used = _solve_ours(problem, options.seconds, options.seed, options.workers, curve)
        else:
            plan = PEERS[options.solver].solve(problem, options.seconds, options.seed)
    except CannotPlanError as error:
        print(json.dumps({"no_plan": str(error), "seconds": round(time.perf_counter() - began, 2)}))
        return 0
    seconds, computed = time.perf_counter() - began, time.process_time() - used
    peak = _peak_megabytes(options.workers)
    figures = evaluate(problem, plan).to_json()
    figures.pop("first_faults")
    curve.append((round(seconds, 3), figures["weight"]))
    about = {"seconds": round(seconds, 2), "cpu_seconds": round(computed, 2), "peak_mb": peak}
    print(json.dumps({**about, **figures, "iterations": plan.iterations, "curve": curve}))
    return 0


def _solve_ours(
    problem: Problem, seconds: float, seed: int, workers: int, curve: Curve
) -> tuple[Plan, float, float]:
    """The plan, when it began and what was computed before."""
    ours: Callable[..., Plan] = solve
    known = inspect.signature(ours).parameters
    more: dict[str, Any] = {}
    # compiled code is loaded (or, the first time ever, made) before the clock starts
    ours(make_instance("campaign", 30, 1), seed=seed, budget=Budget(iterations=20))
    began, used = time.perf_counter(), time.process_time()
    if "workers" in known:
        more["workers"] = workers
    if "on_progress" in known:
        more["on_progress"] = lambda _, weight: curve.append((time.perf_counter() - began, float(weight)))
    return ours(problem, seed=seed, budget=Budget(seconds=seconds), **more), began, used


def _peak_megabytes(workers: int) -> int:
    """This process and each of its workers as if it were the largest, in resident memory.

    Linux tells it of this program alone in /proc; `ru_maxrss` there counts what started it, too.
    """
    status = Path("/proc/self/status")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for line in status.read_text().splitlines() if status.exists() else []:
        if line.startswith("VmHWM:"):
            own = int(line.split()[1])
    return round((own + workers * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024)


if __name__ == "__main__":
    sys.exit(main())
