"""The row report as a workbook: figures, findings, and the rejected rows to correct and import again."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill

from config.i18n import translate
from services.registers.columns import Kind
from services.registers.files.raw import Cell
from services.registers.problems.base import Severity
from services.registers.results import ImportLog, RowFate

_HEAD = PatternFill("solid", fgColor="DDE7F0")
_WRAP = Alignment(wrap_text=True, vertical="top")
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\0")
_LONGEST = 32_767

SUMMARY, FINDINGS, REJECTED = "Import summary", "Import findings", "Rows not imported"
NOT_IMPORTED, PLEASE_CHECK, IMPORTED = "Not imported", "Imported, please check", "Imported"
COLUMNS = (
    "Sheet",
    "Row number",
    "Column letter",
    "Column heading",
    "Cell content",
    "Problem",
    "What to do",
    "Result of the row",
)
WIDTHS = (12, 8, 6, 16, 24, 50, 50, 16)


def write_report(path: Path, log: ImportLog, language: str) -> None:
    """Write the report; only the owner of the process may read the file. Raises OSError."""
    book = Workbook(write_only=True)
    _write_summary(book, log, language)
    _write_findings(book, log, language)
    _write_rejected(book, log, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        book.save(target)
    draft.replace(path)


def _write_summary(book: Any, log: ImportLog, language: str) -> None:
    sheet = book.create_sheet(translate(SUMMARY, language))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 60
    kind = "Register of retirees" if log.kind is Kind.RETIREES else "Register of volunteers"
    trial = "Yes, nothing was written" if log.dry_run else "No, it was imported"
    lines: list[tuple[str, Cell]] = [
        ("Register file", log.file),
        ("Kind of register", translate(kind, language)),
        ("Imported at", log.read_at),
        ("Trial run", translate(trial, language)),
        ("Rows with persons", log.rows),
        ("New persons", log.counts["accepted"]),
        ("Persons updated", log.counts["updated"]),
        ("Persons unchanged", log.counts["unchanged"]),
        (NOT_IMPORTED, log.counts["rejected"]),
        *(("Sheet without a register, left out", name) for name in log.skipped_sheets),
        *(("Column without a rule, kept as a remark", heading) for heading in log.unknown_columns),
    ]
    for name, value in lines:
        sheet.append([safe_cell(sheet, translate(name, language), is_head=True), safe_cell(sheet, value)])
    sheet.append([])
    sheet.append(_heads(sheet, ("Problem", "Rows with it"), language))
    for text, count in log.problem_counts():
        sheet.append(
            [safe_cell(sheet, translate(text, language).format_map(_Dots())), safe_cell(sheet, count)]
        )


def _heads(sheet: Any, names: Iterable[str], language: str) -> list[Any]:
    return [safe_cell(sheet, translate(name, language), is_head=True) for name in names]


class _Dots(dict[str, str]):
    """Fills every placeholder with an ellipsis: the summary counts problems, not their values."""

    def __missing__(self, key: str) -> str:
        return "…"


def _write_findings(book: Any, log: ImportLog, language: str) -> None:
    sheet = book.create_sheet(translate(FINDINGS, language))
    sheet.freeze_panes = "A2"
    for index, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGH"[index]].width = width
    names = (
        "Sheet",
        "Row number",
        "Column letter",
        "Column heading",
        "Cell content",
        "Problem",
        "What to do",
        "Result of the row",
    )
    sheet.append([safe_cell(sheet, translate(name, language), is_head=True) for name in names])
    for fate in log.in_order():
        for finding in fate.findings:
            texts = (
                translate(text, language, **finding.values) if text else ""
                for text in (finding.problem.text, finding.problem.remedy)
            )
            result = translate(_result(fate, finding.problem.severity), language)
            where: tuple[Cell, ...] = (
                finding.sheet,
                finding.row,
                finding.column,
                finding.heading,
                finding.shown,
            )
            sheet.append([safe_cell(sheet, value) for value in (*where, *texts, result)])


def _result(fate: RowFate, severity: Severity) -> str:
    if fate.is_rejected:
        return NOT_IMPORTED
    return PLEASE_CHECK if severity is Severity.WARNING else IMPORTED


def _write_rejected(book: Any, log: ImportLog, language: str) -> None:
    """The rows as they came below their own headings: corrected here, this file can be imported."""
    rejected = [fate for fate in log.in_order() if fate.is_rejected and fate.row is not None]
    by_sheet: dict[str, list[RowFate]] = {}
    for fate in rejected:
        by_sheet.setdefault(fate.sheet, []).append(fate)
    for name in by_sheet or [""]:
        title = translate(REJECTED, language) + (f" {name}" if len(by_sheet) > 1 else "")
        sheet = book.create_sheet("".join(c for c in title if c not in r"[]:*?/\\")[:31])
        headings = log.headings.get(name, [])
        first = _heads(sheet, ("Original row", "Why not imported"), language)
        sheet.append([*first, *(safe_cell(sheet, heading, is_head=True) for _, heading in headings)])
        for fate in by_sheet.get(name, ()):
            assert fate.row is not None  # noqa: S101  # chosen above
            cells = [fate.row[index] for index, _ in headings]
            sheet.append([safe_cell(sheet, value) for value in (fate.row.number, fate.why(language), *cells)])


def safe_cell(sheet: Any, value: Cell, *, is_head: bool = False) -> Any:
    """A cell that a spreadsheet shows as it is: text that looks like a formula stays text."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
    cell: Any = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # dates are cells too
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_RISKY)
        cell.number_format = "@"
    if is_head:
        cell.font, cell.fill = Font(bold=True), _HEAD
    cell.alignment = _WRAP
    return cell
