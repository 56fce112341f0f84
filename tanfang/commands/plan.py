"""`plan`: the planner on a file, the same engine the product uses."""

from __future__ import annotations

from pathlib import Path

import typer

from config.settings import load_settings
from planner.errors import ProblemError
from planner.files import plan_file
from planner.plan import Plan
from planner.problem import Problem
from tanfang.commands.common import JSON_OPTION, console, print_json
from tanfang.plan_map import draw_plan


def register(app: typer.Typer) -> None:
    app.command()(plan)


def plan(
    instance: Path = typer.Argument(..., help="a problem (.npz)"),
    output: Path = typer.Option(..., "-o", "--output", help="where to write the plan (.json)"),
    seed: int = typer.Option(1),
    budget: float = typer.Option(20.0, min=0.0, help="seconds to search"),
    workers: int = typer.Option(1, min=1, help="threads that search the parts of a large problem"),
    map_page: Path | None = typer.Option(None, "--map", help="also draw the plan as a page (.html)"),
    day: int | None = typer.Option(None, min=0, help="draw this day only"),
    as_json: bool = JSON_OPTION,
) -> None:
    """Plan a problem file. Example: tanfang plan day-3000-s1.npz -o plan.json --budget 20 --map plan.html"""
    try:
        if map_page is not None and not map_page.parent.is_dir():
            raise ProblemError(f"{map_page}: there is no folder {map_page.parent}")
        figures = plan_file(instance, output, seed, budget, workers)
        if map_page is not None:
            page = draw_plan(Problem.load(instance), Plan.load(output), load_settings().language, day)
            map_page.write_text(page, encoding="utf-8")
    except (ProblemError, ValueError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if as_json:
        print_json(figures)
    else:
        for name, value in figures.items():
            console.print(f"{name:20} {value}")
