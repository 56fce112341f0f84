"""What is about a person goes along when another community becomes responsible for them.

Who may see the person then sees all of it; finished visits, reports and texts stay where they were.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, or_, select

from domain.visits import PLANNABLE, VisitStatus
from models.care import CareContact, Referral, SeriousEvent
from models.consents import Consent
from models.desk import DeskItem
from models.life import FraudCase, HospitalStay, Incident, IncidentStep, StatusProposal
from models.pools import Tie
from models.retirees import CertificationEvent, Contact, Retiree, RetireeFlag
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services import desk
from services.parts import release
from services.steps import Step

OF_A_PERSON: tuple[Any, ...] = (
    RetireeFlag, Consent, Contact, CertificationEvent, CareContact, SeriousEvent, Referral, HospitalStay,
    StatusProposal, Incident, FraudCase, Tie,
)  # fmt: skip
NOT_BEGUN = PLANNABLE | {VisitStatus.PLANNED, VisitStatus.OFFERED, VisitStatus.ACCEPTED}


async def take_along(step: Step, retiree: Retiree) -> None:
    """Everything recorded about somebody whose community has just changed; their matters change hands."""
    area = {"division_code": retiree.division_code, "managing_agency": retiree.managing_agency}
    for model in OF_A_PERSON:
        await step.session.execute(update(model).where(col(model.retiree_id) == retiree.id).values(area))
    incidents = select(col(Incident.id)).where(col(Incident.retiree_id) == retiree.id)
    await step.session.execute(
        update(IncidentStep).where(col(IncidentStep.incident_id).in_(incidents)).values(area)
    )
    items = await step.session.scalars(
        select(DeskItem).where(
            col(DeskItem.retiree_id) == retiree.id,
            col(DeskItem.closed_at).is_(None),
            col(DeskItem.kind) != "transfer",  # lies with each side until it has confirmed
        )
    )
    for item in items.all():
        item.division_code, item.managing_agency = retiree.division_code, retiree.managing_agency
        item.responsible = await desk.responsible_for(step, retiree.division_code, item.rung)
    await part_households(step, retiree.id)
    await step.session.execute(
        update(VisitPart)
        .where(col(VisitPart.retiree_id) == retiree.id, col(VisitPart.status) == PartStatus.OPEN)
        .values(area)
    )


async def part_households(step: Step, retiree_id: UUID) -> int:
    """Whoever moves shares no trip with those who stay: each duty is one of its own again.

    Returns how many were parted.
    """
    rows = await step.session.scalars(
        select(VisitPart)
        .join(Visit, col(Visit.id) == col(VisitPart.visit_id))
        .where(
            col(VisitPart.status) == PartStatus.OPEN,
            col(Visit.status).in_(NOT_BEGUN),
            col(VisitPart.retiree_id) != col(Visit.retiree_id),
            or_(col(VisitPart.retiree_id) == retiree_id, col(Visit.retiree_id) == retiree_id),
        )
    )
    found = rows.all()
    for part in found:
        release(step, part)
    await step.session.flush()
    return len(found)
