"""What a register says of a person's situation: flags, disability level, handicap grade."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.flags import Flag
from services.registers.cells.words import NOTHING, plain_word
from services.registers.files.raw import Cell

_SEPARATORS = re.compile(r"[,,、;/|+&()\n]|以及|并且|和|及")
# 不能自理 begins with a negation too, but states a fact.
_NEGATION = re.compile(r"^(?:非|无|不是|不属|没有|未|否|不(?!能))")

# Longer words first where one contains another: 精神残疾 is not 残疾.
FLAG_WORDS: dict[str, Flag] = {
    "法定特困": Flag.HARDSHIP_LEGAL,
    "特困供养": Flag.HARDSHIP_LEGAL,
    "五保": Flag.HARDSHIP_LEGAL,
    "精神康复": Flag.REHABILITATION,
    "精神病": Flag.REHABILITATION,
    "精神疾": Flag.REHABILITATION,
    "精神障碍": Flag.REHABILITATION,
    "精神残疾": Flag.REHABILITATION,
    "精神分裂": Flag.REHABILITATION,
    "失独": Flag.SPECIAL_FAMILY,
    "计划生育特殊": Flag.SPECIAL_FAMILY,
    "计生特": Flag.SPECIAL_FAMILY,
    "失智": Flag.DEMENTIA,
    "痴呆": Flag.DEMENTIA,
    "阿尔茨海默": Flag.DEMENTIA,
    "认知障碍": Flag.DEMENTIA,
    "卧床": Flag.BEDRIDDEN,
    "瘫痪": Flag.BEDRIDDEN,
    "失能": Flag.DISABLED,
    "不能自理": Flag.DISABLED,
    "重残": Flag.SEVERELY_HANDICAPPED,
    "重度残疾": Flag.SEVERELY_HANDICAPPED,
    "伤残": Flag.INJURED,
    "工伤": Flag.INJURED,
    "残疾": Flag.INJURED,
    "重病": Flag.SERIOUSLY_ILL,
    "大病": Flag.SERIOUSLY_ILL,
    "重大疾病": Flag.SERIOUSLY_ILL,
    "低保": Flag.LOW_INCOME,
    "最低生活保障": Flag.LOW_INCOME,
    "特困": Flag.HARDSHIP,
    "困难": Flag.HARDSHIP,
    "高龄": Flag.ADVANCED_AGE,
    "孤寡": Flag.CHILDLESS,
    "孤老": Flag.CHILDLESS,
    "独居": Flag.LIVING_ALONE,
    "空巢": Flag.EMPTY_NEST,
    "留守": Flag.LEFT_BEHIND,
    "退役": Flag.VETERAN,
    "退伍": Flag.VETERAN,
    "转业": Flag.VETERAN,
    "复员": Flag.VETERAN,
    "党员": Flag.PARTY_MEMBER,
    "劳模": Flag.MODEL_WORKER,
    "劳动模范": Flag.MODEL_WORKER,
}
# Words that say how somebody lives or feels without being a flag.
_HARMLESS = (
    "健康", "良好", "一般", "较好", "较差", "正常", "长年有病", "常年有病", "慢性", "与", "同住", "子女",
    "配偶", "夫妻", "保姆", "机构", "养老院", "医院", "群众", "团员", "其他", "自理", "普通",
)  # fmt: skip
_LEVELS = {
    "完全丧失": 4,
    "完全失能": 4,
    "全失能": 4,
    "半失能": 2,
    "完好": 0,
    "轻度": 1,
    "中度": 2,
    "重度": 3,
}
_NUMERALS = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4,
             "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}  # fmt: skip
_GRADE = re.compile(r"(iii|ii|iv|i|[0-4零一二三四ⅰⅱⅲⅳ])(?:级|度)?")

# The level from which a person counts as disabled, and the one that 不能自理 stands for at least.
DISABLED_FROM = 2


@dataclass(frozen=True)
class Facts:
    """Flags that a cell states, the disability level it names, and the words that nobody knows."""

    flags: frozenset[Flag] = frozenset()
    level: int | None = None
    unknown: tuple[str, ...] = ()


def read_facts(cell: Cell) -> Facts:
    """Read 独居, 重病、低保, 失能2级、卧床, 非独居, 无 and the like."""
    flags: set[Flag] = set()
    unknown: list[str] = []
    level: int | None = None
    for word in _SEPARATORS.split(plain_word(cell)):
        if not word or word in NOTHING or _NEGATION.match(word):
            continue
        found = {flag for text, flag in FLAG_WORDS.items() if text in word}
        found -= _shadowed(found)
        is_known = bool(found) or any(text in word for text in _HARMLESS)
        if Flag.DISABLED in found:
            level = max(level or 0, _level_beside(word))
            found -= {Flag.DISABLED} if level < DISABLED_FROM else set()
        flags |= found
        if not is_known:
            unknown.append(word)
    return Facts(frozenset(flags), level, tuple(unknown))


def _shadowed(found: set[Flag]) -> set[Flag]:
    """Flags whose word is only part of a longer one: 精神残疾, 重度残疾, 法定特困."""
    longer: Mapping[Flag, Flag] = {
        Flag.REHABILITATION: Flag.INJURED,
        Flag.SEVERELY_HANDICAPPED: Flag.INJURED,
        Flag.HARDSHIP_LEGAL: Flag.HARDSHIP,
    }
    return {shadow for flag, shadow in longer.items() if flag in found}


def _level_beside(word: str) -> int:
    level = read_level(word)
    return DISABLED_FROM if level is None else level


def read_level(cell: Cell) -> int | None:
    """GB/T 42195: 0 intact to 4 completely lost; None when the cell names no level."""
    text = plain_word(cell)
    for word, level in _LEVELS.items():
        if word in text:
            return level
    found = _GRADE.search(text.replace("失能", ""))
    return _NUMERALS[found[1]] if found else None


def read_handicap(cell: Cell) -> frozenset[Flag]:
    """The card's grade: 1 and 2 are severe, 3 and 4 are not."""
    level = read_level(cell)
    if not level:
        return frozenset()
    return frozenset({Flag.SEVERELY_HANDICAPPED if level <= 2 else Flag.INJURED})
