"""Which solver runs how long on which instance: the rows of the table."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from bench.bound.store import find
from bench.plans.run import OURS, PEERS
from planner.problem import Problem

TO_ITS_END = 6_000  # seconds: VROOM ends by itself, on a machine of its own within three minutes
GRACE = 900  # seconds after its limit at which a run is ended: peers overrun, and building takes time


@dataclass(frozen=True, slots=True)
class Row:
    """One run."""

    instance: str
    solver: str
    seconds: float
    workers: int = 1
    seed: int = 1
    processor: bool = False  # seconds are of processor time


def standard_rows() -> list[Row]:
    """The rows of `docs/benchmarks.md`: the planner everywhere, the peers where they can say something."""
    rows = [Row(f"day-3000-s{s}", OURS, seconds) for s in range(1, 6) for seconds in (20, 60)]
    rows += [Row("day-3000-s1-core", OURS, seconds) for seconds in (4, 13, 60)]
    rows += [Row("day-3000-s1-core", "vroom", TO_ITS_END), Row("day-3000-s1-core", "pyvrp", 120)]
    for visits in (500, 3000):
        rows += [Row(f"campaign-{visits}-s{s}", OURS, 20) for s in (1, 2, 3)]
    rows += [Row("campaign-500-s1-core", OURS, seconds) for seconds in (1, 10)]
    rows += [Row("campaign-500-s1-core", peer, 60) for peer in PEERS]
    rows += [Row("campaign-3000-s1-core", OURS, 10), Row("campaign-3000-s1-core", "vroom", TO_ITS_END)]
    rows += [Row(f"campaign-20000-s{s}", OURS, 120, 2) for s in (1, 2, 3)]
    return [*rows, Row("campaign-100000-s1", OURS, 180, 2)]


def chosen(
    rows: Iterable[Row],
    names: list[str],
    solvers: list[str],
    seconds: list[float] | None = None,
    workers: int | None = None,
    processor: bool = False,
) -> list[Row]:
    """The rows whose instance and solver match one of the patterns; `seconds` replaces the rows' own."""
    kept: dict[Row, None] = {}
    for row in rows:
        if _matches(row.instance, names) and _matches(row.solver, solvers):
            for limit in seconds or [row.seconds]:
                one = Row(row.instance, row.solver, limit, workers or row.workers, row.seed, processor)
                kept[one] = None
    return list(kept)


def _matches(name: str, patterns: list[str]) -> bool:
    return not patterns or any(fnmatch(name, pattern) for pattern in patterns)


def run_row(row: Row, path: Path) -> dict[str, Any]:
    """Run it; its figures, with the distance to the bound where one is kept."""
    command = [sys.executable, "-m", "bench.plans.run", str(path), row.solver, "--seconds", str(row.seconds)]
    command += ["--workers", str(row.workers), "--seed", str(row.seed)]
    command += ["--processor"] if row.processor else []
    about: dict[str, Any] = {
        "bench": "plans", "instance": row.instance, "solver": row.solver, "limit": row.seconds,
        "workers": row.workers, "seed": row.seed,
    }  # fmt: skip  # one line for what, one for how
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=row.seconds * (30 if row.processor else 3) + GRACE,
        )
    except subprocess.TimeoutExpired:
        return {**about, "no_plan": "not back long after its limit"}
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        said = done.stderr.strip().splitlines()
        return {**about, "no_plan": said[-1] if said else f"ended with {done.returncode}"}
    figures: dict[str, Any] = json.loads(lines[-1])
    kept = find(Problem.load(path))
    if kept is not None and "weight" in figures:
        figures["bound"] = kept.weight
        figures["bound_percent"] = round(100 * figures["weight"] / max(1, kept.weight), 3)
    if row.solver in PEERS:
        figures["not_told"] = PEERS[row.solver].cannot
    return {**about, **figures}
