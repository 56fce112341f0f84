"""Rows a second of the register import: the check alone, the first import, the same file again."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.clock import SystemClock
from models.database import Database
from models.migrate import migrate_async
from models.seal import KeyRing, use_keys
from services.divisions import load_divisions
from services.registers import import_file
from services.steps import Steps
from simulation.sample import write_sample

ROWS = 5_000


def measure() -> Iterator[dict[str, Any]]:
    use_keys(KeyRing(b"measurements need a key of 32 bytes"))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield from asyncio.run(_measure(Path(name)))


async def _measure(folder: Path) -> list[dict[str, Any]]:
    write_sample(folder, ROWS, 10, 1, date(2026, 11, 24))
    url = f"sqlite+aiosqlite:///{folder / 'bench.sqlite'}"
    await migrate_async(url)
    db = Database(url)
    steps = Steps(db, SystemClock(), ZoneInfo("Asia/Shanghai"))
    await steps.run("system", load_divisions)
    found = []
    for label, dry_run in (("dry run", True), ("first import", False), ("again", False)):
        began = time.perf_counter()
        result = await import_file(steps, folder / "retirees.xlsx", kind="retirees", dry_run=dry_run)
        seconds = time.perf_counter() - began
        found.append(
            {
                "what": label,
                "rows": result.rows,
                "accepted": result.accepted,
                "unchanged": result.unchanged,
                "rows_per_second": round(result.rows / seconds),
            }
        )
    await db.close()
    return found
