"""The figures as a table to read, in the terminal or as Markdown."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

COLUMNS = ("instance", "solver", "seconds", "processor s", "weight", "% of weight", "% of bound", "wanted %",
           "km a visit", "faults", "peak MB")  # fmt: skip  # one heading
LEFT = 2  # columns of words
WIDTH = 140


def cells(figures: dict[str, Any]) -> list[str]:
    """One line of the table."""
    workers = f" ×{figures['workers']}" if figures["workers"] > 1 else ""
    start = [figures["instance"], figures["solver"] + workers]
    if "no_plan" in figures:
        seconds = f"{figures['seconds']:.1f}" if "seconds" in figures else "–"
        return [*start, seconds, "–", f"no plan: {figures['no_plan']}", *["–"] * 6]
    bound = f"{figures['bound_percent']:.2f}" if "bound_percent" in figures else "–"
    return [
        *start,
        f"{figures['seconds']:.1f}",
        f"{figures['cpu_seconds']:.1f}",
        f"{figures['weight']:,}",
        f"{figures['weight_percent']:.2f}",
        bound,
        f"{figures['wanted_percent']:.1f}",
        f"{figures['km_per_visit']:.2f}",
        f"{figures['faults']:,}",
        f"{figures['peak_mb']:,}",
    ]


def show(rows: list[dict[str, Any]]) -> None:
    """Print the table to standard error, which leaves the JSON lines alone."""
    table = Table()
    for number, name in enumerate(COLUMNS):
        table.add_column(name, justify="left" if number < LEFT else "right")
    for figures in rows:
        table.add_row(*cells(figures))
    Console(stderr=True, width=max(WIDTH, Console(stderr=True).width)).print(table)


def markdown(rows: list[dict[str, Any]]) -> str:
    """The same for `docs/benchmarks.md`."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * LEFT + "|--:" * (len(COLUMNS) - LEFT) + "|"]
    lines += ["| " + " | ".join(cells(figures)) + " |" for figures in rows]
    return "\n".join(lines) + "\n"
