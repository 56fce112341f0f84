"""Raw cells and rows, before anybody has said what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

# Text, numbers and days as the file has them; None for an empty cell.
Cell = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a sheet; `number` counts from 1 as the spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]

    def __getitem__(self, column: int) -> Cell:
        return self.cells[column] if column < len(self.cells) else None

    @property
    def is_empty(self) -> bool:
        return all(cell is None for cell in self.cells)


@dataclass(frozen=True)
class RawSheet:
    """A sheet's name ('' in a CSV) and its rows, read once, in order."""

    name: str
    height: int
    rows: Iterator[RawRow]


def column_letter(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_text(cell: Cell) -> str:
    """The cell as text: whole numbers without a decimal point, days as YYYY-MM-DD."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).strip()
