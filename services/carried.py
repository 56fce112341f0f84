"""Certifications that another visit carries: what happens to them when one comes another way."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from domain.visits import FINAL, VisitKind
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services.steps import Step
from services.timeline import note


async def drop_certification(step: Step, retiree_id: UUID, by_visit: UUID | None) -> int:
    """The person is certified: visits stay what else they are, without that part. Returns how many changed.

    `by_visit`: the visit that certified, whose own part ends with its report.
    """
    rows = await step.session.execute(
        select(VisitPart, Visit)
        .join(Visit, col(Visit.id) == col(VisitPart.visit_id))
        .where(
            col(VisitPart.retiree_id) == retiree_id,
            col(VisitPart.kind) == VisitKind.CERTIFICATION,
            col(VisitPart.status) == PartStatus.OPEN,
            col(VisitPart.visit_id) != by_visit if by_visit is not None else col(VisitPart.id).is_not(None),
        )
    )
    changed = 0
    for part, visit in rows.all():
        part.status, part.ended_at, part.outcome = PartStatus.DONE, step.now, "superseded"
        if visit.status not in FINAL and visit.reported_at is None:
            if part.retiree_id == visit.retiree_id:
                visit.with_certification = False
            await note(step, visit, "part.superseded")
            changed += 1
    return changed
