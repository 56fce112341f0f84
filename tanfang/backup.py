"""Copies of the database that are whole even while it is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from config.settings import Settings, SettingsError


def back_up(settings: Settings, target: Path) -> None:
    """Write a consistent copy of the SQLite database to a file that does not exist yet.

    Raises:
        SettingsError: another database (use its own tools), no database, or the target exists.
    """
    if not settings.is_sqlite:
        raise SettingsError("TANFANG_DATABASE_URL: back up PostgreSQL with pg_dump")
    source = make_url(settings.database_url).database or ""
    if not Path(source).is_file():
        raise SettingsError(f"TANFANG_DATABASE_URL: there is no database {source}")
    if target.exists():
        raise SettingsError(f"{target} exists already: choose another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
