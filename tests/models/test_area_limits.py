"""Every table with an area, with rows in it: a reader sees, changes and deletes the own area's only."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.sqltypes import AutoString

from models.base import InArea
from models.columns import ClockTime, EnumText, UtcDateTime
from models.database import Database
from models.scope import SYSTEM, NoReaderError, Reader
from tests.models.areas import tables_with_areas

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HERE, AGENCY, THERE = "430111001001", "430111002001", "430102001001"
YUHUA = Reader("staff:x", "430111")


class Undo(Exception):  # noqa: N818  # not an error: it ends the transaction
    """Takes the rows away again."""


@pytest.fixture
async def db(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Database]:
    """SQLite: it lets a transaction hold rows whose neighbours are missing."""
    path = tmp_path / "areas.sqlite"
    shutil.copyfile(sqlite_template, path)
    made = Database(f"sqlite+aiosqlite:///{path}", durable=False)
    yield made
    await made.close()


def value_for(column: sa.Column[Any]) -> Any:
    """Something that fits, and is unique where text is."""
    kind = column.type
    if isinstance(kind, EnumText):
        return list(kind.enum)[-1]  # of a volunteer's pools the last: the first is shared by all areas
    if isinstance(kind, UtcDateTime):
        return NOW
    if isinstance(kind, ClockTime):
        return NOW.time()
    if isinstance(kind, AutoString):
        return uuid4().hex[: getattr(kind.impl, "length", None) or 12]
    by_type = {UUID: uuid4(), bool: False, int: 1, date: NOW.date(), bytes: b"x"}
    return by_type.get(kind.python_type, {})


def make_row(entity: type[InArea], code: str, agency: str = "") -> dict[str, Any]:
    table: sa.Table = entity.__table__  # type: ignore[attr-defined]  # a mapped class has one
    needed = [c for c in table.columns if not c.nullable]
    return {c.name: value_for(c) for c in needed} | {"division_code": code, "managing_agency": agency}


async def fill(session: AsyncSession, entity: type[InArea], *rows: dict[str, Any]) -> None:
    await session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
    table: sa.Table = entity.__table__  # type: ignore[attr-defined]  # a mapped class has one
    for row in rows:
        await session.execute(sa.insert(table).values(row))


@pytest.mark.parametrize("entity", tables_with_areas(), ids=lambda t: t.__tablename__)
async def test_a_reader_sees_and_touches_the_own_area_only(db: Database, entity: type[InArea]) -> None:
    own, special, foreign = (
        make_row(entity, HERE),
        make_row(entity, AGENCY, "xiangjiang"),
        make_row(entity, THERE),
    )
    key: Any = vars(entity)["id"]  # every row has one
    seen: dict[str, Any] = {}
    with suppress(Undo):
        async with db.write() as session:
            await fill(session, entity, own, special, foreign)
            for reader in (
                YUHUA,
                Reader("staff:xj", "4301", "xiangjiang"),
                Reader("staff:y", "430102"),
                SYSTEM,
            ):
                session.sync_session.info["reader"] = reader
                session.expunge_all()
                whole = {vars(row)["id"] for row in await session.scalars(select(entity))}
                column = set(await session.scalars(select(key)))
                counted = await session.scalar(sa.select(sa.func.count()).select_from(entity))
                alias = aliased(entity)
                joined = set(await session.scalars(select(key).join(alias, sa.true())))
                assert whole == column == joined, reader.name
                assert counted == len(whole)
                seen[reader.name] = whole
                got = {i["id"] for i in (own, special, foreign) if await session.get(entity, i["id"])}
                assert got == whole, "nor by its id"
            session.sync_session.info["reader"] = YUHUA
            for statement in (
                sa.update(entity).where(key == foreign["id"]).values(managing_agency="taken"),
                sa.delete(entity).where(key == foreign["id"]),
            ):
                session.expunge_all()
                assert (await session.execute(statement.returning(key))).all() == []
            session.sync_session.info.pop("reader")
            for forgetful in (select(entity), select(key), sa.delete(entity)):
                with pytest.raises(NoReaderError):
                    await session.execute(forgetful)
            raise Undo
    assert seen == {
        "staff:x": {own["id"], special["id"]},
        "staff:xj": {special["id"]},
        "staff:y": {foreign["id"]},
        "system": {own["id"], special["id"], foreign["id"]},
    }


@pytest.mark.parametrize(
    ("prefix", "agency", "seen"),
    [("", "", True), ("4301", "", True), ("430111", "", True), ("43011", "", True), ("430102", "", False),
     ("4301", "xiangjiang", False), ("430111001001", "", True), ("430111001002", "", False)],
)  # fmt: skip
def test_a_prefix_is_the_beginning_of_a_code(prefix: str, agency: str, seen: bool) -> None:
    assert Reader("x", prefix, agency).may_see(HERE, "") is seen


async def test_signs_of_a_pattern_in_a_prefix_open_nothing(db: Database) -> None:
    entity = tables_with_areas()[0]
    found: list[Any] = []
    with suppress(Undo):
        async with db.write() as session:
            await fill(session, entity, make_row(entity, HERE))
            for prefix in ("%", "43____", "4301%"):
                session.sync_session.info["reader"] = Reader("x", prefix)
                found += await session.scalars(select(col(entity.division_code)))
            raise Undo
    assert found == []
