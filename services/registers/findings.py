"""One remark on one row: where, what, and the cell as it may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.masking import mask_address, mask_id, mask_name, mask_phone, mask_text
from services.registers.problems.base import Problem, Severity

SHOWN_CHARACTERS = 60
_HIDDEN = frozenset(("health", "notes", "welfare", "special", "disability_level", "handicap_grade"))


@dataclass(frozen=True)
class Finding:
    """`row` is 0 for remarks on a whole sheet; `shown` is masked; `values` fill the problem's texts."""

    problem: Problem
    sheet: str
    row: int
    column: str = ""
    heading: str = ""
    shown: str = ""
    values: dict[str, object] = field(default_factory=dict)


def is_rejected(findings: Iterable[Finding]) -> bool:
    """Does any of these keep the row out?"""
    return any(finding.problem.severity is Severity.ERROR for finding in findings)


def mask_cell(key: str, text: str) -> str:
    """What a report may show of a cell: no whole name, number, address, nothing of health."""
    if not text:
        return ""
    if key == "id_number":
        shown = mask_id(text)
    elif key == "name" or key.endswith("_name"):
        shown = mask_name(text)
    elif "phone" in key or key == "landline":
        shown = "/".join(mask_phone(part) for part in text.replace("、", "/").split("/"))
    elif "address" in key:
        shown = mask_address(text)
    elif key in _HIDDEN or key.startswith(("contact", "recused")):
        shown = "***"
    else:
        shown = mask_text(text)
    return shown if len(shown) <= SHOWN_CHARACTERS else shown[: SHOWN_CHARACTERS - 1] + "…"
