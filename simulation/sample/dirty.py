"""Registers with everything that goes wrong in real ones, and the list of what should be found in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

from openpyxl.utils import get_column_letter as letter

from models.division_data import load_division_rows
from simulation.sample.findings import DirtyFile, DirtySample, Effect, Finding, Trap
from simulation.sample.headers import RETIREE_COLUMNS, RETIREE_TITLE, VOLUNTEER_COLUMNS
from simulation.sample.numbers import NumberBook
from simulation.sample.places import choose_areas
from simulation.sample.retirees import make_retirees
from simulation.sample.sheets import FIRST_ROW, write_plain
from simulation.sample.traps import ADDRESS, COMMUNITY, ID, LAYERS, MOBILE, Cells, spoil_id
from simulation.sample.volunteers import make_volunteers

TODAY = date(2026, 11, 24)
GROUPS = {
    "常住地址": ("区县", "街道", "社区", "常住地址"),
    "联系人1": ("联系人1姓名", "联系人1关系", "联系人1电话"),
}
_LOST = (Effect.REJECTED, Effect.DUPLICATE, Effect.IGNORED)


class _File:
    """Rows of one file as they are laid, with their findings."""

    def __init__(self, name: str, columns: tuple[str, ...], first_row: int) -> None:
        self.name, self.columns, self.first_row = name, columns, first_row
        self.rows: list[Cells] = []
        self.findings: list[Finding] = []

    def add(self, row: Cells, *laid: tuple[str, Trap, Effect, str]) -> None:
        place = self.first_row + len(self.rows)
        self.rows.append(row)
        self.findings += [Finding(self.name, place, *each) for each in laid]

    def values(self) -> list[list[object]]:
        return [[row.get(column) for column in self.columns] for row in self.rows]

    def result(self, out: Path) -> DirtyFile:
        ignored = {f.row for f in self.findings if f.effect is Effect.IGNORED}
        lost = {f.row for f in self.findings if f.effect in _LOST}
        path, total = out / self.name, len(self.rows)
        return DirtyFile(path, self.name.startswith("vol"), total - len(ignored), total - len(lost))


def write_dirty_sample(out: Path, seed: int, today: date = TODAY) -> DirtySample:
    """Write five registers into the folder `out`; the same seed gives the same cells."""
    out.mkdir(parents=True, exist_ok=True)
    rng, book = Random(f"{seed}/dirty"), NumberBook()
    areas = choose_areas(load_division_rows(), 400, 60)
    good = _town_people(dict(row) for _, row in make_retirees(rng, areas, book, today))
    helpers: Iterator[Cells] = (dict(row) for row in make_volunteers(rng, areas, book, today))
    title = [f"长沙市{RETIREE_TITLE}"]
    files = [_traps(good), _merged_header(good), _csv(good), _unusable(good), _volunteers(helpers)]
    for file in files:
        header = list(file.columns)
        if file.name.endswith(".csv"):
            text = io.StringIO(newline="")
            csv.writer(text).writerows([header, *file.values()])
            (out / file.name).write_bytes(text.getvalue().encode("gb18030"))
        elif file.name == "retirees-merged-header.xlsx":
            upper, lower, merged = _two_row_header(file.columns)
            write_plain(out / file.name, "花名册", [title, upper, lower, *file.values()], merged)
        else:
            write_plain(out / file.name, "花名册", [title, header, *file.values()], ["A1:F1"])
    return DirtySample(
        tuple(file.result(out) for file in files),
        tuple(finding for file in files for finding in file.findings),
    )


def _town_people(rows: Iterator[Cells]) -> Iterator[Cells]:
    """People with an own mobile in a 社区, so that every trap finds the cell it changes."""
    return (row for row in rows if row.get(MOBILE) and str(row[COMMUNITY]).endswith("社区"))


def _traps(good: Iterator[Cells]) -> _File:
    file = _File("retirees-traps.xlsx", tuple(RETIREE_COLUMNS), FIRST_ROW)
    first, second = next(good), next(good)
    file.add(first)
    file.add(second)
    for layer in LAYERS:
        row = next(good)
        file.add(row, layer(row))
    file.add(
        next(good) | {"区县": "天心区", "街道": "南托街道", COMMUNITY: "牛角塘", ADDRESS: None},
        (COMMUNITY, Trap.COMMUNITY_AMBIGUOUS, Effect.REJECTED, ""),
    )
    shared = str(next(good)[MOBILE])
    for _ in range(4):
        file.add(next(good) | {MOBILE: shared}, (MOBILE, Trap.PHONE_SHARED, Effect.WARNED, shared))
    file.add(first | {MOBILE: next(good)[MOBILE]}, (ID, Trap.DUPLICATE_ID, Effect.DUPLICATE, ""))
    file.add(
        second | {ID: None, "个人编号": None, "社保卡号": None},
        ("姓名", Trap.DUPLICATE_PERSON, Effect.DUPLICATE, ""),
    )
    file.add({"备注": "待核实"}, ("", Trap.ROW_UNUSABLE, Effect.REJECTED, ""))
    file.add({}, ("", Trap.ROW_EMPTY, Effect.IGNORED, ""))
    file.add(next(good))
    file.add({"序号": "合计", "姓名": f"{len(file.rows) - 1}人"}, ("", Trap.ROW_TOTAL, Effect.IGNORED, ""))
    return file


def _merged_header(good: Iterator[Cells]) -> _File:
    file = _File("retirees-merged-header.xlsx", tuple(RETIREE_COLUMNS), FIRST_ROW + 1)
    for _ in range(3):
        file.add(next(good))
    return file


def _two_row_header(columns: tuple[str, ...]) -> tuple[list[str | None], list[str | None], list[str]]:
    """Groups above their columns, other headers over both rows; and the ranges to merge."""
    upper: list[str | None] = list(columns)
    lower: list[str | None] = [None] * len(columns)
    merged = ["A1:F1"]
    inside = set()
    for group, members in GROUPS.items():
        start = columns.index(members[0])
        for place, member in enumerate(members, start):
            upper[place] = group if place == start else None
            lower[place] = "小区楼栋" if member == group else member.removeprefix(group)
            inside.add(place)
        merged.append(f"{letter(start + 1)}2:{letter(start + len(members))}2")
    merged += [f"{letter(i + 1)}2:{letter(i + 1)}3" for i in range(len(columns)) if i not in inside]
    return upper, lower, merged


def _csv(good: Iterator[Cells]) -> _File:
    file = _File("retirees-gb18030.csv", tuple(RETIREE_COLUMNS), 2)
    rare: Cells = {"区县": "长沙县", "街道": "㮾梨街道", COMMUNITY: "陶公庙社区"}
    file.add(next(good) | rare, (COMMUNITY, Trap.COMMUNITY_VARIANT, Effect.READ, "陶公庙社区"))
    row = next(good)
    file.add(row | {ID: f"\t{row[ID]}"}, (ID, Trap.ID_SPACES, Effect.READ, str(row[ID])))
    row = next(good)
    file.add(row, spoil_id(Trap.ID_SCIENTIFIC, lambda n: f"{float(n):.5E}")(row))
    return file


def _unusable(good: Iterator[Cells]) -> _File:
    file = _File("retirees-unusable.xlsx", tuple(RETIREE_COLUMNS), FIRST_ROW)
    for _ in range(2):
        row = next(good) | {COMMUNITY: "不存在的社区", ADDRESS: None}
        file.add(row, (COMMUNITY, Trap.COMMUNITY_UNKNOWN, Effect.REJECTED, ""))
    return file


def _volunteers(helpers: Iterator[Cells]) -> _File:
    file = _File("volunteers-traps.xlsx", tuple(VOLUNTEER_COLUMNS), FIRST_ROW)
    number = "证件号码"
    file.add(next(helpers))
    row = next(helpers)
    file.add(
        row | {number: float(str(row[number])[:15] + "000")}, (number, Trap.ID_AS_NUMBER, Effect.REJECTED, "")
    )
    file.add(
        next(helpers) | {"手机": "0731-00123456"},
        ("手机", Trap.PHONE_LANDLINE, Effect.WARNED, "0731-00123456"),
    )
    file.add(next(helpers) | {"所属库": "省"}, ("所属库", Trap.POOL_UNKNOWN, Effect.WARNED, ""))
    unknown = {COMMUNITY: "不存在的社区", ADDRESS: None}
    file.add(next(helpers) | unknown, (COMMUNITY, Trap.COMMUNITY_UNKNOWN, Effect.REJECTED, ""))
    minor = NumberBook().identity(date(2010, 5, 20), is_female=True)
    young: Cells = {"姓名": "样本少年", "性别": "女", "出生日期": date(2010, 5, 20), number: minor}
    file.add(next(helpers) | young, ("出生日期", Trap.TOO_YOUNG, Effect.WARNED, ""))
    return file
