"""The planner on a made-up week of a city: what searching gains over the constructive start, and what the
wish for a fair load does to `load_gini` (0: all who offer shifts carry alike) and to the served weight."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.problem import Problem, Wishes
from planner.solve import solve

VISITS, VOLUNTEERS, DAYS, DISTRICTS = 800, 160, 7, 5
H = 3600
FAIR = 250  # metres of the square of a volunteer's visits, as the policy has it


def week(seed: int) -> Problem:
    """Visits and volunteers around district centres; one visit in twelve takes two people."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(0, 8_000, (DISTRICTS, 2))

    def homes(count: int) -> tuple[Any, Any, Any]:
        district = rng.integers(0, DISTRICTS, count)
        at = np.rint(centres[district] + rng.normal(0, 1_800, (count, 2))).astype(np.int64)
        return at[:, 0], at[:, 1], district

    vx, vy, vdist = homes(VISITS)
    kx, ky, kdist = homes(VOLUNTEERS)
    first = rng.integers(0, DAYS, VISITS)
    shift = np.full((VOLUNTEERS, DAYS, 2), -1, np.int64)
    for volunteer in range(VOLUNTEERS):
        for day in rng.choice(DAYS, 3, replace=False):
            shift[volunteer, day] = (8 * H, 12 * H) if rng.random() < 0.5 else (13 * H, 18 * H)
    windows = np.zeros((VISITS, 2, 2), np.int64)
    windows[:, 0], windows[:, 1] = (9 * H, 11 * H), (14 * H, 16 * H)
    return Problem(
        name=f"week-{seed}", days=DAYS, weekly=True,
        vx=vx, vy=vy, vdist=vdist, vsvc=np.full(VISITS, 40 * 60),
        vskill=(rng.random(VISITS) < 0.3).astype(np.int64), vgender=np.zeros(VISITS, np.int64),
        vpersons=np.where(rng.random(VISITS) < 1 / 12, 2, 1), vweight=rng.choice([1, 2, 5, 10], VISITS),
        vday0=first, vday1=np.minimum(first + 3, DAYS - 1), vtw=windows, vntw=np.full(VISITS, 2),
        vpref=np.full(VISITS, -1), kx=kx, ky=ky, kdist=kdist,
        kpool=(rng.random(VOLUNTEERS) < 0.15).astype(np.int64),
        kskill=(rng.random(VOLUNTEERS) < 0.4).astype(np.int64), kgender=rng.integers(1, 3, VOLUNTEERS),
        kmaxday=np.full(VOLUNTEERS, 4), kmaxweek=np.full(VOLUNTEERS, 10), kmaxm=np.full(VOLUNTEERS, 25_000),
        kspd=np.zeros(VOLUNTEERS, np.int64), kshift=shift,
    )  # fmt: skip  # one array a name


def measure() -> Iterator[dict[str, Any]]:
    for seed in (1, 2):
        problem = week(seed)
        wished = dataclasses.replace(problem, wishes=np.array(Wishes(fair=FAIR)))
        for asked, iterations in ((problem, 0), (problem, 20_000), (wished, 20_000)):
            began = time.process_time()
            plan = solve(asked, seed=seed, budget=Budget(iterations=iterations))
            seconds = time.process_time() - began
            figures = evaluate(problem, plan).to_json()
            kept = ("faults", "weight", "weight_percent", "served", "km_per_visit", "load_gini")
            yield {
                "instance": problem.name,
                "iterations": iterations,
                "fair": FAIR if asked is wished else 0,
                "seconds": round(seconds, 2),
                **{name: figures[name] for name in kept},
            }
