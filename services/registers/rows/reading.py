"""From raw sheets to drafts: the header found, rows that are nobody's left out, each row understood."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from services.registers.cells.words import plain_word
from services.registers.columns import REQUIRED, Kind
from services.registers.errors import RegisterError
from services.registers.files.raw import RawRow, RawSheet
from services.registers.headers import SEARCHED_ROWS, Column, Header, find_header, plain_heading
from services.registers.rows.drafts import Context, Draft, RowReader, columns_by_key
from services.registers.rows.retirees import read_retiree
from services.registers.rows.volunteers import read_volunteer

MISSING_COLUMNS = "{file}{sheet} has no column {columns}: add it, or correct its heading."

# Rows below or between the table: sums, signatures, instructions.
_REMARKS = (
    "合计", "总计", "小计", "共计", "总人数", "人数合计", "制表", "填表", "审核", "单位负责人", "经办人",
    "负责人", "注:", "注1", "说明", "备注", "打印",
)  # fmt: skip
_MOST_CELLS_OF_REMARK = 4


@dataclass(frozen=True)
class RegisterSheet:
    """A sheet whose header was found; `rows` begins below it."""

    name: str
    header: Header
    height: int
    rows: Iterator[RawRow]


def recognise(sheet: RawSheet, kind: Kind | None, file: str) -> RegisterSheet | None:
    """Find the header; None for a sheet that is no register.

    Raises:
        RegisterError: a header without the columns that every register needs.
    """
    head = list(itertools.islice(sheet.rows, SEARCHED_ROWS + 1))
    header = find_header(head, kind)
    if header is None:
        return None
    keys = header.keys()
    missing = [name for name, any_of in REQUIRED[header.kind] if not keys.intersection(any_of)]
    if missing:
        name = f" ({sheet.name})" if sheet.name else ""
        raise RegisterError(MISSING_COLUMNS, file=file, sheet=name, columns="、".join(missing))
    data = (row for row in itertools.chain(head, sheet.rows) if row.number >= header.first_row)
    return RegisterSheet(sheet.name, header, sheet.height - header.first_row + 1, data)


def read_drafts(sheet: RegisterSheet, context: Context) -> Iterator[Draft]:
    """The persons of a sheet in order."""
    columns = columns_by_key(sheet.header)
    for row in sheet.rows:
        if not is_nobody(row, columns):
            yield read_draft(Draft(sheet.name, row, sheet.header), columns, context)


def read_draft(draft: Draft, columns: dict[str, list[Column]], context: Context) -> Draft:
    """Understand one row."""
    reader = RowReader(draft, columns)
    if draft.kind is Kind.RETIREES:
        read_retiree(reader, context)
    else:
        read_volunteer(reader, context)
    for key in columns:
        if not key or key.startswith("keep_"):
            reader.keep(key)
    return draft


def is_nobody(row: RawRow, columns: dict[str, list[Column]]) -> bool:
    """Empty rows, rows with a number only, a header that is repeated, sums and remarks."""
    numbers = {column.index for column in columns.get("ignore", ())}
    filled = [index for index, cell in enumerate(row.cells) if cell is not None and index not in numbers]
    name = columns["name"][0]
    if row[name.index] is not None and plain_heading(str(row[name.index])) == plain_heading(name.heading):
        return True
    first = next((plain_word(cell) for cell in row.cells if cell is not None), "")
    if len(filled) <= _MOST_CELLS_OF_REMARK and first.startswith(_REMARKS):
        return True
    return not filled
