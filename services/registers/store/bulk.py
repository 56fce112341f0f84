"""Many new rows in one statement: building a model object for each takes longer than all the rest."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import insert

from models.base import Row
from models.ids import new_id
from models.seal import Sealed
from services.steps import Step

Values = dict[str, Any]


class _Target:
    """All that a sealed attribute asks of a row: table, id, and its columns, empty so far."""

    def __init__(self, table: str, row_id: object) -> None:
        self.__tablename__, self.id = table, row_id

    def __getattr__(self, name: str) -> None:
        return None


def new_row(model: type[Row], values: Values) -> Values:
    """The columns of a new row, defaults filled in; sealed attributes may be given like columns."""
    plain, factories = _defaults(model)
    columns = {**plain, **{name: factory() for name, factory in factories.items()}}
    columns["id"] = values.get("id") or new_id()
    target: Any = None
    for name, value in values.items():
        sealed = getattr(model, name)
        if not isinstance(sealed, Sealed):
            columns[name] = value
            continue
        target = target or _Target(str(model.__tablename__), columns["id"])
        sealed.__set__(target, value)
        columns[f"{name}_sealed"] = getattr(target, f"{name}_sealed")
        if sealed.purpose:
            columns[f"{name}_index"] = getattr(target, f"{name}_index")
    return columns


@cache
def _defaults(model: type[Row]) -> tuple[Values, dict[str, Any]]:
    """Default values, and the makers of those that must not be shared between rows."""
    plain: Values = {}
    factories: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if name == "id" or field.is_required():
            continue
        if field.default_factory is not None:
            factories[name] = field.default_factory
        else:
            plain[name] = field.default
    return plain, factories


async def insert_rows(step: Step, model: type[Row], rows: list[Values]) -> None:
    """Write rows made by `new_row`; all have the same columns."""
    if rows:
        # The table, not the model: the ORM would make one statement for each pattern of empty columns.
        table: Any = model.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
        await step.session.execute(insert(table), rows)
