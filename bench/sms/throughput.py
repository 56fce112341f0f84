"""Texts a second from the row to the recorded receipt, and beside it a plain actor per text, in one run.

`python -m bench sms` (`--on postgres sqlite`). A Twilio stand-in answers in 50 ms and calls back twice for
each text. The rate is that between a tenth and nine tenths of the texts, as the database sees them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from bench.sms import plain, processor, rows
from bench.sms.stage import Stage, Started, staged
from domain.messages import FINAL_MESSAGE
from models.database import Database


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench sms", description=__doc__)
    parser.add_argument("--on", choices=("postgres", "sqlite"), nargs="*", default=["postgres", "sqlite"])
    parser.add_argument("--texts", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument(
        "--report-after", type=float, default=0.2, help="seconds from taking to the first report"
    )
    parser.add_argument("--minutes", type=float, default=5.0, help="give a run up after")
    options = parser.parse_args(words)
    for kind in options.on:
        for what in ("ours", "plain") if kind == "postgres" else ("ours",):
            with tempfile.TemporaryDirectory(prefix="sms-") as name:
                Path(name).chmod(0o755)
                print(json.dumps(measure(kind, what, Path(name), options)), flush=True)
    return 0


def measure(kind: str, what: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    words = ["--latency", str(options.latency), "--report-after", str(options.report_after)]
    with staged(kind, folder, words, worker_threads="8") as stage:
        asyncio.run(rows.prepare(stage.settings))
        asyncio.run(rows.intend(stage.settings, options.texts))
        started = start(kind, what, stage, options)
        try:
            marks = asyncio.run(watch(stage, options))
        finally:
            for process in started:
                process.end()
    low, high = (marks_at(marks, options.texts * share) for share in (0.1, 0.9))
    done = high.done - low.done if high and low else 0
    spent = {part: high.spent[part] - low.spent[part] for part in high.spent} if high and low and done else {}
    total = sum(spent.values())
    return {
        "bench": "sms",
        "what": what,
        "on": "sqlite, one process" if kind == "sqlite" else "postgresql (fsync off) + redis",
        "texts": options.texts,
        "done": marks[-1].done if marks else 0,
        "workers": 1 if kind == "sqlite" else options.workers,
        "until": "recorded receipt",
        "gateway_seconds": options.latency,
        "reports_after_seconds": options.report_after,
        "texts_per_second": round(done / max(high.at - low.at, 0.001), 1) if high and low else 0.0,
        "processor_ms_per_text": round(total * 1000 / max(done, 1), 2),
        "by_part": {part: round(seconds * 1000 / done, 2) for part, seconds in sorted(spent.items())},
        "busy_cores": round(total / max(high.at - low.at, 0.001), 2) if high and low else 0.0,
    }


def start(kind: str, what: str, stage: Stage, options: argparse.Namespace) -> list[Started]:
    """All processes, the one that hands out the work last."""
    until = time.monotonic() + 240
    if what == "plain":
        web = stage.start("web", module="bench.sms.plain")
        web.wait_until_ready(until)
        asyncio.run(plain.enqueue_all(stage.settings))
        return [web, *(stage.start("worker", module="bench.sms.plain") for _ in range(options.workers))]
    if kind == "sqlite":
        return [stage.start()]
    started = [stage.start("api"), *(stage.start("worker") for _ in range(options.workers))]
    for process in started:
        process.wait_until_ready(until)
    return [*started, stage.start("scheduler")]


class Mark(NamedTuple):
    """How many texts were done at a time, and what that had cost in seconds of each part."""

    at: float
    done: int
    spent: Counter[str]


async def watch(stage: Stage, options: argparse.Namespace) -> list[Mark]:
    """Until all texts are done."""
    end = time.monotonic() + options.minutes * 60
    marks: list[Mark] = []
    db = Database(stage.settings.database_url)
    try:
        while time.monotonic() < end:
            counts = await rows.count_in(db)
            done = sum(n for status, n in counts.items() if status in FINAL_MESSAGE)
            marks.append(Mark(time.monotonic(), done, processor.by_part()))
            if done >= options.texts:
                break
            await asyncio.sleep(0.5)
    finally:
        await db.close()
    return marks


def marks_at(marks: list[Mark], number: float) -> Mark | None:
    return next((mark for mark in marks if mark.done >= number), None)
