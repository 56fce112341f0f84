"""Quality over time: served weight by seconds, one line a solver, the bound above. matplotlib's SVG."""

from __future__ import annotations

from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import Any

COLOURS = {
    "tanfang": "#b3261e",
    "vroom": "#1f5fa8",
    "vroom-5": "#6a9bd0",
    "pyvrp": "#3d7a35",
    "ortools": "#8a6d00",
}
OTHER = "#555555"


def draw(results: list[dict[str, Any]], path: Path) -> bool:
    """Draw the results of one instance; False if there is nothing to draw or nothing to draw with.

    A solver's line goes through its progress, or, without any, through the ends of its runs.
    """
    lines = lines_of(results)
    if not lines:
        return False
    try:
        library: Any = import_module("matplotlib")
    except ImportError:
        return False
    library.use("Agg")
    library.rcParams["svg.hashsalt"] = "tanfang"  # the same figures make the same file
    figure, axes = import_module("matplotlib.pyplot").subplots(figsize=(7.5, 4.5))
    for solver, points in lines.items():
        colour = COLOURS.get(solver, OTHER)
        axes.plot(
            *zip(*points, strict=True), marker="o", markersize=3, linewidth=1.6, color=colour, label=solver
        )
    bounds = {figures["bound"] for figures in results if "bound" in figures}
    for bound in bounds:
        axes.axhline(bound, color="#222222", linewidth=1, linestyle="--", label="proven bound")
    axes.set_xscale("log")
    axes.set_xlabel("seconds")
    axes.set_ylabel("weight served")
    axes.set_title(results[0]["instance"])
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    import_module("matplotlib.pyplot").close(figure)
    return True


def lines_of(results: list[dict[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    """(seconds, weight) of each solver in order of time, the most that any of its runs had served by then.

    Plans with faults are no points.
    """
    lines: dict[str, list[tuple[float, float]]] = {}
    for figures in results:
        if "weight" in figures and not figures["faults"]:
            curve = [(max(float(second), 0.01), float(weight)) for second, weight in figures["curve"]]
            lines.setdefault(figures["solver"], []).extend(curve)
    return {solver: _most_so_far(sorted(points)) for solver, points in lines.items()}


def _most_so_far(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    most = accumulate((weight for _, weight in points), max)
    return [(second, weight) for (second, _), weight in zip(points, most, strict=True)]
