"""Key rotation: a new key at the end of the key file, then every sealed value sealed again with it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from sqlmodel import col, select

from models.base import Row
from models.seal import Sealed
from services.steps import Step, Steps

BATCH = 500


def sealed_tables() -> dict[type[Row], list[Sealed]]:
    """Every table with sealed columns."""
    found: dict[type[Row], list[Sealed]] = {}
    for table in _tables(Row):
        columns = [value for value in vars(table).values() if isinstance(value, Sealed)]
        if columns:
            found[table] = columns
    return found


def _tables(row: type[Row]) -> list[type[Row]]:
    children = row.__subclasses__()
    return [c for c in children if hasattr(c, "__table__")] + [t for c in children for t in _tables(c)]


async def seal_again(steps: Steps) -> int:
    """Seal all values with the newest key, in batches; both keys open meanwhile. Returns how many."""
    count = 0
    for table, columns in sealed_tables().items():
        last: UUID | None = None
        while True:
            done, last = await steps.run("system", partial(_batch, table=table, columns=columns, after=last))
            count += done
            if last is None:
                break
    return count


async def _batch(
    step: Step, table: type[Row], columns: list[Sealed], after: UUID | None
) -> tuple[int, UUID | None]:
    """(values sealed, last id when there may be more)."""
    query = select(table).order_by(col(table.id)).limit(BATCH)
    if after is not None:
        query = query.where(col(table.id) > after)
    rows = list(await step.session.scalars(query))
    done = sum(column.seal_again(row) for row in rows for column in columns)
    return done, rows[-1].id if len(rows) == BATCH else None
