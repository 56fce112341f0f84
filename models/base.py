"""What all tables share: ids, the area that limits who may read a row, the version column."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache, partial
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.orm import declared_attr
from sqlalchemy.orm.attributes import set_attribute
from sqlmodel import Field, SQLModel

from models.ids import new_id
from models.seal import Sealed

# Constraint names are needed by migrations that change them later.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


@cache
def _sealed_names(table: type) -> frozenset[str]:
    """Asked for every value of every new row, hence kept."""
    return frozenset(
        name for cls in table.__mro__ for name, value in vars(cls).items() if isinstance(value, Sealed)
    )


@cache
def _column_names(table: type) -> frozenset[str]:
    """Of a table's class, asked for every value that is set."""
    mapper = getattr(table, "__mapper__", None)
    return frozenset(mapper.column_attrs.keys()) if mapper is not None else frozenset()


@cache
def _defaults(table: type[SQLModel]) -> tuple[tuple[str, Callable[[], Any]], ...]:
    """Every field that may be left out, with what makes its value."""
    return tuple(
        (name, _maker(field.default_factory, field.default))
        for name, field in table.model_fields.items()
        if not field.is_required()
    )


def _maker(factory: Callable[..., Any] | None, default: Any) -> Callable[[], Any]:
    """Pydantic's own `get_default` looks at the factory's signature each time, which is dear."""
    return factory or (
        partial(deepcopy, default) if isinstance(default, (list, dict, set)) else partial(_same, default)
    )


def _same(value: Any) -> Any:
    return value


class Row(SQLModel):
    """A table row with a time-ordered id. Subclasses say `table=True`.

    Sealed attributes may be given to the constructor like columns.
    """

    model_config: ClassVar[Any] = {"ignored_types": (Sealed,), "arbitrary_types_allowed": True}

    id: UUID = Field(default_factory=new_id, primary_key=True)

    def __init__(self, **values: Any) -> None:
        """A new row's values are taken as they are; the mapper looks at them when it inserts the row.

        SQLModel would set each through the mapper's and pydantic's watchers, which a row that is in no
        session yet does not need.
        """
        table = type(self)
        columns = _column_names(table)
        if not columns:
            super().__init__(**values)
            return
        sealed = _sealed_names(table)
        own = self.__dict__
        own.update({name: value for name, value in values.items() if name in columns})
        for name, make in _defaults(table):
            if name not in own:
                own[name] = make()
        for name, value in (("fields_set", set(values) - sealed), ("extra", None), ("private", None)):
            object.__setattr__(self, f"__pydantic_{name}__", value)
        for name in sealed & values.keys():
            setattr(self, name, values[name])

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _column_names(type(self)):
            # SQLModel sets it a second time for Pydantic, which does not validate rows: half of the time.
            set_attribute(self, name, value)
        elif name in _sealed_names(type(self)):
            getattr(type(self), name).__set__(self, value)
        else:
            super().__setattr__(name, value)


class InArea(SQLModel):
    """Columns by which `models.scope` limits every read to the reader's area.

    `division_code`: 12-digit code of the community (or a higher division, zero-filled).
    `managing_agency`: other body that manages the row, '' for the division's own.
    """

    division_code: str = Field(max_length=12, index=True)
    managing_agency: str = Field(default="", max_length=24)


class Versioned(SQLModel):
    """Rows that two people could overwrite: each UPDATE names the version it has read.

    Zero rows updated raises `sqlalchemy.orm.exc.StaleDataError`: somebody else was first.
    """

    version: int = Field(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  # SQLAlchemy passes the class
        return {"version_id_col": cls.version}
