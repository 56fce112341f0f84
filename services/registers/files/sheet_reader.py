"""Child process: reads a workbook under limits and writes its rows as JSON lines.

A workbook may unpack to anything (a cell in the last row and column of a sheet is enough), so it is
read where running out of memory or time ends this process only. Runs as a script, without the project.

Lines: {"sheet": name, "height": n}, then lists of cells; a day is {"d": "YYYY-MM-DD"}.
Arguments: file, then the limits: bytes of memory, seconds of processor time, bytes of output, columns, rows.
"""

from __future__ import annotations

import datetime
import resource
import sys
from typing import Any

import orjson
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

EXIT_UNREADABLE, EXIT_PASSWORD, EXIT_COLUMNS, EXIT_ROWS = 3, 4, 5, 6
WIDEST = 100  # a title may be merged across the whole sheet: that is nobody's value
Range = tuple[tuple[int, int], tuple[int, int]]


def plain(value: Any) -> Any:
    """A cell for JSON; midnight is a day, other times of day are dropped from dates."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, datetime.datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, datetime.date):
        return {"d": value.isoformat()}
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    return value


class Merges:
    """Every cell of a merged range gets the range's value: a couple's address, a title over a group."""

    def __init__(self, areas: list[Range]) -> None:
        self.waiting = sorted((area for area in areas if area[1][1] < WIDEST), reverse=True)
        self.going: list[tuple[Range, Any]] = []

    def fill(self, number: int, cells: list[Any]) -> None:
        """Fill one row; rows must come in order, from 0."""
        self.going = [(area, value) for area, value in self.going if area[1][0] >= number]
        while self.waiting and self.waiting[-1][0][0] <= number:
            area = self.waiting.pop()
            left = area[0][1]
            self.going.append((area, cells[left] if left < len(cells) else None))
        for ((_, left), (_, right)), value in self.going:
            if value is not None:
                cells.extend([None] * (right + 1 - len(cells)))
                cells[left : right + 1] = [value] * (right + 1 - left)


def write_sheets(path: str, most_columns: int, most_rows: int) -> int:
    """Write all visible sheets to standard output; returns the exit code."""
    book = CalamineWorkbook.from_path(path)
    out = sys.stdout.buffer
    for meta in book.sheets_metadata:
        if meta.visible is not SheetVisibleEnum.Visible or meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        height = sheet.end[0] + 1 if sheet.end else 0
        out.write(orjson.dumps({"sheet": meta.name, "height": height}) + b"\n")
        # The library leaves out the columns left of the first cell (not the rows above): put them back.
        left = sheet.start[1] if sheet.start else 0
        if height > most_rows:
            return EXIT_ROWS
        merges = Merges(sheet.merged_cell_ranges or [])
        for number, row in enumerate(sheet.iter_rows()):
            cells = [None] * left + [plain(value) for value in row]
            merges.fill(number, cells)
            while cells and cells[-1] is None:
                cells.pop()
            if len(cells) > most_columns:
                return EXIT_COLUMNS
            out.write(orjson.dumps(cells) + b"\n")
    out.flush()
    return 0


def main() -> int:
    """Set the limits, read, say by exit code what went wrong."""
    path, (memory, seconds, size, columns, rows) = sys.argv[1], map(int, sys.argv[2:7])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold personal data
    try:
        return write_sheets(path, columns, rows)
    except PasswordError:
        return EXIT_PASSWORD
    except CalamineError:
        return EXIT_UNREADABLE


if __name__ == "__main__":
    sys.exit(main())
