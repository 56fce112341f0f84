"""Databases of tests: at one address one `Database`, whose engines keep the statements they have compiled.

Compiling a test's statements for engines of its own would cost more time than running them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from models.database import Database

_known: dict[str, Database] = {}


def database_at(url: str) -> Database:
    """Not durable; `close()` ends its connections, and the next test may go on with it."""
    return _known.setdefault(url, Database(url, durable=False))


def fresh_copy(template: Path, path: Path) -> None:
    """A SQLite file again as the template is, whatever was there; who still has the old one open keeps it."""
    for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        name.unlink(missing_ok=True)
    shutil.copyfile(template, path)
