"""What a person's page shows of events in the person's life."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from models.life import FraudCase, HospitalStay, Incident, IncidentStep, StatusProposal, Transfer
from models.retirees import CertificationEvent, Retiree
from services.steps import Step

MOST = 20


@dataclass(frozen=True)
class LifePage:
    """Newest first; `cases` only for those who follow suspicions."""

    proposals: list[StatusProposal]
    stays: list[HospitalStay]
    transfers: list[Transfer]
    incidents: list[tuple[Incident, list[IncidentStep]]]
    cases: list[FraudCase]
    events: list[CertificationEvent]

    @property
    def in_hospital(self) -> bool:
        return any(stay.discharged_on is None for stay in self.stays)


async def load_life(step: Step, retiree: Retiree, *, with_cases: bool) -> LifePage:
    """One retiree of the reader's area."""
    session, who = step.session, retiree.id
    proposals = await session.scalars(
        select(StatusProposal)
        .where(col(StatusProposal.retiree_id) == who)
        .order_by(col(StatusProposal.proposed_at).desc())
        .limit(MOST)
    )
    stays = await session.scalars(
        select(HospitalStay)
        .where(col(HospitalStay.retiree_id) == who)
        .order_by(col(HospitalStay.noted_at).desc())
        .limit(MOST)
    )
    transfers = await session.scalars(
        select(Transfer)
        .where(col(Transfer.retiree_id) == who)
        .order_by(col(Transfer.requested_at).desc())
        .limit(MOST)
    )
    cases = (
        select(FraudCase).where(col(FraudCase.retiree_id) == who).order_by(col(FraudCase.opened_at).desc())
    )
    events = await session.scalars(
        select(CertificationEvent)
        .where(col(CertificationEvent.retiree_id) == who)
        .order_by(col(CertificationEvent.occurred_on).desc(), col(CertificationEvent.id).desc())
        .limit(MOST)
    )
    return LifePage(
        list(proposals),
        list(stays),
        list(transfers),
        await _incidents(step, retiree),
        list(await session.scalars(cases)) if with_cases else [],
        list(events),
    )


async def _incidents(step: Step, retiree: Retiree) -> list[tuple[Incident, list[IncidentStep]]]:
    rows = await step.session.scalars(
        select(Incident)
        .where(col(Incident.retiree_id) == retiree.id)
        .order_by(col(Incident.began_at).desc())
        .limit(MOST)
    )
    found = []
    for row in rows.all():
        lines = await step.session.scalars(
            select(IncidentStep)
            .where(col(IncidentStep.incident_id) == row.id)
            .order_by(col(IncidentStep.at), col(IncidentStep.id))
        )
        found.append((row, list(lines)))
    return found
