"""`python -m bench growth`: seconds to a share of the bound by number of visits, and how fast they grow.

The limit is doubled until a run reaches the share, and its curve tells when; seconds are of processor time.
Without a kept bound the instance is skipped, and says so; `--bound NAME=WEIGHT` gives one from elsewhere.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.bound.store import find
from bench.plans.named import FOLDER, GENERATOR, NoInstanceError, find_instance
from bench.plans.picture import draw_growth
from bench.plans.rows import Row, run_row
from bench.plans.run import OURS
from planner.geometry import Floats
from planner.problem import Problem

NAMES = ("campaign-500-s1", "campaign-1000-s1", "campaign-3000-s1", "campaign-20000-s1", "campaign-100000-s1")


@dataclass(frozen=True, slots=True)
class Fit:
    """seconds ≈ factor · visits^exponent, and how fast n·log n grows over the same visits."""

    exponent: float
    exponent_error: float  # standard error; 0 of two points
    factor: float
    exponent_of_n_log_n: float
    factor_of_n_log_n: float
    spread: float  # of measured seconds round the n·log n line, as a factor


def fit(points: list[tuple[int, float]]) -> Fit:
    """Least squares on logarithms of (visits, seconds); at least two sizes. Raises ValueError."""
    if len({visits for visits, _ in points}) < 2:
        raise ValueError("a fit needs two sizes")
    visits, seconds = (np.array(part, float) for part in zip(*points, strict=True))
    x, y = np.log(visits), np.log(np.maximum(seconds, 1e-3))
    exponent, start = np.polyfit(x, y, 1)
    rest = y - (exponent * x + start)
    freedom = max(len(points) - 2, 1)
    error = math.sqrt(float(rest @ rest) / freedom / float(((x - x.mean()) ** 2).sum()))
    line = np.log(visits * np.log(visits))
    shift = float((y - line).mean())
    spread = float(np.exp(np.abs(y - line - shift).max()))
    return Fit(
        float(exponent), error, math.exp(start), float(np.polyfit(x, line, 1)[0]), math.exp(shift), spread
    )


def growth_lines(found: Fit) -> dict[str, Callable[[Floats], Floats]]:
    """Seconds by visits of the fit and of n·log n, by what a picture calls them."""
    return {
        f"visits^{found.exponent:.3f}": lambda visits: found.factor * visits**found.exponent,
        "n·log n": lambda visits: found.factor_of_n_log_n * visits * np.log(visits),
    }


def seconds_to(target: float, curve: list[list[float]]) -> float | None:
    """The first moment at which a curve of (seconds, weight) reaches a weight."""
    return next((float(second) for second, weight in sorted(curve) if weight >= target), None)


def measure(
    name: str, path: Path, share: float, first: float, most: float, workers: int, given: int | None = None
) -> dict[str, Any]:
    """Seconds to the share of the bound, by doubling the limit; `seconds` is None if `most` is too short."""
    problem = Problem.load(path)
    about: dict[str, Any] = {"bench": "growth", "instance": name, "visits": problem.n, "share": share}
    kept = find(problem)
    bound = given if given is not None else kept.weight if kept is not None else None
    if bound is None:
        return {**about, "skipped": "no bound is kept: python -m bench bound"}
    about["bound_is_proven_here"] = given is None
    limit, weight = first, 0
    while limit <= most:
        figures = run_row(Row(name, OURS, limit, workers, processor=True), path)
        if "no_plan" in figures:
            return {**about, "skipped": figures["no_plan"]}
        weight = figures["weight"]
        reached = seconds_to(share * bound, figures["curve"])
        if reached is not None:
            return {**about, "seconds": reached, "limit": limit, "weight": weight, "bound": bound}
        limit *= 2
    return {**about, "seconds": None, "limit": limit / 2, "weight": weight, "bound": bound}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES, metavar="INSTANCE")
    parser.add_argument("--share", type=float, default=0.98, help="of the proven bound")
    parser.add_argument("--first", type=float, default=0.5, help="seconds of the first limit")
    parser.add_argument("--most", type=float, default=256.0, help="seconds of the last limit")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--instances", type=Path, default=FOLDER)
    parser.add_argument("--generator", type=Path, default=GENERATOR)
    parser.add_argument("--picture", type=Path, metavar="OUT.svg", help="points and fit, drawn")
    parser.add_argument("--bound", action="append", default=[], metavar="NAME=WEIGHT")
    options = parser.parse_args(arguments)
    given = {name: int(weight) for name, weight in (pair.split("=") for pair in options.bound)}
    points = []
    for name in options.names:
        try:
            path = find_instance(name, options.instances, options.generator)
        except NoInstanceError as error:
            print(json.dumps({"bench": "growth", "instance": name, "skipped": str(error)}), flush=True)
            continue
        figures = measure(
            name, path, options.share, options.first, options.most, options.workers, given.get(name)
        )
        print(json.dumps(figures), flush=True)
        if figures.get("seconds") is not None:
            points.append((int(figures["visits"]), float(figures["seconds"])))
    if len({visits for visits, _ in points}) > 1:
        found = fit(points)
        verdict = found.exponent <= found.exponent_of_n_log_n + found.exponent_error
        rounded = {name: float(f"{getattr(found, name):.4g}") for name in found.__dataclass_fields__}
        print(json.dumps({"bench": "growth", "fit": rounded, "no_faster_than_n_log_n": verdict}))
        if options.picture is not None:
            draw_growth(points, growth_lines(found), options.picture)
    return 0
