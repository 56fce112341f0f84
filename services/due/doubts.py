"""Whose identity visitors could not make sure of: the next certification is led by staff (§1.5)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from domain.outcomes import STAFF_LEAD, Outcome
from domain.visits import PLANNABLE
from models.retirees import CertificationEvent
from models.trips import VisitPart
from models.visits import Visit, VisitReport
from services.steps import Step

CHUNK = 500
CERTIFIER = "certifier"
PERSONS: BindParameter[UUID] = bindparam("persons", expanding=True)
WHO = sa.func.coalesce(col(VisitPart.retiree_id), col(Visit.retiree_id))
DOUBTED = (
    sa.select(WHO, sa.func.max(col(VisitReport.reported_at)))
    .select_from(VisitReport)
    .join(Visit, col(Visit.id) == col(VisitReport.visit_id))
    .outerjoin(VisitPart, col(VisitPart.id) == col(VisitReport.part_id))
    .where(col(VisitReport.outcome) == Outcome.CANNOT_VERIFY, WHO.in_(PERSONS))
    .group_by(WHO)
)
CERTIFIED = (
    sa.select(col(CertificationEvent.retiree_id), sa.func.max(col(CertificationEvent.occurred_on)))
    .where(col(CertificationEvent.retiree_id).in_(PERSONS), col(CertificationEvent.voided_at).is_(None))
    .group_by(col(CertificationEvent.retiree_id))
)


async def doubted_since_certified(step: Step, persons: Sequence[UUID]) -> set[UUID]:
    """Of these persons: those about whom a report left a doubt that no certification has ended."""
    found: set[UUID] = set()
    for start in range(0, len(persons), CHUNK):
        some = {"persons": list(persons[start : start + CHUNK])}
        doubts = {row[0]: row[1] for row in await step.session.execute(DOUBTED, some)}
        if doubts:
            rows = await step.session.execute(CERTIFIED, {"persons": list(doubts)})
            certified = {row[0]: row[1] for row in rows}
            found |= {
                person
                for person, at in doubts.items()
                if person not in certified or certified[person] < step.local_date(at)
            }
    return found


async def ask_for_staff(step: Step, retiree_id: UUID) -> None:
    """A doubt came up: what already waits to certify this person is led by staff as well."""
    for visit in await step.session.scalars(
        select(Visit).where(col(Visit.retiree_id) == retiree_id, col(Visit.status).in_(PLANNABLE))
    ):
        if CERTIFIER in visit.skills:
            visit.skills = sorted({*visit.skills, STAFF_LEAD})
