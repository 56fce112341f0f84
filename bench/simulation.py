"""Days of a sample city a minute, with and without a thread per SQLite connection, in one run."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from models.seal import KeyRing, use_keys
from simulation import run as engine
from simulation.inline_sqlite import INLINE

WHAT = engine.Run(days=3, retirees=300, volunteers=60)


def measure() -> Iterator[dict[str, Any]]:
    use_keys(KeyRing(b"measurements need a key of 32 bytes"))
    for label, driver in (("inline", INLINE), ("threads", None)):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            url = f"sqlite+aiosqlite:///{Path(name) / 'bench.sqlite'}"
            figures = asyncio.run(
                engine.simulate(
                    WHAT,
                    url,
                    ZoneInfo("Asia/Shanghai"),
                    Path(name),
                    lambda _share, _word: None,
                    driver=driver,
                )
            )
        yield {
            "sqlite": label,
            "days": WHAT.days,
            "wall_seconds": figures["wall_seconds"],
            "messages": figures["messages"]["intended"],
            "hash": figures["hash"][:12],
        }
