"""Pictures as SVG: quality over time by solver, the bound above it; and how seconds grow with visits."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from planner.geometry import Floats

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
    library = _matplotlib()
    if library is None:
        return False
    figure, axes = library.subplots(figsize=(7.5, 4.5))
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
    _write(library, figure, path)
    return True


def draw_growth(
    points: list[tuple[int, float]], lines: dict[str, Callable[[Floats], Floats]], path: Path
) -> bool:
    """Draw (visits, seconds) and lines of seconds by visits; False if there is nothing to draw with."""
    library = _matplotlib()
    if library is None:
        return False
    figure, axes = library.subplots(figsize=(7.5, 4.5))
    visits = np.geomspace(min(n for n, _ in points), max(n for n, _ in points), 50)
    for style, (name, line) in zip(("-", "--"), lines.items(), strict=True):
        axes.plot(visits, line(visits), linewidth=1.4, linestyle=style, color=OTHER, label=name)
    axes.plot(*zip(*points, strict=True), "o", color=COLOURS["tanfang"], label="measured")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("visits")
    axes.set_ylabel("seconds of processor time")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    _write(library, figure, path)
    return True


def _matplotlib() -> Any:
    """pyplot, or None where the bench extra is not installed."""
    try:
        library: Any = import_module("matplotlib")
    except ImportError:
        return None
    library.use("Agg")
    library.rcParams["svg.hashsalt"] = "tanfang"  # the same figures make the same file
    return import_module("matplotlib.pyplot")


def _write(library: Any, figure: Any, path: Path) -> None:
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    library.close(figure)


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
