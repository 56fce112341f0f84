"""`python -m bench plans`: the planner and its peers on named instances, side by side in one run.

JSON lines on standard output, a table on standard error; `--out FOLDER` keeps both and a picture of
quality over time. Runs one process at a time.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bench.plans.named import FOLDER, GENERATOR, NoInstanceError, find_instance
from bench.plans.picture import draw
from bench.plans.rows import Row, chosen, run_row, standard_rows
from bench.plans.run import OURS
from bench.plans.table import markdown, show


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    rows = standard_rows()
    if options.extra:
        rows = [Row(name, solver, 20) for name in options.extra for solver in options.solvers or [OURS]]
    rows = chosen(rows, options.rows, options.solvers, options.seconds, options.workers, options.processor)
    if options.list:
        for row in rows:
            print(f"{row.instance} {row.solver} {row.seconds:g} s, {row.workers} worker(s)")
        return 0
    results: list[dict[str, Any]] = []
    for row in rows:
        try:
            path = find_instance(row.instance, options.instances, options.generator)
        except NoInstanceError as error:
            figures = {
                "bench": "plans",
                "instance": row.instance,
                "solver": row.solver,
                "skipped": str(error),
            }
            print(json.dumps(figures, ensure_ascii=False), flush=True)
            continue
        results.append(run_row(row, path))
        print(json.dumps(results[-1], ensure_ascii=False), flush=True)
    if results:
        show(results)
    if options.out is not None and results:
        _keep(results, options.out)
    return 0


def _keep(results: list[dict[str, Any]], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(figures, ensure_ascii=False) + "\n" for figures in results)
    (out / "plans.jsonl").write_text(lines, encoding="utf-8")
    (out / "plans.md").write_text(markdown(results), encoding="utf-8")
    for name in dict.fromkeys(figures["instance"] for figures in results):
        path = out / f"{name}.svg"
        if draw([figures for figures in results if figures["instance"] == name], path):
            sys.stderr.write(f"{path}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench plans", description=__doc__)
    add = parser.add_argument
    add("rows", nargs="*", metavar="PATTERN", help="instances, e.g. day-3000-* (all named rows without)")
    add("--solvers", nargs="+", default=[], help="tanfang, vroom, vroom-5, pyvrp, ortools")
    add("--seconds", nargs="+", type=float, help="limits instead of the rows' own; several draw a curve")
    add("--workers", type=int, help="processes of the planner instead of the rows' own")
    add("--processor", action="store_true", help="seconds of processor time, for a busy machine")
    add("--extra", nargs="+", metavar="NAME", help="these instances instead (files in the folder, …-own)")
    add("--instances", type=Path, default=FOLDER, help="of NAME.npz files; missing ones are made there")
    add(
        "--generator",
        type=Path,
        default=GENERATOR,
        help="makes the instances named without -own",
    )
    add("--out", type=Path, help="folder for plans.jsonl, plans.md and pictures")
    add("--list", action="store_true", help="only tell what would run")
    return parser
