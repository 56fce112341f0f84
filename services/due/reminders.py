"""The reminder ladder of certifications, and the warning to coordinators (decision to §1.6)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from domain.certification import CertificationClock, current_reminder, may_remind
from domain.masking import mask_name
from domain.messages import MessageStatus
from domain.visits import STAFFED as VISIT_STAFFED
from domain.visits import VisitKind
from models.messages import Message
from models.retirees import LifeStatus, Retiree
from models.visits import Visit
from notifications import wording
from services.call_matters import ring_about_certification
from services.due.certifications import load_certifications
from services.due.climbing import warn_of_waiting
from services.due.overdue import tell_overdue
from services.due.persons import load_persons
from services.ladder import retiree_side
from services.messages import already_intended, look_up_intended, queue_message
from services.steps import Step

CHUNK = 500  # natural keys in one question
# Who lives elsewhere or lies in hospital has to be certified too; missing, in prison, dead: not reminded.
REMINDED = (LifeStatus.LIVING, LifeStatus.AWAY, LifeStatus.HOSPITALISED)
UNSENT = (MessageStatus.CANCELLED, MessageStatus.SUPPRESSED, MessageStatus.EXPIRED, MessageStatus.FAILED)


async def remind_certifications(step: Step) -> int:
    """R1 on the ladder's days to everybody not yet certified; C1 for home visits with nobody to go."""
    sent = 0
    due = []
    for person, clock in await load_certifications(step, await load_persons(step, REMINDED)):
        days = current_reminder(clock.days_left(step.today), step.policy)
        if days is not None and days < step.policy.reminder_list_days:
            due.append((person, clock, days))
    keys = [f"{form}/{_key(p.id, clock, days)}" for p, clock, days in due for form in ("R1", "R1b")]
    for start in range(0, len(keys), CHUNK):
        await look_up_intended(step, keys[start : start + CHUNK])
    last = await _last_texts(step, [person.id for person, _, _ in due])
    for person, clock, days in due:
        if may_remind(last.get(person.id), step.today, clock.due_on, step.policy):
            sent += await _remind(step, person.id, clock, days)
    await warn_of_waiting(step)
    await tell_overdue(step)
    return sent


async def _last_texts(step: Step, ids: list[UUID]) -> dict[UUID, date]:
    """The day of each person's last certification text within the policy's gap."""
    since = step.now - timedelta(days=step.policy.reminder_gap_days)
    found: dict[UUID, date] = {}
    for start in range(0, len(ids), CHUNK):
        rows = await step.session.execute(
            select(col(Message.person_id), func.max(col(Message.created_at)))
            .where(
                col(Message.person_id).in_(ids[start : start + CHUNK]),
                col(Message.template).in_(("R1", "R1b")),
                col(Message.status).not_in(UNSENT),
                col(Message.created_at) > since,
            )
            .group_by(col(Message.person_id))
        )
        found |= {person: step.local_date(at) for person, at in rows if person is not None}
    return found


def _key(retiree_id: UUID, clock: CertificationClock, days: int) -> str:
    return f"{retiree_id}/{clock.due_on}/{days}"


async def _remind(step: Step, retiree_id: UUID, clock: CertificationClock, days: int) -> int:
    """One text a step of the ladder, also after a standstill; none to somebody whose home visit is agreed."""
    key = _key(retiree_id, clock, days)
    if await already_intended(step, "R1", key) or await already_intended(step, "R1b", key):
        return 0
    retiree = await step.session.get(Retiree, retiree_id)
    if retiree is None:
        return 0
    agreed = await step.session.scalar(
        select(col(Visit.id)).where(
            col(Visit.retiree_id) == retiree.id,
            col(Visit.kind) == VisitKind.CERTIFICATION,
            col(Visit.status).in_(VISIT_STAFFED),
        )
    )
    to = await retiree_side(step, retiree)
    if agreed is not None:
        return 0
    if not to.phone:
        if days <= step.policy.call_reminder_days:
            await ring_about_certification(step, retiree, due_on=clock.due_on.isoformat())
        return 0
    due = (
        wording.near_day(clock.due_on, step.today)
        if clock.due_on.year != step.today.year
        else wording.day(clock.due_on)
    )
    params: dict[str, str | int] = {"due": due}
    template = "R1"
    if to.audience == "contact":
        template, params = "R1b", {"due": due, "name": mask_name(retiree.name)}
    moment = datetime.combine(clock.due_on, time(23, 59), step.zone)
    return int(await queue_message(step, template, to, key, params, moment=moment) is not None)
