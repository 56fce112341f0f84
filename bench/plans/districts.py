"""`python -m bench districts FILE.npz [--seconds 20]`: districts planned one by one against the whole city.

By districts the city pool has to be dealt out first: each of its volunteers goes to the district whose visits
are nearest to their home on the whole. Both get the same seconds of processor time in all, the districts by
their visits. The whole also starts once from the districts' plan, which is what joining them brings.
"""

from __future__ import annotations

import argparse
import json
from time import process_time
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.geometry import Ints
from planner.part import part_of
from planner.plan import Plan, Route, Stop
from planner.problem import Problem
from planner.solve import load_machine_code, solve

NEAREST = 20  # visits that tell where a volunteer of the city pool is near


def deal(problem: Problem) -> Ints:
    """The district that each volunteer works in (m,): their own, or where most visits near them are."""
    district: Ints = problem.kdist.copy()
    tree = cKDTree(np.stack([problem.vx, problem.vy], axis=1))
    for volunteer in np.flatnonzero(problem.kpool == 1).tolist():
        place = (problem.kx[volunteer], problem.ky[volunteer])
        near = np.atleast_1d(tree.query(place, k=min(NEAREST, problem.n))[1])
        names, counts = np.unique(problem.vdist[near], return_counts=True)
        district[volunteer] = names[int(np.argmax(counts))]
    return district


def by_districts(problem: Problem, seconds: float, seed: int) -> Plan:
    """One plan a district, put together."""
    district, routes = deal(problem), list[Route]()
    for name in np.unique(problem.vdist).tolist():
        visits, volunteers = np.flatnonzero(problem.vdist == name), np.flatnonzero(district == name)
        share = seconds * len(visits) / problem.n
        budget = Budget(seconds=share, clock=process_time)
        plan = solve(part_of(problem, visits, volunteers), seed=seed, budget=budget)
        for route in plan.routes:
            stops = tuple(Stop(int(visits[s.visit]), s.seat, s.start) for s in route.stops)
            routes.append(Route(int(volunteers[route.volunteer]), route.day, stops))
    return Plan(tuple(routes))


def measure(path: str, seconds: float, seed: int) -> dict[str, Any]:
    """Weight and wanted of both, for the same processor time."""
    problem = Problem.load(path)
    load_machine_code()
    apart = by_districts(problem, seconds, seed)
    whole = solve(problem, seed=seed, budget=Budget(seconds=seconds, clock=process_time))
    joined = solve(problem, seed=seed, budget=Budget(seconds=seconds / 2, clock=process_time), start=apart)
    told: dict[str, Any] = {"instance": problem.name, "seconds": seconds}
    for name, plan in (("districts", apart), ("whole", whole), ("districts_then_whole", joined)):
        figures = evaluate(problem, plan)
        told[name] = {
            "weight": figures.weight,
            "weight_percent": figures.weight_percent,
            "wanted_percent": figures.wanted_percent,
            "city_pool_uses": figures.city_pool_uses,
            "faults": len(figures.faults),
        }
    return told


def main(arguments: list[str]) -> int:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench districts", description=__doc__)
    parser.add_argument("instance")
    parser.add_argument("--seconds", type=float, default=20.0, help="of processor time")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    figures = measure(chosen.instance, chosen.seconds, chosen.seed)
    print(json.dumps({"bench": "districts", **figures}), flush=True)
    return 0
