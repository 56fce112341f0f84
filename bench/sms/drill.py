"""Kills workers with SIGKILL at random moments while a gateway has a bad day; nothing may be lost or doubled.

`python -m bench.drill sms --on postgres` (or sqlite). Counted from what the stand-in received. One JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.sms import rows
from bench.sms.stage import Stage, staged
from domain.messages import FINAL_MESSAGE

STACKS = ("sqlite", "postgres")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.drill sms", description=__doc__)
    parser.add_argument("--on", choices=STACKS, nargs="*", default=list(STACKS))
    parser.add_argument("--texts", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--leases", type=float, default=20.0, help="seconds; the product's own are 120")
    parser.add_argument("--minutes", type=float, default=15.0, help="give up after")
    options = parser.parse_args(words)
    failed = False
    for kind in options.on:
        with tempfile.TemporaryDirectory(prefix="drill-") as name:
            figures = drill(kind, Path(name), options)
        print(json.dumps(figures), flush=True)
        failed |= bool(figures["lost"] or figures["twice"] or figures["unsettled"])
    return int(failed)


def drill(kind: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Send, kill, start again, and at the end let what was left open settle."""
    began, rng = time.monotonic(), random.Random(options.seed)
    faults = ["--bad-day", "--seed", str(options.seed), "--latency", "0.02"]
    folder.chmod(0o755)
    with staged(kind, folder, faults, worker_threads="4") as stage:
        stage.environment |= {"BENCH_LEASES": str(options.leases), "BENCH_TICK": "1"}
        asyncio.run(rows.prepare(stage.settings))
        asyncio.run(rows.intend(stage.settings, options.texts))
        kills, still = play(stage, options, rng, began + options.minutes * 60)
        truth = stage.truth()
    taken = truth["total"] - truth["twice"]
    return {
        "drill": "sms",
        "on": "sqlite, one process" if kind == "sqlite" else "postgresql + redis",
        "texts": options.texts,
        "kills": kills,
        "workers": 1 if kind == "sqlite" else options.workers,
        "seed": options.seed,
        "lease_seconds": options.leases,
        "faults": truth["faults"],
        "received": truth["total"],
        "lost": options.texts - taken,
        "twice": truth["twice"],
        "attempts_taken_twice": sum(count > 1 for count in truth["attempts"].values()),
        "unsettled": sum(n for status, n in still.items() if status not in FINAL_MESSAGE),
        "statuses": dict(still),
        "seconds": round(time.monotonic() - began),
        "processor_seconds": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime),
    }


def play(
    stage: Stage, options: argparse.Namespace, rng: random.Random, until: float
) -> tuple[int, Counter[str]]:
    """Kills while there is something to send; then peace until all is settled or the time is up."""
    alone = stage.kind == "sqlite"
    others = [] if alone else [stage.start("api"), stage.start("scheduler")]
    workers = [
        stage.start() if alone else stage.start("worker") for _ in range(1 if alone else options.workers)
    ]
    kills = 0
    still: Counter[str] = Counter(queued=options.texts)
    try:
        while kills < options.kills and time.monotonic() < until:
            chosen = rng.randrange(len(workers))
            workers[chosen].wait_until_ready(until)
            time.sleep(rng.uniform(0.1, 4))
            still = asyncio.run(rows.count(stage.settings))
            if not open_ones(still):
                break
            workers[chosen].kill()
            kills += 1
            workers[chosen] = stage.start() if alone else stage.start("worker")
        while time.monotonic() < until and open_ones(still):
            time.sleep(2)
            still = asyncio.run(rows.count(stage.settings))
        return kills, still
    finally:
        for started in [*workers, *others]:
            started.end()


def open_ones(still: Counter[str]) -> int:
    return sum(count for status, count in still.items() if status not in FINAL_MESSAGE)
