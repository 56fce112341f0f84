"""Texts a second from the row to the recorded receipt, and beside it a plain actor per text, in one run.

`python -m bench sms` (`--on postgres sqlite`). A Twilio stand-in answers in 50 ms and calls back twice for
each text. The rate is that between a tenth and nine tenths of the texts, as the database sees them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.sms import plain, rows
from bench.sms.stage import Stage, Started, staged
from domain.messages import FINAL_MESSAGE, MessageStatus

MARKED = FINAL_MESSAGE | {MessageStatus.SENT}


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench sms", description=__doc__)
    parser.add_argument("--on", choices=("postgres", "sqlite"), nargs="*", default=["postgres", "sqlite"])
    parser.add_argument("--texts", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--minutes", type=float, default=5.0, help="give a run up after")
    options = parser.parse_args(words)
    for kind in options.on:
        for what in ("ours", "plain") if kind == "postgres" else ("ours",):
            with tempfile.TemporaryDirectory(prefix="sms-") as name:
                Path(name).chmod(0o755)
                print(json.dumps(measure(kind, what, Path(name), options)), flush=True)
    return 0


def measure(kind: str, what: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    spent = processor_seconds()
    with staged(kind, folder, ["--latency", str(options.latency)], worker_threads="8") as stage:
        asyncio.run(rows.prepare(stage.settings))
        asyncio.run(rows.intend(stage.settings, options.texts))
        started = start(kind, what, stage, options)
        try:
            marks = watch(stage, options, what)
        finally:
            for process in started:
                process.end()
    low, high = (marks_at(marks, options.texts * share) for share in (0.1, 0.9))
    rate = (high[1] - low[1]) / max(high[0] - low[0], 0.001) if high and low else 0.0
    return {
        "bench": "sms",
        "what": what,
        "on": "sqlite, one process" if kind == "sqlite" else "postgresql (fsync off) + redis",
        "texts": options.texts,
        "done": marks[-1][1] if marks else 0,
        "workers": 1 if kind == "sqlite" else options.workers,
        "until": "recorded receipt" if what == "ours" else "marked as sent",
        "gateway_seconds": options.latency,
        "texts_per_second": round(rate, 1),
        "processor_ms_per_text": round((processor_seconds() - spent) * 1000 / options.texts, 2),
    }


def start(kind: str, what: str, stage: Stage, options: argparse.Namespace) -> list[Started]:
    """All processes, the one that hands out the work last."""
    until = time.monotonic() + 240
    if what == "plain":
        asyncio.run(plain.enqueue_all(stage.settings))
        return [stage.start(module="bench.sms.plain") for _ in range(options.workers)]
    if kind == "sqlite":
        return [stage.start()]
    started = [stage.start("api"), *(stage.start("worker") for _ in range(options.workers))]
    for process in started:
        process.wait_until_ready(until)
    return [*started, stage.start("scheduler")]


def watch(stage: Stage, options: argparse.Namespace, what: str) -> list[tuple[float, int]]:
    """Time and number of texts that are done, until all are."""
    end = time.monotonic() + options.minutes * 60
    marks: list[tuple[float, int]] = []
    wanted = MARKED if what == "plain" else FINAL_MESSAGE
    while time.monotonic() < end:
        counts = asyncio.run(rows.count(stage.settings))
        marks.append((time.monotonic(), sum(n for status, n in counts.items() if status in wanted)))
        if marks[-1][1] >= options.texts:
            break
        time.sleep(0.5)
    return marks


def marks_at(marks: list[tuple[float, int]], number: float) -> tuple[float, int] | None:
    return next((mark for mark in marks if mark[1] >= number), None)


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
