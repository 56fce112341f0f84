"""`python -m bench bound INSTANCE.npz… [--seconds S | --quick]`: prove, print and keep upper bounds."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bench.bound.pricing import Effort
from bench.bound.prove import COARSE, Bound, prove_bound
from bench.bound.quick import PASSES, closer, quick_bound
from bench.bound.store import STORE, find_prices, keep, keep_prices
from planner.problem import Problem, ProblemError


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench bound", description=__doc__)
    parser.add_argument("instances", nargs="+", type=Path, metavar="INSTANCE.npz")
    parser.add_argument("--seconds", type=float, default=600.0, help="a round that has begun is finished")
    parser.add_argument("--quick", action="store_true", help="weaker, for 20,000 visits and more")
    parser.add_argument(
        "--passes", type=int, default=PASSES, help="closer ones of --quick; 0 for 100,000 visits"
    )
    parser.add_argument(
        "--prices", type=Path, metavar="FOLDER", help="where --quick keeps its prices, and finds them again"
    )
    parser.add_argument(
        "--patience", type=int, default=COARSE.patience, help="stops tried of a slot when --quick prices all"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes when --quick prices all")
    parser.add_argument("--store", type=Path, default=STORE, help="where bounds are kept")
    parser.add_argument("--quiet", action="store_true", help="no line for each round")
    options = parser.parse_args(arguments)
    for path in options.instances:
        try:
            problem = Problem.load(path)
        except ProblemError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        tell = _nothing if options.quiet else _tell
        with _words_to_stderr():
            bound = (
                _quick(problem, options, tell)
                if options.quick
                else prove_bound(problem, seconds=options.seconds, tell=tell)
            )
        stored = keep(problem, bound, options.store)
        total = int(problem.vweight.sum())
        percent = round(100 * bound.weight / max(1, total), 3)
        figures = {"bench": "bound", "instance": problem.name, "total": total, "percent": percent}
        print(json.dumps({**figures, **asdict(bound), "stored": stored}, ensure_ascii=False), flush=True)
    return 0


def _quick(problem: Problem, options: argparse.Namespace, tell: Callable[[str], None]) -> Bound:
    folder: Path | None = options.prices
    stages = closer(options.passes)
    passes = sum(stage.passes for stage in stages)
    return quick_bound(
        problem,
        stages=stages,
        effort=Effort(options.patience, COARSE.unit),
        workers=options.workers,
        prices=find_prices(problem, passes, folder) if folder is not None else None,
        found=lambda prices: keep_prices(problem, prices, folder) if folder is not None else None,
        tell=tell,
    )


@contextmanager
def _words_to_stderr() -> Iterator[None]:
    """HiGHS greets on standard output, below Python: there must be JSON lines only."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _nothing(line: str) -> None:
    del line
