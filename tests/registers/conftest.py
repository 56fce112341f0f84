"""A database with the city's divisions, the steps to import with, and registers written for one test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook
from sqlmodel import SQLModel, select

from config.clock import ManualClock
from domain.policy import Policy
from models.database import Database
from models.division_data import load_division_rows
from models.division_index import DivisionIndex
from models.migrate import migrate_async
from models.seal import KeyRing, use_keys
from services.divisions import load_divisions
from services.registers import ImportResult, Kind, import_file
from services.registers.files.raw import RawRow
from services.registers.headers import find_header
from services.registers.rows.drafts import Context, Draft, columns_by_key
from services.registers.rows.reading import read_draft
from services.steps import Steps
from tests.registers.samples import Findings, read_findings

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")

Rows = Sequence[Sequence[object]]
Write = Callable[..., Path]


def make_steps(url: str) -> Steps:
    return Steps(Database(url, durable=False), ManualClock(NOW), ZONE)


@pytest.fixture(scope="session")
def divisions_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the divisions, copied for each test."""
    path = tmp_path_factory.mktemp("registers") / "divisions.sqlite"
    url = f"sqlite+aiosqlite:///{path}"

    async def prepare() -> None:
        await migrate_async(url)
        steps = make_steps(url)
        async with steps.open() as step:
            await load_divisions(step)
        await steps.db.close()

    asyncio.run(prepare())
    return path


@pytest.fixture(autouse=True)
def _keys() -> Iterator[None]:
    use_keys(KeyRing(b"x" * 32))
    return


@pytest.fixture
async def steps(divisions_file: Path, tmp_path: Path) -> AsyncIterator[Steps]:
    path = tmp_path / "tanfang.sqlite"
    shutil.copy(divisions_file, path)
    found = make_steps(f"sqlite+aiosqlite:///{path}")
    yield found
    await found.db.close()


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Write:
    """Write rows into `register.xlsx` (or sheets, by name), with ranges merged."""

    def write(
        rows: Rows | dict[str, Rows], *, merged: Sequence[str] = (), name: str = "register.xlsx"
    ) -> Path:
        book = Workbook()
        book.remove(book.worksheets[0])
        for title, sheet_rows in (rows if isinstance(rows, dict) else {"花名册": rows}).items():
            sheet = book.create_sheet(title)
            for row in sheet_rows:
                sheet.append(list(row))
            for area in merged:
                sheet.merge_cells(area)
        path = tmp_path / name
        book.save(path)
        return path

    return write


@pytest.fixture
def run(steps: Steps, tmp_path: Path) -> Callable[..., Any]:
    """Import a file; returns the result and the findings of the report, read back from Excel."""

    async def import_it(path: Path, **options: Any) -> tuple[ImportResult, Findings]:
        report = tmp_path / "report.xlsx"
        result = await import_file(steps, path, report_path=report, **options)
        return result, read_findings(report)

    return import_it


@pytest.fixture(scope="session")
def context() -> Context:
    return Context(DivisionIndex(load_division_rows()), NOW.astimezone(ZONE).date(), Policy())


@pytest.fixture
def read(context: Context) -> Callable[..., Draft]:
    """Understand one person's cells, without a database."""

    def understand(person: dict[str, Any], kind: Kind = Kind.RETIREES, **changes: Any) -> Draft:
        cells = person | changes
        rows = [RawRow(1, tuple(cells)), RawRow(2, tuple(cells.values()))]
        header = find_header(rows, kind)
        assert header is not None
        draft = Draft("", rows[1], header)
        return read_draft(draft, columns_by_key(header), context)

    return understand


@pytest.fixture
def rows_of(steps: Steps) -> Callable[..., Any]:
    """All rows of a table, in the order of their making."""

    async def load(model: type[SQLModel]) -> list[Any]:
        async with steps.open() as step:
            found = list(await step.session.scalars(select(model)))
        return sorted(found, key=lambda row: getattr(row, "seq", None) or getattr(row, "id", None))

    return load
