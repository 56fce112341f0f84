"""Columns without a field of their own, kept as they came.

Nobody has said what such columns hold (bank cards, a spouse's number), so they are sealed as one text.
"""

from __future__ import annotations

import orjson

from models.retirees import Retiree
from models.volunteers import Volunteer


def read_extra(row: Retiree | Volunteer) -> dict[str, str]:
    """Heading → text. Raises SealError for a damaged value."""
    kept: dict[str, str] = orjson.loads(row.extra) if row.extra else {}
    return kept


def write_extra(extra: dict[str, str]) -> str:
    """What the sealed attribute `extra` holds for these texts."""
    return orjson.dumps(extra).decode()
