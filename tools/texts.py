"""Are the Chinese catalogues whole? Every text of pages and code has an entry, each with a translation."""

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
ROOMS = ("api", "notifications", "scheduler", "services", "simulation", "tanfang", "workers")
KEYWORDS = {"_": None, "gettext": None, "translate": None}


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
    for path, line, text in sorted(used_texts()):
        if text not in known:
            yield f"{path}:{line}: no entry for {text!r}"


def used_texts() -> Iterator[tuple[Path, int, str]]:
    """(file, line, text) of every literal that templates and code give to be translated."""
    sources = [("jinja2.ext:babel_extract", path) for path in TEMPLATES.rglob("*.html")]
    sources += [("python", path) for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    for method, path in sources:
        with path.open("rb") as source:
            for line, message, _comments, _context in extract(method, source, keywords=KEYWORDS):
                if isinstance(message, str):
                    yield path.relative_to(ROOT), line, message


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
