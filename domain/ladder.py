"""Whom to try when somebody cannot be reached.

The person, spouse, child, other relatives, neighbour, group leader; after the last of them the community's
desk telephones.
"""

from __future__ import annotations

from enum import IntEnum


class Rung(IntEnum):
    """Nearer ones first."""

    SELF = 0
    SPOUSE = 1
    CHILD = 2
    RELATIVE = 3
    NEIGHBOUR = 4
    GROUP_LEADER = 5


# Looked for in this order: 儿媳 is no 媳, 邻居 no 居.
_WORDS: tuple[tuple[Rung, tuple[str, ...]], ...] = (
    (Rung.GROUP_LEADER, ("组长", "网格", "楼长", "楼栋长", "队长", "社区", "居委")),
    (Rung.NEIGHBOUR, ("邻", "对门", "楼上", "楼下")),
    (Rung.RELATIVE, ("孙", "侄", "甥", "兄", "弟", "姐", "妹", "嫂")),
    (Rung.CHILD, ("子女", "儿", "女", "婿", "媳")),
    (Rung.SPOUSE, ("配偶", "老伴", "爱人", "丈夫", "妻", "夫", "老公", "老婆")),
)


def rung_of(relation: str) -> Rung:
    """Where a contact stands by the word for the relation; who is not told is a relative.

    "子" alone is a son; "妻子" a wife.
    """
    word = relation.strip()
    if word in ("子", "长子", "次子", "三子"):
        return Rung.CHILD
    if word == "妻子":
        return Rung.SPOUSE
    for rung, parts in _WORDS:
        if any(part in word for part in parts):
            return rung
    return Rung.RELATIVE
