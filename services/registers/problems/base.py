"""Everything that may be wrong with a cell or a row: how bad it is, what it is, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a problem does to its row."""

    ERROR = "error"  # not imported
    WARNING = "warning"  # imported, somebody should look
    NOTE = "note"  # imported, nothing to do


@dataclass(frozen=True)
class Problem:
    """Texts are English source strings with `{placeholders}`; Chinese stands in `registers.po`."""

    code: str
    severity: Severity
    text: str
    remedy: str


PROBLEMS: dict[str, Problem] = {}


def _add(severity: Severity, code: str, text: str, remedy: str) -> Problem:
    return PROBLEMS.setdefault(code, Problem(code, severity, text, remedy))


def error(code: str, text: str, remedy: str) -> Problem:
    """A problem that keeps the row out."""
    return _add(Severity.ERROR, code, text, remedy)


def warning(code: str, text: str, remedy: str) -> Problem:
    """A problem that somebody should look at."""
    return _add(Severity.WARNING, code, text, remedy)


def note(code: str, text: str, remedy: str = "") -> Problem:
    """Something that was put right, or that is good to know."""
    return _add(Severity.NOTE, code, text, remedy)
