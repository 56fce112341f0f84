"""Finding the header of a register: under titles, on one line or two, in many wordings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from services.registers.columns import FLAG_COLUMNS, RETIREE_COLUMNS, VOLUNTEER_COLUMNS, Kind
from services.registers.files.raw import RawRow, cell_text, column_letter

SEARCHED_ROWS = 30
_FEWEST_COLUMNS = 3
# Keys whose columns may stand side by side: their cells are read as one.
_JOINED = ("phone", "landline", "notes", "address_part")

_BRACKETS = re.compile(r"[(\[【<][^)\]】>]*[)\]】>]")
_NOISE = re.compile(r"[\s*:：·。,、_\"'“”]+")
_CONTACT = re.compile(
    r"(?:第)?(?P<kind>紧急联系人|联系人|亲属|家属|监护人)(?P<number>[一二三1-3])?"
    r"(?P<part>姓名|名字|(?:与本人|与其)?关系|联系电话|联系方式|电话|电话号码|手机|手机号|手机号码)?(?P<late>[一二三1-3])?"
)
_NUMERALS = {"一": 1, "二": 2, "三": 3}
_SHIFT = re.compile(r"(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?P<part>上午|下午|晚上|晚|全天)?")
_PART_NAMES = {"上午": "morning", "下午": "afternoon", "晚上": "evening", "晚": "evening"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column with what stands above it; `key` is '' for a column nobody knows."""

    index: int
    heading: str
    key: str

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(frozen=True)
class Header:
    """The columns of a sheet and the number of the row in which its data begins."""

    kind: Kind
    columns: tuple[Column, ...]
    first_row: int

    def keys(self) -> set[str]:
        return {column.key for column in self.columns if column.key}


def plain_heading(text: str) -> str:
    """A heading without blanks, remarks in brackets, asterisks; half-width, upper case."""
    half = unicodedata.normalize("NFKC", text)
    return _NOISE.sub("", _BRACKETS.sub("", half)).upper() or _NOISE.sub("", half).upper()


@cache
def aliases(kind: Kind) -> dict[str, str]:
    """Plain heading → key."""
    table = RETIREE_COLUMNS if kind is Kind.RETIREES else VOLUNTEER_COLUMNS
    return {alias: key for key, words in table.items() for alias in words.split()}


def find_key(heading: str, kind: Kind) -> str:
    """The key of a heading, '' when nobody knows it."""
    plain = plain_heading(heading)
    known = aliases(kind)
    for text in (plain, *plain.split("/")):
        if key := known.get(text, ""):
            return key
    if kind is Kind.VOLUNTEERS:
        return _shift_key(plain)
    flag = FLAG_COLUMNS.get(plain.removeprefix("是否").removesuffix("老人"))
    return f"flag_{flag}" if flag else _contact_key(plain)


def _shift_key(plain: str) -> str:
    found = _SHIFT.fullmatch(plain)
    if found is None:
        return ""
    day = "一二三四五六日".index(found["day"].replace("天", "日"))
    return f"shift_{day}_{_PART_NAMES.get(found['part'] or '', '')}"


def _contact_key(plain: str) -> str:
    found = _CONTACT.fullmatch(plain)
    if found is None:
        return ""
    number = found["number"] or found["late"] or ("9" if found["kind"] == "紧急联系人" else "1")
    part = found["part"] or ""
    what = "name" if "名" in part else "relation" if "关系" in part else "phone" if part else "whole"
    return f"contact{_NUMERALS.get(number, number)}_{what}"


def find_header(rows: Sequence[RawRow], kind: Kind | None) -> Header | None:
    """The header among the first rows of a sheet; None when there is none. `kind` None finds that out too."""
    best: tuple[tuple[int, int, int], Header] | None = None
    for position, row in enumerate(rows[:SEARCHED_ROWS]):
        below = rows[position + 1] if position + 1 < len(rows) else None
        for candidate in (kind,) if kind else tuple(Kind):
            for second in (None, below) if below else (None,):
                header = _read(row, second, candidate)
                keys = header.keys()
                special = len(keys & (set(aliases(candidate).values()) - _shared_keys()))
                # the more known columns the better; then what only this kind has; then the shorter header
                rank = (len(keys), special, second is None)
                if "name" in keys and len(keys) >= _FEWEST_COLUMNS and (best is None or rank > best[0]):
                    best = (rank, header)
    return best[1] if best else None


@cache
def _shared_keys() -> frozenset[str]:
    return frozenset(RETIREE_COLUMNS) & frozenset(VOLUNTEER_COLUMNS)


def _read(row: RawRow, below: RawRow | None, kind: Kind) -> Header:
    upper = [cell_text(cell) for cell in row.cells]
    lower = [cell_text(cell) for cell in below.cells] if below else []
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    columns: list[Column] = []
    taken: set[str] = set()
    group = ""
    for index in range(width):
        group = upper[index] or (group if lower[index] else "")
        heading, key = _name(group, lower[index], kind)
        if key in taken and key not in _JOINED and not key.startswith(("keep_", "flag_")):
            key = ""  # the first column of a name counts, further ones are kept as they are
        taken.add(key)
        if heading:
            columns.append(Column(index, heading, key))
    if {"contact1_phone"} <= taken and not taken & {"contact1_name", "phone"}:
        columns = [replace(c, key="phone") if c.key == "contact1_phone" else c for c in columns]
    first = row.number + 1 if below is None else below.number + 1
    return Header(kind, tuple(columns), first)


def _name(upper: str, lower: str, kind: Kind) -> tuple[str, str]:
    """Heading and key from one or two lines; the second line counts alone when only it is known."""
    flat_upper, flat_lower = " ".join(upper.split()), " ".join(lower.split())
    if not flat_lower or flat_lower == flat_upper:
        return flat_upper, find_key(flat_upper, kind) if flat_upper else ""
    if not flat_upper:
        return flat_lower, find_key(flat_lower, kind)
    if key := find_key(flat_upper + flat_lower, kind):
        return flat_upper + flat_lower, key
    return flat_upper + flat_lower, find_key(flat_lower, kind)
