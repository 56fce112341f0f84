"""What is dear to add later: sealed values, the area limit, the audit chain, versions."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import col, select

from config.clock import ManualClock
from models.audit import AuditEntry, append_audit, broken_links
from models.base import InArea
from models.columns import UtcDateTime
from models.database import Database
from models.plans import Serial
from models.retirees import Retiree, RetireeFlag
from models.scope import SYSTEM, AreaSession, NoReaderError, Reader
from models.seal import KeyRing, SealError, blind_index, use_keys
from models.volunteers import Pool, Volunteer
from services.steps import Step, Steps
from tests.databases import database_at
from tests.factories import OTHER_DISTRICT, add_divisions, add_retiree, add_visit, add_volunteer

KEY = b"tests need a key of thirty-two bytes"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
async def steps(database_url: str) -> AsyncIterator[Steps]:
    use_keys(KeyRing(KEY))
    db = database_at(database_url)
    made = Steps(db, ManualClock(NOW), ZoneInfo("Asia/Shanghai"))
    await made.run("system", add_divisions)
    yield made
    await db.close()


def test_a_sealed_value_opens_only_where_it_belongs() -> None:
    ring = KeyRing(KEY)
    sealed = ring.seal("430102194203150022", "retirees|1|id_number")
    assert ring.open(sealed, "retirees|1|id_number") == "430102194203150022"
    assert b"430102" not in sealed
    assert ring.seal("430102194203150022", "retirees|1|id_number") != sealed, "a nonce is used once"
    for elsewhere in ("retirees|2|id_number", "volunteers|1|id_number", "retirees|1|phone"):
        with pytest.raises(SealError):
            ring.open(sealed, elsewhere)
    with pytest.raises(SealError):
        ring.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "retirees|1|id_number")
    with pytest.raises(SealError):
        KeyRing(b"another key of at least 32 bytes!").open(sealed, "retirees|1|id_number")


def test_of_several_keys_all_open_and_the_last_seals() -> None:
    old, both = KeyRing(KEY), KeyRing(KEY, b"a newer key of at least 32 bytes!!")
    before = old.seal("text", "t|1|c")
    assert both.open(before, "t|1|c") == "text"
    after = both.seal("text", "t|1|c")
    assert both.open(after, "t|1|c") == "text"
    with pytest.raises(SealError):
        old.open(after, "t|1|c")
    assert old.index("phone", "+86139") == both.index("phone", "+86139"), "indexes stay with the first key"
    assert old.index("phone", "+86139") != old.index("id_number", "+86139")


async def test_a_person_is_found_by_a_sealed_number(steps: Steps) -> None:
    await steps.run("system", lambda step: add_retiree(step, phone="+8613900001234"))
    async with steps.look() as step:
        wanted = blind_index("phone", "+8613900001234")
        found = await step.session.scalar(select(Retiree).where(col(Retiree.phone_index) == wanted))
    assert found is not None
    assert found.phone == "+8613900001234"


async def test_personal_data_is_not_in_the_database_file(tmp_path: Path, sqlite_template: Path) -> None:
    use_keys(KeyRing(KEY))
    path = tmp_path / "plain.sqlite"
    shutil.copyfile(sqlite_template, path)
    db = Database(f"sqlite+aiosqlite:///{path}")
    steps = Steps(db, ManualClock(NOW), ZoneInfo("Asia/Shanghai"))
    await steps.run("system", lambda step: add_retiree(step, phone="+8613912340000", address="金丝雀巷7号"))
    await db.close()
    for content in contents(tmp_path, "plain.sqlite*"):
        assert b"13912340000" not in content
        assert "金丝雀巷".encode() not in content


def contents(folder: Path, pattern: str) -> list[bytes]:
    return [file.read_bytes() for file in folder.glob(pattern)]


def tables_with_areas() -> list[type[InArea]]:
    found, waiting = [], [InArea]
    while waiting:
        for table in waiting.pop().__subclasses__():
            waiting.append(table)
            if hasattr(table, "__table__"):
                found.append(table)
    return found


@pytest.mark.parametrize("table", tables_with_areas(), ids=lambda t: t.__tablename__)
async def test_every_table_with_an_area_is_limited(steps: Steps, table: type[InArea]) -> None:
    """The compiled statement of a limited session names the reader's area."""
    async with steps.db.read(Reader("staff:x", "430111")) as session:
        assert list(await session.scalars(select(table))) == []
    async with steps.db.write() as session:
        session.sync_session.info.pop("reader")
        with pytest.raises(NoReaderError):
            await session.scalars(select(table))


async def test_a_reader_sees_the_own_area_only(steps: Steps) -> None:
    async def fill(step: Step) -> None:
        await add_retiree(step, name="本区", flags=("living_alone",))
        await add_retiree(step, name="别区", division_code=OTHER_DISTRICT, flags=("living_alone",))
        await add_retiree(step, name="本区新区", managing_agency="xiangjiang")
        await add_volunteer(step, name="市级", division_code=OTHER_DISTRICT, pool=Pool.CITY)
        await add_volunteer(step, name="别区志", division_code=OTHER_DISTRICT)

    await steps.run("system", fill)
    async with steps.db.read(Reader("staff:yuhua", "430111")) as session:
        assert {r.name for r in await session.scalars(select(Retiree))} == {"本区", "本区新区"}
        assert set(await session.scalars(select(col(Retiree.name)))) == {"本区", "本区新区"}
        joined = select(col(Retiree.name)).join(RetireeFlag, col(RetireeFlag.retiree_id) == col(Retiree.id))
        assert set(await session.scalars(joined)) == {"本区"}
        assert {v.name for v in await session.scalars(select(Volunteer))} == {"市级"}
    async with steps.db.read(Reader("staff:xj", "4301", "xiangjiang")) as session:
        assert {r.name for r in await session.scalars(select(Retiree))} == {"本区新区"}
    async with steps.db.read(Reader("staff:city", "4301")) as session:
        assert len(list(await session.scalars(select(Retiree)))) == 3


async def test_changes_and_deletions_are_limited_too(steps: Steps) -> None:
    await steps.run("system", lambda step: add_retiree(step, name="别区", division_code=OTHER_DISTRICT))
    async with steps.db.write(Reader("staff:yuhua", "430111")) as session:
        changed = await session.execute(update(Retiree).values(name="改了").returning(col(Retiree.id)))
        assert changed.all() == []
        assert (await session.execute(delete(Retiree).returning(col(Retiree.id)))).all() == []
    async with steps.db.read(SYSTEM) as session:
        assert [r.name for r in await session.scalars(select(Retiree))] == ["别区"]


def test_the_session_class_is_the_only_one() -> None:
    assert AreaSession.__mro__[1].__name__ == "Session"


async def test_the_audit_chain_shows_what_was_done_to_it(steps: Steps) -> None:
    async def write(step: Step) -> None:
        for number in range(4):
            await append_audit(step.session, at=step.now, who="staff:a", action=f"look.{number}")

    await steps.run("system", write)
    async with steps.look() as step:
        rows = list(await step.session.scalars(select(AuditEntry).order_by(col(AuditEntry.seq))))
        step.session.expunge_all()
    assert broken_links(rows) == []
    assert [seq for seq, _ in broken_links([rows[0], *rows[2:]])] == [3, 3]
    rows[1].action = "look.x"
    assert broken_links(rows) == [(2, "was changed")]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit", "DELETE FROM timeline"]
)
async def test_audit_and_timeline_are_append_only(steps: Steps, statement: str) -> None:
    async def fill(step: Step) -> None:
        await append_audit(step.session, at=step.now, who="staff:a", action="look")
        await add_visit(step)

    async def change() -> None:
        async with steps.db.write() as session:
            await session.execute(text(statement))

    await steps.run("system", fill)
    with pytest.raises(DBAPIError, match="append-only"):
        await change()


async def test_who_was_second_is_told(steps: Steps) -> None:
    retiree = await steps.run("system", add_retiree)
    async with steps.db.read(SYSTEM) as session:
        stale = await session.get(Retiree, retiree.id)
    async with steps.db.write() as session:
        fresh = await session.get(Retiree, retiree.id)
        assert fresh is not None
        fresh.name = "先改"
    assert stale is not None

    async def overwrite(row: Retiree) -> None:
        async with steps.db.write() as session:
            session.add(row)
            row.name = "后改"

    with pytest.raises(StaleDataError):
        await overwrite(stale)


async def test_two_hundred_writers_lose_nothing(steps: Steps) -> None:
    async def make(step: Step) -> None:
        step.session.add(Serial(name="count", value=0))

    await steps.run("system", make)

    async def add_one() -> None:
        async with steps.db.write() as session:
            row = await session.scalar(select(Serial).where(col(Serial.name) == "count").with_for_update())
            assert row is not None
            row.value += 1

    await asyncio.gather(*(add_one() for _ in range(200)))
    async with steps.db.read(SYSTEM) as session:
        assert await session.scalar(select(col(Serial.value)).where(col(Serial.name) == "count")) == 200


def test_a_time_without_zone_is_refused() -> None:
    kind = UtcDateTime()
    with pytest.raises(ValueError, match="time zone"):
        kind.process_bind_param(datetime(2026, 3, 2), None)  # type: ignore[arg-type]  # noqa: DTZ001  # the fault under test


async def test_instants_come_back_as_they_went(steps: Steps) -> None:
    at = NOW + timedelta(microseconds=123456)
    retiree = await steps.run("system", lambda step: add_retiree(step, opted_out_at=at))
    async with steps.look() as step:
        row = await step.session.get(Retiree, retiree.id)
    assert row is not None
    assert row.opted_out_at == at
    assert row.opted_out_at.utcoffset() == timedelta(0)
