"""Writes docs/settings.md from the settings class; `--check` only compares."""

# ruff: noqa: T201  # a command line speaks to people

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import SecretStr

from config.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """# Settings

From the environment or a `.env` file. This page is written by `make docs` from `config/settings.py`.

| variable | default | meaning |
|---|---|---|
"""


def page() -> str:
    """The page as it should be."""
    lines = []
    for name, field in sorted(Settings.model_fields.items()):
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        shown = f"`{default}`" if default not in (None, "") else ""
        lines.append(f"| `TANFANG_{name.upper()}` | {shown} | {field.description} |\n")
    return HEAD + "".join(lines)


def main() -> int:
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/settings.md is not what the settings say: run make docs", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
