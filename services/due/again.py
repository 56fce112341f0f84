"""A duty whose visit ended without fulfilling it falls due again: nobody is forgotten.

Not while a person still deals with what was found, and not when staff has said that nobody shall go.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.visits import FINAL, PLANNABLE, VisitKind
from models.desk import DeskItem
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services.steps import Step
from services.timeline import note

CHUNK = 500
OF_PERSONS = sa.select(
    col(Visit.id), col(Visit.natural_key), col(Visit.retiree_id), col(Visit.status), col(Visit.reason)
).where(
    col(Visit.kind) == VisitKind.CERTIFICATION,
    col(Visit.retiree_id).in_(bindparam("persons", expanding=True)),
)
CARRIED = sa.select(col(VisitPart.retiree_id), col(VisitPart.natural_key)).where(
    col(VisitPart.kind) == VisitKind.CERTIFICATION,
    col(VisitPart.status).in_((PartStatus.OPEN, PartStatus.REPORTED)),
    col(VisitPart.retiree_id).in_(bindparam("persons", expanding=True)),
)
OPEN_MATTERS = select(col(DeskItem.visit_id)).where(
    col(DeskItem.kind) == "outcome",
    col(DeskItem.closed_at).is_(None),
    col(DeskItem.visit_id).in_(bindparam("visits", expanding=True)),
)
BY_STAFF = "cancelled_by_staff"


async def due_again(step: Step, drafts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The drafts of certifications, with a new key where an earlier visit has ended in vain.

    Where the due date has moved by a decision, the visit that is open already stands for the new one.
    """
    persons = [draft["retiree_id"] for draft in drafts]
    visits: dict[UUID | None, list[Any]] = {}
    for start in range(0, len(persons), CHUNK):
        for row in await step.session.execute(OF_PERSONS, {"persons": persons[start : start + CHUNK]}):
            visits.setdefault(row.retiree_id, []).append(row)
    ended = [row.id for rows in visits.values() for row in rows if row.status in FINAL]
    waiting = await with_open_matter(step, ended)
    carried = await _carried(step, persons)
    found = []
    for draft in drafts:
        person, key = draft["retiree_id"], draft["natural_key"]
        rows = visits.get(person, [])
        others = [row for row in rows if row.status not in FINAL and not _is_of(row.natural_key, key)]
        if others:
            await _draw_forward(step, others[0].id, draft["due_on"])
        elif not any(not _is_of(known, key) for known in carried.get(person, ())):
            found.append(_renewed(draft, rows, waiting))
    return found


def _is_of(known: str, key: str) -> bool:
    """Is a visit's key that of a duty, or of its second or third visit?"""
    return known == key or known.startswith(f"{key}/")


async def _carried(step: Step, persons: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Keys of the certifications that other visits carry and of which no result is in, by person."""
    found: dict[UUID, list[str]] = {}
    for start in range(0, len(persons), CHUNK):
        for person, key in await step.session.execute(CARRIED, {"persons": persons[start : start + CHUNK]}):
            found.setdefault(person, []).append(key or "")
    return found


async def _draw_forward(step: Step, visit_id: UUID, due_on: date) -> None:
    """It is needed sooner than was thought when it was opened."""
    visit = await step.session.get(Visit, visit_id)
    if visit is not None and visit.status in PLANNABLE and due_on < visit.due_on:
        visit.due_on, visit.wake_at = due_on, step.now
        await note(step, visit, "visit.due_earlier", due_on=due_on.isoformat())


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
    own = [row for row in rows if _is_of(row.natural_key, key)]
    if not own or any(row.status not in FINAL for row in rows):
        return draft
    if any(row.id in waiting or (row.reason or {}).get("code") == BY_STAFF for row in own):
        return draft
    return {**draft, "natural_key": f"{key}/{len(own) + 1}"}
