"""How quickly a seat is filled again in a loaded plan, and what of the plan is kept.

`python -m bench repair FILE.npz [--dropouts 2000] [--seconds 60] [--plan PLAN.json]`: plans the instance (or
takes that plan), asks why seats are whose they are, lets so many people drop out one after another, each
from a seat drawn by chance, and then many at once within two seconds. Milliseconds are of processor time.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from planner.budget import Budget
from planner.candidates import Desk
from planner.choices import choose
from planner.evaluate import evaluate
from planner.plan import Plan
from planner.problem import Problem
from planner.repair import Dropout, repair, replan
from planner.solve import load_machine_code, solve

BURST_DROPOUTS, BURST_CANCELLED, BURST_SECONDS = 100, 50, 2.0
QUESTIONS = 500
Seats = list[tuple[int, int]]


def measure(path: str, dropouts: int, seconds: float, seed: int, plan_file: Path | None) -> dict[str, Any]:
    """Milliseconds of each question and repair, and the share of the weight kept."""
    problem = Problem.load(path)
    load_machine_code()
    if plan_file is not None and plan_file.is_file():
        plan = Plan.load(plan_file)
    else:
        plan = solve(problem, seed=seed, budget=Budget(seconds=seconds), workers=2)
        if plan_file is not None:
            plan.save(plan_file)
    seats = list(plan.seats())
    order = np.random.default_rng(seed).permutation(len(seats)).tolist()
    chosen = [seats[number] for number in order]
    began = process_time()
    desk = Desk(problem, plan)
    laid_out = process_time()
    assert desk.chains
    return {
        "instance": problem.name,
        "desk_seconds": round(laid_out - began, 2),
        "chains_seconds": round(process_time() - laid_out, 2),
        **_ask_why(desk, chosen[:QUESTIONS]),
        **_one_by_one(problem, plan, desk, chosen[:dropouts]),
        **_burst(problem, plan, chosen[dropouts:]),
    }


def _ask_why(desk: Desk, seats: Seats) -> dict[str, Any]:
    took = []
    for seat in seats:
        began = process_time()
        choose(desk, *seat)
        took.append(process_time() - began)
    return _quantiles("why_ms", took)


def _one_by_one(problem: Problem, plan: Plan, desk: Desk, seats: Seats) -> dict[str, Any]:
    """Every dropout says no to this visit and stays for others; those whose seat is empty by then do not."""
    asking, mending, unfilled, live = [], [], 0, desk.state.live
    for visit, seat in seats:
        slot = int(live.crew[visit, seat])
        if slot < 0:
            continue
        who = int(desk.state.ground.volunteer[slot])
        began = process_time()
        desk.candidates(visit, seat=seat, exclude=[who], displace=True)
        asked = process_time()
        changes = repair(desk, visit, seat, declined=[who])
        mending.append(process_time() - asked)
        asking.append(asked - began)
        unfilled += changes[0].candidate is None
    before, after = evaluate(problem, plan), evaluate(problem, desk.plan())
    return {
        "dropouts": len(mending),
        **_quantiles("candidates_ms", asking),
        **_quantiles("repair_ms", mending),
        "unfilled": unfilled,
        "weight_kept_percent": round(100 * after.weight / before.weight, 3),
        "faults": len(after.faults),
    }


def _burst(problem: Problem, plan: Plan, seats: Seats) -> dict[str, Any]:
    """Dropouts (every fourth can do nothing else) and cancelled visits at once, in a fresh plan."""
    desk = Desk(problem, plan)
    assert desk.chains
    cancelled = {visit for visit, _ in seats[:BURST_CANCELLED]}
    lost = [seat for seat in seats[BURST_CANCELLED:] if seat[0] not in cancelled][:BURST_DROPOUTS]
    dropouts = [Dropout(*seat, gone=number % 4 == 0) for number, seat in enumerate(lost)]
    began = process_time()
    changes = replan(
        desk, dropouts, cancelled=cancelled, budget=Budget(seconds=BURST_SECONDS, clock=process_time)
    )
    took = process_time() - began
    after = evaluate(problem, desk.plan())
    asked = evaluate(problem, plan).weight - int(problem.vweight[sorted(cancelled)].sum())
    return {
        "burst": len(dropouts) + len(cancelled),
        "burst_seconds": round(took, 3),
        "burst_changes": len(changes),
        "burst_weight_kept_percent": round(100 * after.weight / asked, 3),
        "burst_faults": len(after.faults),
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
    parser.add_argument("--plan", type=Path, help="a plan to take, or where to keep the one that is made")
    chosen = parser.parse_args(arguments)
    figures = measure(chosen.instance, chosen.dropouts, chosen.seconds, chosen.seed, chosen.plan)
    print(json.dumps({"bench": "repair", **figures}), flush=True)
    return 0
