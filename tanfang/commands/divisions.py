"""`divisions build`: the table of another city."""

from __future__ import annotations

import tempfile
from pathlib import Path

import typer

from tanfang.commands.common import console

divisions_app = typer.Typer(help="Administrative divisions.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    divisions_app.command("build")(build)
    app.add_typer(divisions_app, name="divisions")


def build(
    prefix: str = typer.Option("4301", help="first four digits of the city's code"),
    output: Path = typer.Option(..., "-o", "--output", help="table to write (.csv)"),
    geojson: Path | None = typer.Option(None, help="borders: a file, or its name in the npm package"),
) -> None:
    """Build a city's table from npm packages. Example: tanfang divisions build --prefix 4301 -o FILE.csv"""
    from tanfang.division_sources import DivisionBuildError
    from tanfang.divisions import build_divisions

    try:
        with tempfile.TemporaryDirectory(prefix="tanfang-") as folder:
            figures = build_divisions(prefix, output, geojson, Path(folder))
    except DivisionBuildError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    console.print(str(figures))
