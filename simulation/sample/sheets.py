"""Registers as Excel files: a title merged above the header, frozen header, widths, numbers as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

HEADER_ROW = 2
FIRST_ROW = 3
NOTES = (
    "1. 本表为演示用虚拟样本，人员、证件号码、电话、地址均为虚构，与任何真实个人无关。",
    "2. 证件号码以430199开头（从未启用的行政区划），手机号码为17400至17405号段，固定电话以0731-00开头。",
    "3. 证件号码、电话号码请按文本格式填写；一人一行，请勿合并单元格。",
)


def write_register(
    path: Path, sheet: str, title: str, columns: Mapping[str, int], rows: Iterable[Mapping[str, object]]
) -> int:
    """Write the register and a sheet with notes; rows are streamed. Returns the number of rows."""
    book = Workbook(write_only=True)
    page = _page(book, sheet, columns)
    page.append([_styled(page, title, size=16)])
    page.row_dimensions[HEADER_ROW].height = 30
    page.append([_styled(page, name, is_header=True) for name in columns])
    count = 0
    for row in rows:
        count += 1
        page.append([row.get(name) for name in columns])
    page.merged_cells.add(f"A1:{get_column_letter(len(columns))}1")
    notes = book.create_sheet("填表说明")
    notes.column_dimensions["A"].width = 110
    for note in NOTES:
        notes.append([note])
    save(book, path)
    return count


def write_plain(path: Path, sheet: str, rows: Iterable[Sequence[object]], merged: Sequence[str] = ()) -> None:
    """Write rows as they are, with these ranges merged."""
    book = Workbook()
    page = book.active
    assert page is not None  # noqa: S101  # a new workbook has a page
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for area in merged:
        page.merge_cells(area)
    save(book, path)


def save(book: Workbook, path: Path) -> None:
    """Save beside the target and move it there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book.properties.creator = book.properties.lastModifiedBy = "Tanfang sample"
    draft = path.with_name(path.name + ".part")
    book.save(draft)
    draft.replace(path)


def _page(book: Workbook, sheet: str, columns: Mapping[str, int]) -> Any:
    page: Any = book.create_sheet(sheet)
    for place, (name, width) in enumerate(columns.items(), 1):
        dimension = page.column_dimensions[get_column_letter(place)]
        dimension.width = width
        if any(word in name for word in ("号", "电话", "手机")):
            dimension.number_format = "@"
    page.freeze_panes = f"C{FIRST_ROW}"
    page.row_dimensions[1].height = 36
    return page


def _styled(page: Any, text: str, size: int = 11, is_header: bool = False) -> Any:
    cell: Any = WriteOnlyCell(page, text)
    cell.font = Font(bold=True, size=size)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    if is_header:
        cell.fill = PatternFill("solid", fgColor="D9E2EC")
        cell.border = Border(*(Side("thin"),) * 4)
    return cell
