"""A text that a person must read: the whole text, with whoever has the visit."""

from __future__ import annotations

from datetime import timedelta

from models.messages import Inbound
from models.visits import Visit
from services import desk, replying
from services.steps import Step

ALARM_ANSWER = timedelta(minutes=30)


async def to_desk(
    step: Step, row: Inbound, kind: str, *, wait: timedelta = timedelta(), **detail: str
) -> None:
    """Alarms are promised within half an hour and texted to whoever has them; other texts within hours.

    `wait`: so long the matter stays hidden, because the writer was asked back and may still answer clearly.
    """
    visit = await step.session.get(Visit, row.visit_id) if row.visit_id else None
    if visit is None and row.volunteer_id:
        visit = await replying.current_visit(step, row.volunteer_id)
    answer = ALARM_ANSWER if kind == "alarm" else timedelta(hours=step.policy.coordinator_answer_hours)
    item = await desk.open_item(
        step,
        kind,
        str(row.id),
        visit.division_code if visit else row.division_code,
        managing_agency=visit.managing_agency if visit else row.managing_agency,
        due_at=step.now + wait + answer,
        detail=dict(detail),
        inbound_id=row.id,
        visit_id=visit.id if visit else None,
        volunteer_id=row.volunteer_id,
        retiree_id=row.retiree_id,
        opens_at=step.now + wait,
    )
    if kind == "alarm":
        await replying.text_alarm(step, item.responsible, visit, row)
