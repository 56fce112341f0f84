"""Excel workbooks: what may be opened at all, and rows from the reading child."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import orjson

from services.registers.errors import RegisterError
from services.registers.files import limits
from services.registers.files.raw import Cell, RawRow, RawSheet
from services.registers.files.sheet_reader import (
    EXIT_COLUMNS,
    EXIT_PASSWORD,
    EXIT_ROWS,
    EXIT_UNREADABLE,
)

READER = Path(__file__).with_name("sheet_reader.py")

DAMAGED = "{file} is damaged and cannot be read: open it in Excel or WPS and save it again as .xlsx."
ENCRYPTED = "{file} is protected by a password: remove it (File, Info, Protect Workbook) and save it again."
OTHER_BOOK = "{file} is not an .xlsx workbook: open it in Excel or WPS and save it as .xlsx."
MACROS = "{file} contains macros (.xlsm): save it as .xlsx without macros."
TOO_LARGE = (
    "{file} is too large unpacked: split it, or delete pictures, spare sheets, and empty rows and columns."
)
TOO_MANY_COLUMNS = "{file} has cells beyond column {most}: delete the columns to the right of the register."
TOO_MANY_ROWS = "{file} has more than {most} rows: split it into several files."


def check_workbook(path: Path) -> None:
    """Refuse macros, other formats and workbooks that unpack to too much. Raises RegisterError."""
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
            kinds = _content_types(archive)
    except (BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError) as error:
        raise RegisterError(DAMAGED, file=path.name) from error
    names = {entry.filename.lower() for entry in entries}
    if "macroenabled" in kinds or any(name.endswith("vbaproject.bin") for name in names):
        raise RegisterError(MACROS, file=path.name)
    if "spreadsheetml.sheet.main+xml" not in kinds:
        raise RegisterError(OTHER_BOOK, file=path.name)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.MAX_ARCHIVE_ENTRIES or unpacked > limits.MAX_UNPACKED_BYTES:
        raise RegisterError(TOO_LARGE, file=path.name)


def _content_types(archive: ZipFile) -> str:
    """The part list of an Office file, '' when this archive is something else."""
    name = "[Content_Types].xml"
    if name not in archive.namelist():
        return ""
    with archive.open(name) as part:
        return part.read(limits.MIB).decode("utf-8", "replace").lower()


def read_workbook(path: Path) -> Iterator[RawSheet]:
    """The visible sheets in order; each must be read to its end before the next. Raises RegisterError.

    The child has read everything before the first row is given out: a workbook that turns out to be
    damaged or too large at its end must not be imported by half. The spool file has no name.
    """
    check_workbook(path)
    numbers = (
        limits.CHILD_MEMORY_BYTES,
        limits.CHILD_CPU_SECONDS,
        limits.MAX_SPOOL_BYTES,
        limits.MAX_COLUMNS,
        limits.MAX_ROWS,
    )
    # -P: this folder's modules must not hide installed ones
    command = [sys.executable, "-P", str(READER), str(path), *map(str, numbers)]
    with TemporaryFile() as spool:
        child = subprocess.run(command, stdout=spool, stderr=subprocess.DEVNULL, check=False)  # noqa: S603  # our own script, no shell
        if child.returncode:
            raise _refusal(child.returncode, path)
        spool.seek(0)
        yield from _sheets(spool)


def _refusal(code: int, path: Path) -> RegisterError:
    if code == EXIT_PASSWORD:
        return RegisterError(ENCRYPTED, file=path.name)
    if code == EXIT_UNREADABLE:
        return RegisterError(DAMAGED, file=path.name)
    if code == EXIT_COLUMNS:
        return RegisterError(TOO_MANY_COLUMNS, file=path.name, most=limits.MAX_COLUMNS)
    if code == EXIT_ROWS:
        return RegisterError(TOO_MANY_ROWS, file=path.name, most=limits.MAX_ROWS)
    return RegisterError(TOO_LARGE, file=path.name)  # ended by a limit


def _sheets(lines: IO[bytes]) -> Iterator[RawSheet]:
    line = lines.readline()
    while line:
        head = orjson.loads(line)
        rest: list[bytes] = []
        yield RawSheet(head["sheet"], head["height"], _rows(lines, rest))
        line = rest[0] if rest else b""


def _rows(lines: IO[bytes], rest: list[bytes]) -> Iterator[RawRow]:
    """Rows up to the next sheet's head, which is left in `rest`."""
    for number, line in enumerate(lines, start=1):
        if line.startswith(b"{"):
            rest.append(line)
            return
        yield RawRow(number, tuple(map(_cell, orjson.loads(line))))


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["d"])
    return value  # type: ignore[no-any-return]  # the child writes scalars only
