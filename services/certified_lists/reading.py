"""The rows of a list of certifications: who, on which day, by which channel; and what is wrong with them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from domain.certification import Channel
from domain.identity import IdentityNumberError, IdentityProblem, parse_identity
from services.registers.cells.codes import CHANNEL
from services.registers.cells.dates import DateError, parse_date
from services.registers.cells.words import plain_word, read_word
from services.registers.errors import RegisterError
from services.registers.files.opening import open_register
from services.registers.files.raw import RawRow, RawSheet, cell_text, column_letter
from services.registers.headers import SEARCHED_ROWS, plain_heading

NO_LIST = "{file} has no heading row with a certification date and an ID number or a personal number."


class ListKind(StrEnum):
    """Whose list it is."""

    SILENT_MATCH = "silent_match"  # 静默比对
    FACE_LIST = "face_list"  # 刷脸认证


CHANNEL_OF = {ListKind.SILENT_MATCH: Channel.SILENT, ListKind.FACE_LIST: Channel.SELF_FACE}
COLUMNS: dict[str, str] = {
    "name": "姓名 人员姓名 AAC003",
    "id_number": "公民身份号码 身份证号 身份证号码 身份证 证件号码 社会保障号码 AAC002 AAC044",
    "personal_number": "个人编号 社保编号 个人社保编号 人员编号 AAC001",
    "occurred_on": "认证日期 认证时间 比对日期 比对时间 认证成功时间 认证通过时间 识别时间 最近认证日期 "
    "最近认证时间",
    "channel": "认证方式 认证渠道 认证途径",
    "result": "认证结果 比对结果 结果 认证状态",
}
KEYS = {alias: key for key, words in COLUMNS.items() for alias in words.split()}
FAILED = ("失败", "不通过", "未通过", "未匹配", "不一致", "异常", "failed")


class Fault(StrEnum):
    """Why a row is not taken over; the texts are in `services.certified_lists.report`."""

    NOBODY = "nobody"
    ID_FLOAT = "id_float"
    ID_BAD = "id_bad"
    DATE_MISSING = "date_missing"
    DATE_BAD = "date_bad"
    FUTURE = "future"
    NOT_PASSED = "not_passed"
    TWICE = "twice"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    OTHER_NAME = "other_name"
    AFTER_DEATH = "after_death"
    BEFORE_BIRTH = "before_birth"


@dataclass
class Line:
    """One row; `fault` keeps it out, `same_as` names the row that says the same."""

    sheet: str
    row: RawRow
    name: str = ""
    id_number: str = ""
    personal_number: str = ""
    occurred_on: date | None = None
    channel: str = ""
    fault: Fault | None = None
    same_as: int = 0
    changed: bool = False


@dataclass
class ListSheet:
    """A sheet with the places of its columns."""

    name: str
    columns: dict[str, int]
    headings: list[tuple[int, str]]
    rows: Iterator[RawRow]
    height: int = 0
    letters: dict[str, str] = field(default_factory=dict)


def open_list(path: Path) -> Iterator[ListSheet]:
    """The sheets that are lists. Raises RegisterError when there is none, or the file cannot be read."""
    found = False
    for raw in open_register(path):
        sheet = _recognise(raw)
        if sheet is None:
            for _ in raw.rows:
                pass
            continue
        found = True
        yield sheet
    if not found:
        raise RegisterError(NO_LIST, file=path.name)


def _recognise(raw: RawSheet) -> ListSheet | None:
    head = list(itertools.islice(raw.rows, SEARCHED_ROWS))
    for position, row in enumerate(head):
        columns: dict[str, int] = {}
        for index, cell in enumerate(row.cells):
            key = KEYS.get(plain_heading(cell_text(cell)))
            if key:
                columns.setdefault(key, index)
        if "occurred_on" in columns and columns.keys() & {"id_number", "personal_number"}:
            headings = [(i, cell_text(c)) for i, c in enumerate(row.cells) if cell_text(c)]
            data = itertools.chain(head[position + 1 :], raw.rows)
            return ListSheet(
                raw.name,
                columns,
                headings,
                data,
                raw.height,
                {k: column_letter(i) for k, i in columns.items()},
            )
    return None


def read_lines(sheet: ListSheet, kind: ListKind, today: date) -> Iterator[Line]:
    """Every row that names somebody, understood."""
    for row in sheet.rows:
        if row.is_empty or _is_remark(row):
            continue
        line = Line(sheet.name, row)
        _read(line, sheet.columns, kind, today)
        yield line


def _is_remark(row: RawRow) -> bool:
    first = next((plain_word(cell) for cell in row.cells if cell is not None), "")
    return first.startswith(("合计", "总计", "共计", "制表", "填表", "备注", "说明"))


def _read(line: Line, columns: dict[str, int], kind: ListKind, today: date) -> None:
    def cell(key: str) -> object:
        return line.row[columns[key]] if key in columns else None

    line.name = "".join(cell_text(cell("name")).split())  # type: ignore[arg-type]  # a cell, as above
    line.personal_number = cell_text(cell("personal_number"))  # type: ignore[arg-type]  # as above
    number = cell("id_number")
    if number is not None and not isinstance(number, date | bool):
        try:
            line.id_number = parse_identity(number if isinstance(number, str | float) else str(number)).number
        except IdentityNumberError as wrong:
            if wrong.reason is IdentityProblem.FLOAT_LOST_DIGITS:
                line.fault = Fault.ID_FLOAT
            elif wrong.reason is not IdentityProblem.EMPTY:
                line.fault = Fault.ID_BAD
    if line.fault is None and not line.id_number and not line.personal_number:
        line.fault = Fault.NOBODY
    _read_day(line, cell("occurred_on"), today)
    said = cell("channel")
    words = read_word(said, CHANNEL) if said is not None else None  # type: ignore[arg-type]  # as above
    line.channel = words or CHANNEL_OF[kind]
    if any(word in plain_word(cell("result")) for word in FAILED):  # type: ignore[arg-type]  # as above
        line.fault = Fault.NOT_PASSED


def _read_day(line: Line, cell: object, today: date) -> None:
    if cell is None:
        line.fault = line.fault or Fault.DATE_MISSING
        return
    try:
        reading = parse_date(cell)  # type: ignore[arg-type]  # a cell
    except DateError:
        line.fault = line.fault or Fault.DATE_BAD
        return
    line.occurred_on = reading.value
    if reading.value > today:
        line.fault = line.fault or Fault.FUTURE
