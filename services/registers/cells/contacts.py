"""A contact in one cell: 李明 女儿 13812345678, 李明/女/138…, 女儿李明(138…)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from services.registers.cells.codes import RELATION
from services.registers.files.raw import Cell, cell_text

_PHONE = re.compile(r"\+?\d[\d\s()-]{5,}\d")
_LABELS = re.compile("(姓名|关系|联系电话|联系方式|电话|手机|与本人关系)[:：]?")
_SPLIT = re.compile(r"[\s/,，、;；:：()（）]+")


@dataclass(frozen=True, slots=True)
class ContactCell:
    """The three parts, as text."""

    name: str = ""
    relation: str = ""
    phone: str = ""


def read_contact(cell: Cell) -> ContactCell:
    """Split name, relation and phone; what is missing is ''."""
    text = _LABELS.sub(" ", unicodedata.normalize("NFKC", cell_text(cell)))
    phones = _PHONE.findall(text)
    words = [word for word in _SPLIT.split(_PHONE.sub(" ", text)) if word]
    relation = next((word for word in words if word in RELATION), "")
    others = [word for word in words if word != relation]
    name = others[0] if others else ""
    if name and not relation:  # 女儿李明
        longest = sorted((word for word in RELATION if len(word) > 1), key=len, reverse=True)
        relation = next((word for word in longest if name.startswith(word)), "")
        name = name.removeprefix(relation) or name
    return ContactCell(name, relation, "/".join(phone.strip() for phone in phones))
