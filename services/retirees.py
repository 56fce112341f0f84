"""What changes for a retiree, and everything that follows at once: death, absence, certification."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlmodel import col, select

from domain.visits import FINAL, VisitKind, VisitStatus
from models.retirees import CertificationEvent, LifeStatus, Retiree
from models.visits import Visit
from services import closing, desk
from services.carried import drop_certification
from services.errors import BadInput
from services.messages import cancel_messages
from services.steps import Step


async def open_visits(step: Step, retiree_id: UUID, *kinds: VisitKind) -> list[Visit]:
    """The person's visits that have not ended."""
    query = select(Visit).where(col(Visit.retiree_id) == retiree_id, col(Visit.status).not_in(FINAL))
    if kinds:
        query = query.where(col(Visit.kind).in_(kinds))
    return list(await step.session.scalars(query.order_by(col(Visit.due_on), col(Visit.id))))


async def record_death(step: Step, retiree: Retiree, died_on: date | None) -> None:
    """Everything to this person stops in this transaction; a person confirms (art. 16(4), 32)."""
    if retiree.life_status is LifeStatus.DECEASED:
        return
    retiree.life_status, retiree.died_on, retiree.learnt_on = LifeStatus.DECEASED, died_on, step.today
    retiree.updated_at = step.now
    await cancel_messages(step, person_id=retiree.id, why="deceased")
    for visit in await open_visits(step, retiree.id):
        await closing.cancel_visit(step, visit, "deceased", tell_retiree=False)
    await desk.open_item(
        step,
        "death",
        str(retiree.id),
        retiree.division_code,
        managing_agency=retiree.managing_agency,
        retiree_id=retiree.id,
    )


async def record_life_status(step: Step, retiree: Retiree, status: LifeStatus | str) -> None:
    """In hospital, moved away, missing, imprisoned: noted; the desk item of the outcome goes on."""
    retiree.life_status, retiree.updated_at = LifeStatus(status), step.now


async def record_certification(
    step: Step, retiree: Retiree, channel: str, occurred_on: date, *, visit_id: UUID | None = None
) -> CertificationEvent:
    """Append a certification; open certification visits by other ways are superseded and people told.

    Raises:
        BadInput: a day in the future.
    """
    if occurred_on > step.today:
        raise BadInput("future", "A certification cannot lie in the future.", "occurred_on")
    event = CertificationEvent(
        retiree_id=retiree.id,
        occurred_on=occurred_on,
        channel=channel,
        visit_id=visit_id,
        recorded_at=step.now,
        recorded_by=step.actor,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    step.session.add(event)
    await step.session.flush()
    await drop_certification(step, retiree.id, visit_id)
    for visit in await open_visits(step, retiree.id, VisitKind.CERTIFICATION):
        if visit.id != visit_id and visit.status is not VisitStatus.REPORTED:
            await closing.cancel_visit(step, visit, f"certified_by_{channel}", to=VisitStatus.SUPERSEDED)
    return event
