"""Rows for the tests: persons that do not exist, on a community that does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

DISTRICT, STREET, COMMUNITY = "雨花区", "侯家塘街道", "广济桥社区"
CODE = "430111001001"
# Valid by their check digits, made up (the city's own test numbers).
ID_F, ID_M = "430102194203150022", "430111194006300032"
ID_M2, ID_X = "430181195012310046", "11010519491231002X"
MOBILE, MOBILE_2 = "17400000001", "17400000002"

RETIREE = {
    "姓名": "王小英",
    "性别": "女",
    "公民身份号码": ID_F,
    "区县": DISTRICT,
    "街道": STREET,
    "社区": COMMUNITY,
    "本人手机": MOBILE,
}
VOLUNTEER = {
    "姓名": "张志明",
    "性别": "男",
    "证件号码": "430103196508171233",
    "手机": MOBILE,
    "区县": DISTRICT,
    "街道": STREET,
    "社区": COMMUNITY,
    "所属库": "区",
    "可服务时段": "周一上午、周三下午",
    "保险起止": "2026-01-01至2026-12-31",
    "承诺书日期": "2025-05-01",
}


@dataclass(frozen=True)
class Finding:
    """A line of the report's second sheet."""

    sheet: str
    row: int
    column: str
    heading: str
    shown: str
    problem: str
    remedy: str
    result: str


class Findings(list[Finding]):
    """With the questions that tests ask."""

    def of(self, row: int) -> list[str]:
        return [finding.problem for finding in self if finding.row == row]

    def only(self) -> Finding:
        assert len(self) == 1, self
        return self[0]


def table(*persons: dict[str, object]) -> list[list[object]]:
    """A heading row with all the keys, and a row for each person."""
    headings: list[object] = list(dict.fromkeys(key for person in persons for key in person))
    return [headings, *([person.get(str(key)) for key in headings] for person in persons)]


def read_findings(report: Path) -> Findings:
    book = load_workbook(report)
    rows = book.worksheets[1].iter_rows(min_row=2, values_only=True)
    return Findings(Finding(*("" if cell is None else cell for cell in row)) for row in rows)  # type: ignore[arg-type]  # as written
