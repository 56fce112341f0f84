"""Why somebody will be suspended: what stands in the way of the certification, as far as is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from domain.certification import home_visit_opens_on
from domain.messages import MessageStatus
from domain.visits import FINAL, STAFFED, VisitKind, VisitStatus
from models.messages import Message
from models.retirees import Contact, LifeStatus
from models.visits import Visit
from services.agency.standing import Stand
from services.steps import Step

CHUNK = 500
IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
VISITS = sa.select(
    col(Visit.id), col(Visit.retiree_id), col(Visit.number), col(Visit.status), col(Visit.starts_at)
).where(
    col(Visit.retiree_id).in_(IDS),
    col(Visit.status).not_in(FINAL),
    sa.or_(col(Visit.kind) == VisitKind.CERTIFICATION, col(Visit.with_certification)),
)
REMINDED = (
    sa.select(col(Message.person_id), sa.func.count(), sa.func.max(col(Message.created_at)))
    .where(
        col(Message.person_id).in_(IDS),
        col(Message.template).in_(("R1", "R1b")),
        col(Message.status).in_((MessageStatus.ACCEPTED, MessageStatus.SENT, MessageStatus.DELIVERED)),
    )
    .group_by(col(Message.person_id))
)
REACHED_BY_CONTACT = select(col(Contact.retiree_id)).where(
    col(Contact.retiree_id).in_(IDS), col(Contact.phone_kind) == "mobile", col(Contact.opted_out_at).is_(None)
)


@dataclass(frozen=True)
class Why:
    """`code` in words: group "suspension"; `hold`: seen in time, the evidence waits for its review."""

    code: str
    visit_id: UUID | None = None
    visit_number: str = ""
    starts_at: datetime | None = None
    reminders: int = 0
    hold: bool = False


async def reasons_for(step: Step, stands: Sequence[Stand]) -> dict[UUID, Why]:
    """The reason of each person."""
    visits: dict[UUID, Any] = {}
    reminded: dict[UUID, int] = {}
    by_contact: set[UUID] = set()
    ids = [stand.id for stand in stands]
    for start in range(0, len(ids), CHUNK):
        part = {"ids": ids[start : start + CHUNK]}
        for row in await step.session.execute(VISITS, part):
            visits[row.retiree_id] = row
        for person_id, count, _ in await step.session.execute(REMINDED, part):
            if person_id is not None:
                reminded[person_id] = count
        by_contact |= set(await step.session.scalars(REACHED_BY_CONTACT, part))
    return {
        stand.id: _why(step, stand, visits.get(stand.id), reminded.get(stand.id, 0), stand.id in by_contact)
        for stand in stands
    }


def code_of(status: VisitStatus) -> str:
    """What an open visit's status says about whoever has not been seen, in words: group "suspension"."""
    if status is VisitStatus.REPORTED:
        return "waits_for_review"
    if status is VisitStatus.RETURNED:
        return "evidence_returned"
    return "visit_agreed" if status in STAFFED else f"visit_{status}"


def _why(step: Step, stand: Stand, visit: Any, reminders: int, by_contact: bool) -> Why:
    if visit is not None and visit.status in (VisitStatus.REPORTED, VisitStatus.RETURNED):
        in_time = visit.starts_at is not None and step.local_date(visit.starts_at) <= stand.clock.due_on
        return Why(code_of(visit.status), visit.id, visit.number, visit.starts_at, reminders, hold=in_time)
    if stand.life_status is not LifeStatus.LIVING:
        return Why(str(stand.life_status), reminders=reminders)
    if visit is not None:
        return Why(code_of(visit.status), visit.id, visit.number, visit.starts_at, reminders)
    if stand.ground:
        opens_on = home_visit_opens_on(stand.clock.due_on, step.policy)
        return Why("visit_opens_later" if step.today < opens_on else "no_visit")
    if stand.clock.special_procedure:
        return Why("special_procedure", reminders=reminders)
    if not stand.has_mobile and not by_contact:
        return Why("no_number", reminders=reminders)
    return Why("reminded" if reminders else "not_reminded_yet", reminders=reminders)
