"""SQLite without a thread per connection: in a simulation one thing happens at a time anyway.

aiosqlite hands each call to a thread through a queue and wakes the loop with the result. Here SQLAlchemy's
asynchronous dialect gets the standard library's connections, which answer at once: no thread, no queue, no
futures, and half the time of a statement.
"""

from __future__ import annotations

import sqlite3
from typing import Any


class _InlineDriver:
    """The standard library's module, with the one name that the dialect asks aiosqlite for."""

    has_stop = False

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlite3, name)


INLINE = _InlineDriver()  # `driver` of `models.database.Database`
