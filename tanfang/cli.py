"""The `tanfang` command. Exit codes: 0 done, 1 found problems, 2 wrong usage or settings."""

from __future__ import annotations

import sys

import typer

from config.settings import SettingsError
from tanfang.commands import data, demo, divisions, gateway, people, plan, server, simulate, templates

app = typer.Typer(
    name="tanfang",
    help="Tanfang carries every home visit a city owes its retirees from due to done.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for module in (demo, server, data, people, plan, simulate, divisions, gateway, templates):
    module.register(app)


def main() -> None:
    """Run the command line; what a person got wrong ends with a sentence, not a traceback."""
    try:
        app()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
