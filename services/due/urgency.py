"""What a duty weighs in the plan: more as it comes closer (§3.1), and the six groups first (art. 25(1))."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.care import is_priority
from domain.escalation import WEIGHTS, planner_weight
from domain.visits import PLANNABLE, VisitKind
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services.due.persons import Person
from services.steps import Step

HEAVIEST = max(WEIGHTS.values())
NEAR = timedelta(days=30)  # further away nothing changes
CHUNK = 500
PARTS = select(VisitPart).where(
    col(VisitPart.visit_id).in_(bindparam("ids", expanding=True)), col(VisitPart.status) == PartStatus.OPEN
)
KINDS = (VisitKind.CERTIFICATION, VisitKind.CAMPAIGN, VisitKind.CARE)


def served_first(step: Step, persons: Iterable[Person]) -> set[UUID]:
    """Who is of the six groups."""
    return {person.id for person in persons if is_priority(person.flags, step.policy)}


def favour(step: Step, drafts: Iterable[dict[str, Any]], first: Collection[UUID]) -> None:
    """Duties to the six groups weigh a little more than the same duties to others."""
    for draft in drafts:
        if draft["retiree_id"] in first:
            draft["weight"] += step.policy.priority_group_weight


async def refresh_weights(step: Step, first: Collection[UUID] = ()) -> int:
    """Every morning, for visits that wait for people; nothing gets lighter. `first`: see `served_first`.

    A visit weighs what the most urgent of the duties does that it carries.

    Returns how many changed.
    """
    rows = await step.session.scalars(
        select(Visit).where(
            col(Visit.status).in_(PLANNABLE),
            col(Visit.kind).in_(KINDS),
            col(Visit.due_on) <= step.today + NEAR,
            col(Visit.weight) < HEAVIEST,
        )
    )
    visits = list(rows)
    carried: dict[UUID, list[VisitPart]] = {}
    for start in range(0, len(visits), CHUNK):
        ids = [visit.id for visit in visits[start : start + CHUNK]]
        for part in await step.session.scalars(PARTS, {"ids": ids}):
            carried.setdefault(part.visit_id, []).append(part)
    changed = 0
    for visit in visits:
        weight = max(_weigh(step, duty, first) for duty in (visit, *carried.get(visit.id, ())))
        if weight > visit.weight:
            visit.weight = weight
            changed += 1
    return changed


def _weigh(step: Step, duty: Visit | VisitPart, first: Collection[UUID]) -> int:
    extra = step.policy.priority_group_weight if duty.retiree_id in first else 0
    return planner_weight(duty.kind, (duty.due_on - step.today).days, duty.level) + extra
