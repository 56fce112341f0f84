"""One solver on one instance, in a process of its own, so that its memory and time are its own.

`python -m bench.plans.run INSTANCE.npz SOLVER [--seconds S] [--seed N] [--workers W] [--processor]` prints
one JSON line. The engine's progress (`on_progress`) is the curve; of a peer only the end is known. With
`--processor` our limit and our curve count seconds of processor time, shared by the workers, which a busy
machine does not spoil; peers have no such clock, their limit stays one of the wall's.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from functools import partial
from pathlib import Path

from bench.plans import ortools, pyvrp, vroom
from bench.plans.peer import CannotPlanError, Peer
from planner.budget import Budget
from planner.evaluate import evaluate
from planner.plan import Plan
from planner.problem import Problem
from planner.progress import Progress
from planner.solve import load_machine_code, solve

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
    parser.add_argument("--processor", action="store_true")
    options = parser.parse_args()
    problem = Problem.load(options.instance)
    curve: Curve = []
    began, used = time.perf_counter(), time.process_time()
    try:
        if options.solver == OURS:
            plan, began, used = _solve_ours(problem, options, curve)
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


class Processor:
    """A clock of processor time that workers share: two threads make it go no faster than one."""

    def __init__(self) -> None:
        self._mark, self._seconds, self._workers = time.process_time(), 0.0, 1

    def __call__(self) -> float:
        return self._seconds + (time.process_time() - self._mark) / self._workers

    def share(self, workers: int) -> None:
        """From now on so many share it."""
        self._seconds, self._mark, self._workers = self(), time.process_time(), workers


def _solve_ours(problem: Problem, options: argparse.Namespace, curve: Curve) -> tuple[Plan, float, float]:
    """The plan, when it began and what was computed before."""
    load_machine_code()  # before the clock starts
    began, used, processor = time.perf_counter(), time.process_time(), Processor()

    def note(word: Progress) -> None:
        curve.append((round(word.seconds, 3), word.weight))
        processor.share(options.workers if word.phase == "search" else 1)

    clock = processor if options.processor else time.monotonic
    budget = Budget(seconds=options.seconds, clock=clock)
    plan = solve(problem, seed=options.seed, budget=budget, workers=options.workers, on_progress=note)
    return plan, (time.perf_counter() - clock()) if options.processor else began, used


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
