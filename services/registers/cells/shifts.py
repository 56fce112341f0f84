"""When a volunteer can go: 周一上午、周三下午, 周二全天, 工作日上午, 周六 9:00-11:30."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.registers.cells.words import plain_word
from services.registers.files.raw import Cell

Shift = tuple[int, str]  # weekday (0 = Monday), part of the day

MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"
_DAY = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5,
        "1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6}  # fmt: skip
_GROUPS = {
    "工作日": range(5),
    "平日": range(5),
    "平时": range(5),
    "周末": (5, 6),
    "双休日": (5, 6),
    "每天": range(7),
    "每日": range(7),
    "天天": range(7),
    "全周": range(7),
    "随时": range(7),
    "不限": range(7),
    "均可": range(7),
    "都可以": range(7),
}
_WHOLE_DAY = (MORNING, AFTERNOON)
_PARTS = {
    "上午": (MORNING,),
    "早上": (MORNING,),
    "下午": (AFTERNOON,),
    "晚上": (EVENING,),
    "晚间": (EVENING,),
    "傍晚": (EVENING,),
    "晚": (EVENING,),
    "全天": _WHOLE_DAY,
    "全日": _WHOLE_DAY,
    "整天": _WHOLE_DAY,
    "白天": _WHOLE_DAY,
}
_DAYS = r"[一二三四五六日天1-7]"
_TOKEN = re.compile(
    rf"(?P<span>(?:周|星期|礼拜)?(?P<first>{_DAYS})[至到~-](?:周|星期|礼拜)?(?P<last>{_DAYS})(?![\d:点]))"
    rf"|(?P<group>{'|'.join(_GROUPS)})"
    rf"|(?P<days>(?:周|星期|礼拜){_DAYS}(?:[、,和及/.]?{_DAYS}(?!\d*[:点]))*)"
    r"|(?P<hours>(?P<h1>\d{1,2})[:点](?P<m1>\d{2})?[至到~-](?P<h2>\d{1,2})[:点](?P<m2>\d{2})?)"
    rf"|(?P<part>{'|'.join(_PARTS)})"
    r"|(?P<noise>[、,;。./和及与或|()\[\]:]|可以|可|有空|的|时间)"
)


@dataclass(frozen=True)
class Shifts:
    """The half days that could be read, and whether the cell says more than that."""

    known: frozenset[Shift]
    is_partial: bool = False


def read_shifts(cell: Cell) -> Shifts:
    """Days without a part of the day mean the whole day, parts without days every day."""
    text = plain_word(cell)
    known: set[Shift] = set()
    days: list[int] = []
    parts: list[str] = []
    is_partial = False
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            is_partial = True
            position += 1
            continue
        position = found.end()
        new_days, new_parts = _days(found), _hours(found) or _PARTS.get(found["part"] or "", ())
        if new_days and parts:
            known |= _combine(days, parts)
            days, parts = [], []
        days += new_days
        parts += new_parts
    known |= _combine(days, parts)
    return Shifts(frozenset() if "除" in text else frozenset(known), is_partial)


def _combine(days: list[int], parts: list[str]) -> set[Shift]:
    if not days and not parts:
        return set()
    return {(day, part) for day in days or range(7) for part in parts or _WHOLE_DAY}


def _days(found: re.Match[str]) -> list[int]:
    if found["span"]:
        first, last = _DAY[found["first"]], _DAY[found["last"]]
        return list(range(first, last + 1)) if first <= last else []
    if found["group"]:
        return list(_GROUPS[found["group"]])
    return [_DAY[sign] for sign in found["days"] if sign in _DAY] if found["days"] else []


def _hours(found: re.Match[str]) -> tuple[str, ...]:
    """Parts of the day that the hours overlap by half an hour or more."""
    if not found["hours"]:
        return ()
    start = int(found["h1"]) * 60 + int(found["m1"] or 0)
    end = int(found["h2"]) * 60 + int(found["m2"] or 0)
    spans = ((MORNING, 480, 720), (AFTERNOON, 810, 1050), (EVENING, 1080, 1260))
    return tuple(part for part, first, last in spans if min(end, last) - max(start, first) >= 30)
