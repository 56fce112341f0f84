"""SQLite without a thread per connection: in a simulation one thing happens at a time anyway.

aiosqlite hands each call to a thread through a queue and wakes the loop with the result. Here SQLAlchemy's
asynchronous dialect gets the standard library's connections, which answer at once: no thread, no queue, no
futures, and half the time of a statement.
"""

from __future__ import annotations

import sqlite3
from typing import Any


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """SQLAlchemy awaits this where a thread may still be reading."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class _InlineDriver:
    """The standard library's module, with the names that the dialect asks aiosqlite for."""

    has_stop = False

    def connect(self, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        return sqlite3.connect(*args, factory=_Connection, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlite3, name)


INLINE = _InlineDriver()  # `driver` of `models.database.Database`
