"""CSV as Excel, WPS and government systems write it: encodings and delimiters found out."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from services.registers.errors import RegisterError
from services.registers.files import limits
from services.registers.files.raw import RawRow, RawSheet
from services.registers.files.workbooks import TOO_MANY_COLUMNS, TOO_MANY_ROWS

ENCODING = "{file} is neither UTF-8 nor GB18030 text: save it as .xlsx or as CSV UTF-8."
MALFORMED = "{file}, row {row}, is not proper CSV (a quotation mark is not closed?): save it as .xlsx."

DELIMITERS = (",", "\t", ";", "|", "，")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SNIFFED_ROWS = 20


def read_csv(path: Path, data: bytes) -> Iterator[RawSheet]:
    """The one sheet of a CSV. Raises RegisterError.

    Read once to its end before the first row is given out, so that a fault at the end stops everything.
    """
    text = decode(data, path.name)
    if "\0" in text:
        raise RegisterError(ENCODING, file=path.name)
    delimiter = find_delimiter(text)
    height = sum(1 for _ in _rows(path, text, delimiter))
    yield RawSheet("", height, _rows(path, text, delimiter))


def decode(data: bytes, file: str) -> str:
    """UTF-8 with or without byte order mark, UTF-16 with one, GB18030. Raises RegisterError."""
    encodings = [encoding for bom, encoding in _BOMS if data.startswith(bom)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegisterError(ENCODING, file=file)


def find_delimiter(text: str) -> str:
    """The delimiter that cuts the first rows into the most columns."""
    head = text[: 64 * 1024].splitlines()[:_SNIFFED_ROWS]

    def width(delimiter: str) -> float:
        try:
            return median(len(row) for row in csv.reader(head, delimiter=delimiter) if any(row))
        except (csv.Error, ValueError):
            return 0

    return max(DELIMITERS, key=width)


def _rows(path: Path, text: str, delimiter: str) -> Iterator[RawRow]:
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if number > limits.MAX_ROWS:
                raise RegisterError(TOO_MANY_ROWS, file=path.name, most=limits.MAX_ROWS)
            cells = [_plain(cell) for cell in row]
            while cells and cells[-1] is None:
                cells.pop()
            if len(cells) > limits.MAX_COLUMNS:
                raise RegisterError(TOO_MANY_COLUMNS, file=path.name, most=limits.MAX_COLUMNS)
            yield RawRow(number, tuple(cells))
    except csv.Error as error:
        raise RegisterError(MALFORMED, file=path.name, row=number + 1) from error


def _plain(cell: str) -> str | None:
    """Empty cells are None; `="0012"`, by which systems keep Excel from making numbers, is 0012."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 3:
        text = text[2:-1]
    return text or None
