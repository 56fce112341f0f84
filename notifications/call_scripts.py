"""What is said on the telephone where no text reaches (`call_scripts.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("call_scripts.toml")
OTHER = "other"


def script(about: str, values: Mapping[str, str]) -> list[str]:
    """The lines for a call, filled; `about`: the text it stands for, any other has general words.

    Raises:
        KeyError: a value that the lines need is missing.
    """
    rows = load_scripts()
    return [line.format_map(dict(values)) for line in rows.get(about, rows[OTHER])]


@cache
def load_scripts() -> Mapping[str, list[str]]:
    """All lines by key."""
    with FILE.open("rb") as source:
        return {about: list(row["lines"]) for about, row in tomllib.load(source).items()}
