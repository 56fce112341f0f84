"""Which tables have an area."""

from __future__ import annotations

import models  # noqa: F401  # registers every table
from models.base import InArea


def tables_with_areas() -> list[type[InArea]]:
    """By name, so that every worker of a test run sees the same order."""
    found, waiting = [], [InArea]
    while waiting:
        for table in waiting.pop().__subclasses__():
            waiting.append(table)
            if hasattr(table, "__table__"):
                found.append(table)
    return sorted(found, key=lambda table: str(table.__tablename__))
