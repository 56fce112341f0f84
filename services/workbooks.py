"""Excel files for people: a heading row, columns as wide as needed, nothing that a spreadsheet would run."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook

from services.registers.files.raw import Cell
from services.registers.report import safe_cell

WIDEST = 44


@dataclass
class Sheet:
    """One sheet: lines above the table, its headings, its rows."""

    title: str
    headings: Sequence[str] = ()
    rows: list[Sequence[Cell]] = field(default_factory=list)
    above: list[Sequence[Cell]] = field(default_factory=list)


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The file's content."""
    book = Workbook(write_only=True)
    for given in sheets:
        sheet: Any = book.create_sheet("".join(c for c in given.title if c not in r"[]:*?/\\")[:31])
        widths = [len(str(heading)) * 2 + 2 for heading in given.headings]
        for row in given.rows[:200]:
            widths = [max(w, min(WIDEST, _length(cell))) for w, cell in zip(widths, row, strict=False)]
        for index, width in enumerate(widths):
            sheet.column_dimensions[_letter(index)].width = max(8, width)
        for line in given.above:
            sheet.append([safe_cell(sheet, _shown(value)) for value in line])
        if given.headings:
            sheet.append([safe_cell(sheet, heading, is_head=True) for heading in given.headings])
        for row in given.rows:
            sheet.append([safe_cell(sheet, _shown(value)) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _shown(value: Cell) -> Cell:
    """Days as text: every office sees them alike."""
    return value.isoformat() if isinstance(value, date) else value


def _length(cell: Cell) -> int:
    return sum(2 if ord(c) > 255 else 1 for c in str(cell or "")) + 2


def _letter(index: int) -> str:
    return chr(65 + index) if index < 26 else "A" + chr(65 + index - 26)
