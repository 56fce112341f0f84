"""How quickly a seat is filled again in a loaded plan, and what of the plan is kept.

`python -m bench repair FILE.npz [--dropouts 2000] [--seconds 60]`: plans the instance, then lets so many
people drop out one after another, each from a seat drawn by chance.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import numpy as np

from planner.budget import Budget
from planner.candidates import Desk
from planner.evaluate import evaluate
from planner.problem import Problem
from planner.repair import repair
from planner.solve import solve


def measure(path: str, dropouts: int, seconds: float, seed: int) -> dict[str, Any]:
    """Milliseconds of "who else could go?" and of the whole repair, and the share of the weight kept."""
    problem = Problem.load(path)
    plan = solve(problem, seed=seed, budget=Budget(seconds=seconds), workers=2)
    began = time.perf_counter()
    desk = Desk(problem, plan)
    loading = time.perf_counter() - began
    seats = plan.seats()
    keys = list(seats)
    chosen = np.random.default_rng(seed).choice(len(keys), min(dropouts, len(keys)), replace=False)
    asking, mending, unfilled = [], [], 0
    for number in chosen.tolist():
        visit, seat = keys[number]
        volunteer = seats[visit, seat][0]
        began = time.perf_counter()
        desk.candidates(visit, seat=seat, exclude=[volunteer], displace=True)
        asking.append(time.perf_counter() - began)
        began = time.perf_counter()
        changes = repair(desk, visit, seat, exclude=[volunteer])
        mending.append(time.perf_counter() - began)
        unfilled += changes[0].candidate is None
    before, after = evaluate(problem, plan), evaluate(problem, desk.plan())
    return {
        "instance": problem.name,
        "dropouts": len(chosen),
        "desk_seconds": round(loading, 2),
        **_quantiles("candidates_ms", asking),
        **_quantiles("repair_ms", mending),
        "unfilled": unfilled,
        "weight_kept_percent": round(100 * after.weight / before.weight, 3),
        "faults": len(after.faults),
    }


def _quantiles(name: str, seconds: list[float]) -> dict[str, float]:
    p50, p99 = np.quantile(np.array(seconds) * 1000, [0.5, 0.99])
    return {f"{name}_p50": round(float(p50), 2), f"{name}_p99": round(float(p99), 2)}


def main(arguments: list[str]) -> int:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench repair", description=__doc__)
    parser.add_argument("instance")
    parser.add_argument("--dropouts", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    figures = measure(chosen.instance, chosen.dropouts, chosen.seconds, chosen.seed)
    print(json.dumps({"bench": "repair", **figures}), flush=True)
    return 0
