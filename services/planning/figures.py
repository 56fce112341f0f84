"""What a run tells of itself: how far people go, how fairly the load is shared, with and without wishes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from planner.budget import Budget
from planner.evaluate import Figures, evaluate
from planner.plan import Plan
from planner.problem import Problem, Wishes
from planner.solve import solve
from services.planning.problems import Built
from services.planning.roster import Ints
from services.planning.runs import Watch

COMPARED = 5_000  # visits: larger plans are not made twice to show what the wishes do


def plan_figures(
    built: Built, plan: Plan, seed: int, budget: Budget, watched: Watch, *, is_compared: bool
) -> dict[str, Any]:
    """Figures of a plan that is not applied yet; for a thread.

    `load_gini`: 0 if all who have shifts carry the same load, those of the last 30 days with it.
    """
    problem = built.problem
    figures = evaluate(problem, plan)
    told: dict[str, Any] = {
        "iterations": plan.iterations,
        "volunteers": problem.m,
        "km": figures.km,
        "wanted_percent": figures.wanted_percent,
        "weight_percent": figures.weight_percent,
        "city_pool_uses": figures.city_pool_uses,
        "load_gini": load_gini(problem, plan),
    }
    if is_compared and problem.n and problem.n <= COMPARED and not watched.stop.is_set():
        told["without_wishes"] = _without_wishes(problem, seed, budget, watched, figures)
    return told


def _without_wishes(
    problem: Problem, seed: int, budget: Budget, watched: Watch, figures: Figures
) -> dict[str, Any]:
    """The same search with no softer wish but that offers stand; for comparison only."""
    bare = replace(
        problem,
        kprice=np.zeros(problem.m, np.int64),
        wishes=np.array(Wishes(offered=int(problem.wishes[0])), np.int64),
    )
    plan = solve(bare, seed=seed, budget=budget, stop=watched.stop.is_set)
    other = evaluate(problem, plan)
    return {
        "load_gini": load_gini(problem, plan),
        "km": other.km,
        "weight_percent": other.weight_percent,
        "weight_lost": max(0, other.weight - figures.weight),
    }


def load_gini(problem: Problem, plan: Plan) -> float:
    """How unevenly visits are spread over all who have shifts, the last 30 days included."""
    load: Ints = problem.kload.copy()
    for route in plan.routes:
        load[route.volunteer] += len(route.stops)
    has_shift = (problem.kshift[:, :, 0] >= 0).any(axis=1)
    rate = np.sort(load[has_shift])
    count = len(rate)
    if not count or not rate.sum():
        return 0.0
    rank = 2 * np.arange(1, count + 1) - count - 1
    return round(float((rank * rate).sum() / (count * rate.sum())), 3)
