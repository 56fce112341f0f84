"""A duty whose visit ended without fulfilling it falls due again: nobody is forgotten.

Not while a person still deals with what was found, and not when staff has said that nobody shall go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.visits import FINAL, VisitKind
from models.desk import DeskItem
from models.visits import Visit
from services.steps import Step

CHUNK = 500
OF_PERSONS = sa.select(
    col(Visit.id), col(Visit.natural_key), col(Visit.retiree_id), col(Visit.status), col(Visit.reason)
).where(
    col(Visit.kind) == VisitKind.CERTIFICATION,
    col(Visit.retiree_id).in_(bindparam("persons", expanding=True)),
)
OPEN_MATTERS = select(col(DeskItem.visit_id)).where(
    col(DeskItem.kind) == "outcome",
    col(DeskItem.closed_at).is_(None),
    col(DeskItem.visit_id).in_(bindparam("visits", expanding=True)),
)
BY_STAFF = "cancelled_by_staff"


async def due_again(step: Step, drafts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The drafts of certifications, with a new key where an earlier visit has ended in vain."""
    persons = [draft["retiree_id"] for draft in drafts]
    visits: dict[UUID | None, list[Any]] = {}
    for start in range(0, len(persons), CHUNK):
        rows = await step.session.execute(OF_PERSONS, {"persons": persons[start : start + CHUNK]})
        for row in rows:
            visits.setdefault(row.retiree_id, []).append(row)
    ended = [row.id for rows in visits.values() for row in rows if row.status in FINAL]
    waiting = await with_open_matter(step, ended)
    return [_renewed(draft, visits.get(draft["retiree_id"], []), waiting) for draft in drafts]


async def with_open_matter(step: Step, visit_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the visits of whose outcome a person still has to make something."""
    waiting: set[UUID] = set()
    for start in range(0, len(visit_ids), CHUNK):
        found = await step.session.scalars(OPEN_MATTERS, {"visits": visit_ids[start : start + CHUNK]})
        waiting |= {visit_id for visit_id in found if visit_id is not None}
    return waiting


def _renewed(draft: dict[str, Any], rows: Sequence[Any], waiting: set[UUID]) -> dict[str, Any]:
    """Unchanged where the first visit stands, is open, or must not be repeated yet: it is not new then."""
    key = draft["natural_key"]
    own = [row for row in rows if row.natural_key == key or row.natural_key.startswith(f"{key}/")]
    if not own or any(row.status not in FINAL for row in rows):
        return draft
    if any(row.id in waiting or (row.reason or {}).get("code") == BY_STAFF for row in own):
        return draft
    return {**draft, "natural_key": f"{key}/{len(own) + 1}"}
