"""Columns without a field of their own, kept as they came.

Nobody has said what such columns hold (bank cards, a spouse's number), so they are sealed as one text.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from uuid import UUID

import orjson

from models.base import Row
from models.retirees import Retiree
from models.seal import keys
from models.volunteers import Volunteer

_SEALED = "sealed"


def read_extra(row: Retiree | Volunteer) -> dict[str, str]:
    """Heading → text. Raises SealError for a damaged value."""
    sealed = row.extra.get(_SEALED)
    if not sealed:
        return {}
    opened: dict[str, str] = orjson.loads(keys().open(b64decode(sealed), _context(type(row), row.id)))
    return opened


def seal_extra(model: type[Row], row_id: UUID, extra: dict[str, str]) -> dict[str, str]:
    """What stands in the column `extra` for these texts."""
    sealed = keys().seal(orjson.dumps(extra).decode(), _context(model, row_id))
    return {_SEALED: b64encode(sealed).decode()}


def _context(model: type[Row], row_id: UUID) -> str:
    return f"{model.__tablename__}|{row_id}|extra"
