"""Processor time of this process's descendants by what they are: what a text costs, busy machine or not."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from pathlib import Path

PARTS = {
    "tests.standins.serve": "gateway",
    "api": "api",
    "web": "api",
    "worker": "workers",
    "scheduler": "scheduler",
}
TICK = os.sysconf("SC_CLK_TCK")


def by_part() -> Counter[str]:
    """Seconds used so far by each part of a stage, user and system, without this process itself."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(entry)):
            children[int(fields[1])].append(int(entry.name))
            spent[int(entry.name)] = (int(fields[11]) + int(fields[12])) / TICK
    totals: Counter[str] = Counter()
    found = list(children[os.getpid()])
    while found:
        pid = found.pop()
        found += children[pid]
        totals[_part(pid)] += spent[pid]  # type: ignore[assignment]  # seconds; a Counter knows no floats
    return totals


def _stat(entry: Path) -> list[str]:
    """The fields after the name, which may hold blanks."""
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended
        return []


def _part(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return "other"
    if words[0].startswith("postgres") or words[0].endswith("/postgres"):
        return "database"
    if "valkey" in words[0] or "redis" in words[0]:
        return "broker"
    return next(
        (name for word, name in PARTS.items() if word in words),
        "all" if "bench.sms.process" in words else "other",
    )
