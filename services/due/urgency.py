"""What comes closer weighs more in the plan (§3.1): a certification opened early does not stay light."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from domain.escalation import WEIGHTS, planner_weight
from domain.visits import PLANNABLE, VisitKind
from models.visits import Visit
from services.steps import Step

HEAVIEST = max(WEIGHTS.values())
NEAR = timedelta(days=30)  # further away nothing changes
KINDS = (VisitKind.CERTIFICATION, VisitKind.CAMPAIGN, VisitKind.CARE)


async def refresh_weights(step: Step) -> int:
    """Every morning, for visits that wait for people; nothing gets lighter. Returns how many changed."""
    rows = await step.session.scalars(
        select(Visit).where(
            col(Visit.status).in_(PLANNABLE),
            col(Visit.kind).in_(KINDS),
            col(Visit.due_on) <= step.today + NEAR,
            col(Visit.weight) < HEAVIEST,
        )
    )
    changed = 0
    for visit in rows.all():
        weight = planner_weight(visit.kind, (visit.due_on - step.today).days, visit.level)
        if weight > visit.weight:
            visit.weight = weight
            changed += 1
    return changed
