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
from models.visits import Visit
from services.steps import Step


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
    """The home certifications that meet the conditions (on `Visit`), each with its real due date."""
    chosen = (col(Visit.kind) == VisitKind.CERTIFICATION, *where)
    facts: dict[UUID | None, list[CertificationFact]] = defaultdict(list)
    done_on: dict[UUID, date] = {}
    for retiree_id, visit_id, occurred_on, channel in await step.session.execute(
        select(
            col(CertificationEvent.retiree_id),
            col(CertificationEvent.visit_id),
            col(CertificationEvent.occurred_on),
            col(CertificationEvent.channel),
        ).where(
            col(CertificationEvent.voided_at).is_(None),
            col(CertificationEvent.retiree_id).in_(select(col(Visit.retiree_id)).where(*chosen)),
        )
    ):
        facts[retiree_id].append(CertificationFact(occurred_on, channel))
        if visit_id is not None:
            done_on[visit_id] = occurred_on
    rows = await step.session.execute(
        sa.select(
            col(Visit.id),
            col(Visit.status),
            col(Visit.due_on),
            col(Visit.retiree_id),
            col(Retiree.first_benefit_on),
        )
        .join(Retiree, col(Retiree.id) == col(Visit.retiree_id))
        .where(*chosen)
        .order_by(col(Visit.id))
    )
    found = []
    for row_id, status, planned_by, person_id, first_benefit_on in rows:
        done = done_on.get(row_id)
        due = due_before(facts[person_id], first_benefit_on, step.policy, done or date.max)
        found.append(Standing(status, due or planned_by, done))
    return found
