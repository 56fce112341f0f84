"""The care level that a register's words mean."""

from __future__ import annotations

from datetime import date

from domain.ages import completed_years
from tests.sample.reading import TODAY, Row

# the policy's level of each word, as the regulation's groups and the decisions on top of it have it
B_WORDS = ("失能", "卧床", "孤寡", "失独", "重病", "高龄", "不能自理")
C_WORDS = ("工伤", "伤残", "重残", "低保", "特困", "精神康复", "独居", "空巢", "留守")


def level(row: Row) -> str:
    """The care level that follows from the words of the register alone."""
    said = " ".join(str(row[name]) for name in ("居住方式", "健康状况", "优抚类别", "特殊类别"))
    aged = completed_years(date.fromisoformat(row["出生年月"]), TODAY) >= 80
    if "失智" in said or (aged and row["居住方式"] in ("独居", "空巢", "留守")):
        return "A"
    if aged or any(word in said for word in B_WORDS):
        return "B"
    return "C" if any(word in said for word in C_WORDS) else ""
