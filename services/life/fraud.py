"""Suspicions (Regulation art. 31): evidence is locked, the agency investigates, volunteers see nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel import col, select

from domain.departures import FRAUD_MOVES, FraudStatus
from models.life import FraudCase
from models.retirees import Retiree
from models.visits import Visit
from services import desk
from services.audit import audit
from services.errors import BadInput, WrongMoment
from services.life.matters import open_matter
from services.steps import Step

DISTRICT = 1
SHORTEST_REASON = 4


async def suspect(
    step: Step, retiree: Retiree, kind: str, *, visit_id: UUID | None = None, since_on: date | None = None
) -> FraudCase:
    """Open the case once; what was collected (from `since_on`, or all) can be read, not changed."""
    known: FraudCase | None = await step.session.scalar(
        select(FraudCase).where(
            col(FraudCase.retiree_id) == retiree.id,
            col(FraudCase.kind) == kind,
            col(FraudCase.status).in_(
                (FraudStatus.SUSPECTED, FraudStatus.INVESTIGATING, FraudStatus.DEMANDED)
            ),
        )
    )
    await _lock_evidence(step, retiree.id, since_on)
    if known is not None:
        return known
    row = FraudCase(
        retiree_id=retiree.id,
        visit_id=visit_id,
        kind=kind,
        opened_by=step.actor,
        opened_at=step.now,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    step.session.add(row)
    await step.session.flush()
    due = step.now + timedelta(hours=24)
    await open_matter(step, "fraud", str(row.id), retiree, rung=DISTRICT, due_at=due, matter="fraud_case")
    await audit(step, "fraud.suspect", row, fields=["kind"])
    return row


async def _lock_evidence(step: Step, retiree_id: UUID, since_on: date | None) -> None:
    query = select(Visit).where(
        col(Visit.retiree_id) == retiree_id,
        col(Visit.reported_at).is_not(None),
        col(Visit.evidence_locked_at).is_(None),
    )
    if since_on is not None:
        query = query.where(col(Visit.reported_at) >= datetime.combine(since_on, time(), step.zone))
    for visit in await step.session.scalars(query):
        visit.evidence_locked_at = step.now


async def move_case(step: Step, row: FraudCase, status: str, reason: str) -> FraudCase:
    """The agency goes on: investigate, demand repayment by a day, repaid, handed over, or nothing in it.

    Raises:
        BadInput: no such status, or no reason. WrongMoment: the case does not go there.
    """
    if status not in set(FraudStatus):
        raise BadInput("status", "Choose a status.", "status")
    if len(reason.strip()) < SHORTEST_REASON:
        raise BadInput("reason", "Say why.", "reason")
    wanted = FraudStatus(status)
    if wanted not in FRAUD_MOVES[FraudStatus(row.status)]:
        raise WrongMoment(row.status, "Regulation art. 31: this step does not follow from the case's state.")
    row.status, row.reason = wanted, reason.strip()[:128]
    row.changed_by, row.changed_at = step.actor, step.now
    if wanted is FraudStatus.DEMANDED:
        row.repay_by = step.today + timedelta(days=step.policy.fraud_repayment_days)
    if not FRAUD_MOVES[wanted]:
        await desk.close_matter(step, f"fraud/{row.id}", wanted)
        if wanted is FraudStatus.DISMISSED:
            await _unlock_evidence(step, row.retiree_id)
    await audit(step, "fraud.move", row, fields=["status"], why=reason)
    return row


async def _unlock_evidence(step: Step, retiree_id: UUID) -> None:
    for visit in await step.session.scalars(select(Visit).where(col(Visit.retiree_id) == retiree_id)):
        visit.evidence_locked_at = None


async def dismiss_cases(step: Step, retiree_id: UUID, kind: str, reason: str) -> None:
    """What the suspicion was about is not so."""
    rows = await step.session.scalars(
        select(FraudCase).where(
            col(FraudCase.retiree_id) == retiree_id,
            col(FraudCase.kind) == kind,
            col(FraudCase.status).in_((FraudStatus.SUSPECTED, FraudStatus.INVESTIGATING)),
        )
    )
    for row in rows.all():
        await move_case(step, row, FraudStatus.DISMISSED, reason)
