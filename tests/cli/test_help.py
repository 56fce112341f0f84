"""Every command explains itself with an example."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tanfang.cli import app


def commands(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        path = (*before, name)
        yield from commands(command, path) if hasattr(command, "commands") else [path]


ALL = list(commands(typer.main.get_command(app)))
NAMES = {
    *("demo", "serve", "api", "worker", "scheduler", "import", "due", "plan", "simulate", "sample", "doctor"),
    *("audit verify", "user add", "migrate", "backup", "keys rotate", "divisions build"),
}


def test_the_commands_others_rely_on_are_there() -> None:
    assert {" ".join(path) for path in ALL} >= NAMES


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_has_an_example_that_names_the_command(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert shown.exit_code == 0
    text = re.sub(r"\s+", " ", shown.output)
    assert f"tanfang {' '.join(path)}" in text.partition("Example:")[2]


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["simulate", "--days", "0"], ["import"], ["plan"], ["demo", "--speed", "fast"]],
    ids=" ".join,
)
def test_wrong_usage_ends_with_two(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_help_needs_none_of_what_the_commands_work_with() -> None:
    """A person who asks for help, or mistypes, is answered at once."""
    script = "import sys, tanfang.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    heavy = {"aiohttp", "dramatiq", "models", "numba", "numpy", "planner", "scipy", "services", "sqlalchemy"}
    assert heavy & set(done.stdout.split()) == set()
