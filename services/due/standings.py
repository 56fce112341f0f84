"""How home certifications stand against the person's own due date, wherever their planning got to.

`Visit.due_on` is the last day for planning: it moves when a date has passed. What "in time" means is the
due date of the certification, a pure function of the recorded events and the policy.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import col, select

from domain.certification import CertificationFact, due_before
from domain.visits import VisitKind, VisitStatus
from models.retirees import CertificationEvent, Retiree
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services.steps import Step

STATUS_OF_PART = {
    PartStatus.REPORTED: VisitStatus.REPORTED,
    PartStatus.DONE: VisitStatus.COMPLETED,
    PartStatus.FAILED: VisitStatus.CANCELLED,
}


@dataclass(frozen=True)
class Standing:
    """One home certification: when it is really due, and the day it was done, if it was."""

    status: VisitStatus
    due_on: date
    done_on: date | None

    @property
    def is_in_time(self) -> bool:
        return self.done_on is not None and self.done_on <= self.due_on


async def load_standings(step: Step, *where: ColumnElement[bool]) -> list[Standing]:
    """The home certifications whose visits meet the conditions (on `Visit`), each with its real due date.

    Also those that another visit carries (`VisitPart`), as far as they have not come another way.
    """
    rows = [*await _own_visits(step, where), *await _carried(step, where)]
    facts: dict[UUID, list[CertificationFact]] = defaultdict(list)
    done_on: dict[tuple[UUID, UUID], date] = {}
    visits = select(col(Visit.retiree_id)).where(col(Visit.kind) == VisitKind.CERTIFICATION, *where)
    parts = (
        select(col(VisitPart.retiree_id)).join(Visit, col(Visit.id) == col(VisitPart.visit_id)).where(*where)
    )
    for retiree_id, visit_id, occurred_on, channel in await step.session.execute(
        select(
            col(CertificationEvent.retiree_id),
            col(CertificationEvent.visit_id),
            col(CertificationEvent.occurred_on),
            col(CertificationEvent.channel),
        ).where(
            col(CertificationEvent.voided_at).is_(None),
            col(CertificationEvent.retiree_id).in_(visits) | col(CertificationEvent.retiree_id).in_(parts),
        )
    ):
        facts[retiree_id].append(CertificationFact(occurred_on, channel))
        if visit_id is not None:
            done_on[visit_id, retiree_id] = occurred_on
    found = []
    for visit_id, status, planned_by, person_id, first_benefit_on in rows:
        done = done_on.get((visit_id, person_id))
        due = due_before(facts[person_id], first_benefit_on, step.policies, done or date.max)
        found.append(Standing(status, due or planned_by, done))
    return found


Asked = tuple[UUID, VisitStatus, date, UUID, date | None]


async def _own_visits(step: Step, where: tuple[ColumnElement[bool], ...]) -> list[Asked]:
    rows = await step.session.execute(
        sa.select(
            col(Visit.id),
            col(Visit.status),
            col(Visit.due_on),
            col(Visit.retiree_id),
            col(Retiree.first_benefit_on),
        )
        .join(Retiree, col(Retiree.id) == col(Visit.retiree_id))
        .where(col(Visit.kind) == VisitKind.CERTIFICATION, *where)
        .order_by(col(Visit.id))
    )
    return [
        (row_id, status, due_on, person, first_on)
        for row_id, status, due_on, person, first_on in rows
        if person is not None
    ]


async def _carried(step: Step, where: tuple[ColumnElement[bool], ...]) -> list[Asked]:
    """Certifications that go along on other visits; one that came another way is nobody's any more."""
    rows = await step.session.execute(
        sa.select(VisitPart, col(Visit.status), col(Visit.retiree_id), col(Retiree.first_benefit_on))
        .join(Visit, col(Visit.id) == col(VisitPart.visit_id))
        .join(Retiree, col(Retiree.id) == col(VisitPart.retiree_id))
        .where(
            col(VisitPart.kind) == VisitKind.CERTIFICATION,
            col(VisitPart.status) != PartStatus.RELEASED,
            col(VisitPart.outcome) != "superseded",
            *where,
        )
        .order_by(col(VisitPart.id))
    )
    return [
        (
            part.visit_id,
            status if part.retiree_id == lead else STATUS_OF_PART.get(part.status, status),
            part.due_on,
            part.retiree_id,
            first_on,
        )
        for part, status, lead, first_on in rows
    ]
