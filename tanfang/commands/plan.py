"""`plan`: the planner on a file, the same engine the product uses."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.errors import ProblemError
from planner.files import plan_file
from tanfang.commands.common import JSON_OPTION, console, print_json


def register(app: typer.Typer) -> None:
    app.command()(plan)


def plan(
    instance: Path = typer.Argument(..., help="a problem (.npz)"),
    output: Path = typer.Option(..., "-o", "--output", help="where to write the plan (.json)"),
    seed: int = typer.Option(1),
    budget: float = typer.Option(20.0, min=0.0, help="seconds to search"),
    workers: int = typer.Option(1, min=1, help="processes"),
    as_json: bool = JSON_OPTION,
) -> None:
    """Plan a problem file. Example: tanfang plan day-3000-s1.npz -o plan.json --budget 20"""
    try:
        figures = plan_file(instance, output, seed, budget, workers)
    except (ProblemError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if as_json:
        print_json(figures)
    else:
        for name, value in figures.items():
            console.print(f"{name:20} {value}")
