"""Who may read which rows: every SELECT, UPDATE and DELETE of a session is limited to its reader's area.

The limit is added to the statement by the session itself, so there is no query that could forget it,
and a session without a reader reads nothing. Area = division-code prefix and managing agency
(Regulation art. 29; rule: roles and scope).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, event, or_
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from models.base import InArea


class NoReaderError(Exception):
    """A session was used for personal data without saying who reads."""


@dataclass(frozen=True)
class Reader:
    """Whose eyes a session serves.

    `prefix`: digits of a division code without the filling zeros, '' for everything.
    `agency`: '' for every agency of the area, else only rows managed by that agency.
    """

    name: str
    prefix: str = ""
    agency: str = ""

    @property
    def sees_all(self) -> bool:
        return not self.prefix and not self.agency

    def may_see(self, division_code: str, managing_agency: str) -> bool:
        return division_code.startswith(self.prefix) and self.agency in ("", managing_agency)

    def limit(self, entity: type[InArea]) -> ColumnElement[bool]:
        """The WHERE clause for one table."""
        code: Any = entity.division_code
        clauses = [code.startswith(self.prefix, autoescape=True)] if self.prefix else []
        if self.agency:
            clauses.append(entity.managing_agency == self.agency)
        limit = and_(*clauses)
        shared = getattr(entity, "shared_with_all_areas", None)
        return or_(limit, shared()) if shared else limit


SYSTEM: Final = Reader("system")


class AreaSession(Session):
    """The only session class of the project; `info['reader']` says who reads."""


@event.listens_for(AreaSession, "do_orm_execute")
def _limit_to_area(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return  # refreshes rows that this session was allowed to load
    reader: Reader | None = state.session.info.get("reader")
    if reader is None:
        raise NoReaderError("open the session with a reader: database.read(reader) or database.write()")
    if not reader.sees_all:
        state.statement = state.statement.options(
            *(
                with_loader_criteria(entity, reader.limit(entity), include_aliases=True)
                for entity in _entities()
            )
        )


def _entities() -> list[type[InArea]]:
    return [c for c in _subclasses(InArea) if hasattr(c, "__table__")]


def _subclasses(cls: type[InArea]) -> list[type[InArea]]:
    return [c for child in cls.__subclasses__() for c in (child, *_subclasses(child))]
