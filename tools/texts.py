"""Are the Chinese catalogues whole? Every text of a template has an entry, every entry a translation."""

# ruff: noqa: T201  # a command line speaks to people

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.extract import extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "config" / "locale" / "zh_CN"
TEMPLATES = ROOT / "api" / "templates"


def faults() -> Iterator[str]:
    """Each missing or broken translation in words."""
    known: dict[str, str] = {}
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as source:
            for entry in read_po(source):
                if not isinstance(entry.id, str) or not entry.id:
                    continue
                text = str(entry.string)
                known[entry.id] = text
                if not text:
                    yield f"{path.name}: no translation for {entry.id!r}"
                elif _names(entry.id) != _names(text):
                    yield f"{path.name}: other placeholders in the translation of {entry.id!r}"
    for path in sorted(TEMPLATES.rglob("*.html")):
        with path.open("rb") as source:
            for line, message, _comments, _context in extract("jinja2.ext:babel_extract", source):
                if isinstance(message, str) and message not in known:
                    yield f"{path.relative_to(ROOT)}:{line}: no entry for {message!r}"


def _names(text: str) -> set[str]:
    """Placeholders `{name}` of a text; a text with other braces has none."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError:
        return set()


def main() -> int:
    found = list(faults())
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
