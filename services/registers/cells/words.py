"""Reading the words of a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from domain.certification import Ground
from services.registers.cells.codes import GROUND, RELATION, SEX
from services.registers.files.raw import Cell, cell_text

_SPACES = re.compile(r"\s+")
_YES = frozenset(("是", "有", "需要", "需", "要", "√", "✓", "✔", "v", "对", "1", "y", "yes", "true", "已"))
_NO = frozenset((
    "否", "无", "没有", "不", "不是", "不需要", "不需", "不要", "未", "×", "✗", "x", "0", "n", "no", "false",
    "/", "-", "--",
))  # fmt: skip
NOTHING = frozenset((
    "无", "否", "没有", "暂无", "未知", "不详", "不清楚", "正常", "/", "-", "--", "—", "\\", "0", "n/a", "na",
    "null", "none",
))  # fmt: skip


def plain_word(cell: Cell) -> str:
    """Half-width, lower case, without blanks."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", cell_text(cell))).lower()


def read_word(cell: Cell, words: Mapping[str, str]) -> str | None:
    """The code of the first word that the cell contains; None when it has none of them."""
    text = plain_word(cell)
    if text in words:
        return words[text]
    return next((code for word, code in words.items() if not word.isdigit() and word in text), None)


def read_sex(cell: Cell) -> int | None:
    """GB/T 2261.1: 1 male, 2 female; None when the cell says neither."""
    text = plain_word(cell)
    return SEX.get(text) or SEX.get(text[:1])


def read_yes(cell: Cell) -> bool | None:
    """Yes or no; None when it is neither."""
    text = plain_word(cell).rstrip("。.")
    if text in _YES:
        return True
    return False if text in _NO else None


def is_nothing(cell: Cell) -> bool:
    """无, /, 不详 and the like: the office has filled the cell to say that there is nothing."""
    return plain_word(cell) in NOTHING


def read_ground(cell: Cell) -> str | None:
    """'' for no, the code of the ground, `yes` when no ground is named; None for other words."""
    text = plain_word(cell)
    answer = read_yes(text)
    if answer is not None:
        return "yes" if answer else ""
    if text.startswith(("否", "不需", "无需", "不用")):
        return ""
    ground = read_word(text, GROUND)
    if ground is None and text.startswith(("是", "需")):
        return "yes" if text.lstrip("是需要:,;()") == "" else Ground.OTHER_PHYSICAL
    return ground


def read_pool(cell: Cell) -> str | None:
    """`city` or `district` (Regulation art. 22); 浏阳市 is a district-level pool too."""
    text = plain_word(cell)
    if text.startswith(("市", "长沙市", "全市", "city")):
        return "city"
    return "district" if any(word in text for word in ("区", "县", "市", "district")) else None


def read_relation(cell: Cell) -> str:
    """One of the relations of the code set, 其他 for unknown words, '' for none."""
    text = plain_word(cell)
    if not text or text in NOTHING:
        return ""
    return read_word(text, RELATION) or "其他"
