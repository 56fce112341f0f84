"""What changes for a retiree, and everything that follows at once: death, absence, certification."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from domain.certification import (
    OWN_FACE,
    CertificationFact,
    Channel,
    counts,
    is_face_closed,
    last_certified_on,
)
from domain.messages import MessageStatus
from domain.outcomes import STAFF_LEAD
from domain.visits import VisitKind, VisitStatus
from models.messages import Message
from models.retirees import CertificationEvent, LifeStatus, Retiree
from services import closing
from services.audit import audit
from services.carried import drop_certification
from services.errors import BadInput, NotFound, WrongMoment
from services.life.deaths import record_death
from services.life.matters import open_visits
from services.steps import Step

__all__ = [
    "load_events",
    "open_visits",
    "record_certification",
    "record_death",
    "record_life_status",
    "void_certification",
]
REMINDERS = ("R1", "R1b")
CERTIFIER = "certifier"
FACE_CLOSED = (
    "Rule CERT-07: the last certification is too long ago for a face scan. Enter the form that was signed "
    "and stamped at the window, open a home visit, or import the agency's list."
)
SHORTEST_REASON = 4


async def record_life_status(step: Step, retiree: Retiree, status: LifeStatus | str) -> None:
    """In hospital, moved away, missing, imprisoned: noted; the desk item of the outcome goes on."""
    retiree.life_status, retiree.updated_at = LifeStatus(status), step.now


async def record_certification(
    step: Step,
    retiree: Retiree,
    channel: str,
    occurred_on: date,
    *,
    visit_id: UUID | None = None,
    source: str = "",
    recorded_by: str = "",
) -> CertificationEvent:
    """Append a certification. One that moves the due date ends open visits by other ways and reminders.

    The same day by the same channel is one event; an older one than the latest changes nothing else.

    Raises:
        BadInput: an unknown channel, a day in the future, before the birth or after the death, or a face scan
            entered by hand after face ways were closed (rule CERT-07).
    """
    _check(step, retiree, channel, occurred_on)
    known = await load_events(step, retiree.id)
    is_entered = visit_id is None and not source  # by hand: a list of the agency says what has happened
    if is_entered and channel in OWN_FACE and is_face_closed(facts_of(known), step.policies, occurred_on):
        raise BadInput("face_closed", FACE_CLOSED, "channel")
    for event in known:
        if (event.occurred_on, event.channel) == (occurred_on, channel) and visit_id in (
            None,
            event.visit_id,
        ):
            return event
    event = CertificationEvent(
        retiree_id=retiree.id,
        occurred_on=occurred_on,
        channel=channel,
        visit_id=visit_id,
        source=source or ("visit" if visit_id else "staff"),
        recorded_at=step.now,
        recorded_by=recorded_by or step.actor,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    step.session.add(event)
    await step.session.flush()
    before = last_certified_on(facts_of(known), step.policies)
    if not counts(channel, step.policies.on(occurred_on)) or (before is not None and before >= occurred_on):
        return event
    await drop_certification(step, retiree.id, visit_id)
    await _stop_reminders(step, retiree.id)
    for visit in await open_visits(step, retiree.id, VisitKind.CERTIFICATION):
        if visit.id != visit_id and visit.status is not VisitStatus.REPORTED:
            await closing.cancel_visit(step, visit, f"certified_by_{channel}", to=VisitStatus.SUPERSEDED)
    await _carry_no_more(step, retiree.id, visit_id)
    return event


async def _carry_no_more(step: Step, retiree_id: UUID, by_visit: UUID | None) -> None:
    """Visits that would have certified along the way go on without it; nobody need be able to."""
    for visit in await open_visits(step, retiree_id):
        carries = visit.with_certification and visit.reported_at is None
        if carries and visit.kind is not VisitKind.CERTIFICATION and visit.id != by_visit:
            visit.with_certification = False
        if carries and visit.id != by_visit:
            visit.skills = [skill for skill in visit.skills if skill not in (CERTIFIER, STAFF_LEAD)]


def _check(step: Step, retiree: Retiree, channel: str, occurred_on: date) -> None:
    if channel not in set(Channel):
        raise BadInput("channel", "Regulation art. 27: choose one of the channels.", "channel")
    if occurred_on > step.today:
        raise BadInput(
            "future",
            "Rule CERT-05: a certification cannot lie in the future. Correct the day.",
            "occurred_on",
        )
    if occurred_on < retiree.born_on:
        raise BadInput(
            "before_birth",
            "Rule CERT-05: this day lies before the person's birth. Correct it.",
            "occurred_on",
        )
    if retiree.died_on is not None and occurred_on > retiree.died_on:
        raise BadInput(
            "after_death",
            "Regulation art. 31: nobody is certified after the death. Correct the day.",
            "occurred_on",
        )


def facts_of(events: Iterable[CertificationEvent]) -> list[CertificationFact]:
    """Events as the rules know them."""
    return [CertificationFact(event.occurred_on, event.channel) for event in events]


async def face_is_closed(step: Step, retiree_id: UUID, on: date) -> bool:
    """Must the person take the special procedure on that day (rule CERT-07)?"""
    return is_face_closed(facts_of(await load_events(step, retiree_id)), step.policies, on)


async def load_events(step: Step, retiree_id: UUID) -> list[CertificationEvent]:
    """The events that hold, oldest first."""
    rows = await step.session.scalars(
        select(CertificationEvent)
        .where(col(CertificationEvent.retiree_id) == retiree_id, col(CertificationEvent.voided_at).is_(None))
        .order_by(col(CertificationEvent.occurred_on), col(CertificationEvent.id))
    )
    return list(rows)


async def _stop_reminders(step: Step, retiree_id: UUID) -> None:
    for row in await step.session.scalars(
        select(Message).where(
            col(Message.person_id) == retiree_id,
            col(Message.status) == MessageStatus.QUEUED,
            col(Message.template).in_(REMINDERS),
        )
    ):
        row.status, row.failure, row.closed_at = MessageStatus.CANCELLED, "certified", step.now


async def void_certification(step: Step, event_id: UUID, reason: str) -> CertificationEvent:
    """It was none (another person came forward, a wrong entry): kept, but it counts no more.

    Raises:
        BadInput: no reason. NotFound, WrongMoment: no such event, or void already.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise BadInput("reason", "Say why.", "reason")
    event = await step.session.get(CertificationEvent, event_id)
    if event is None:
        raise NotFound("event", "There is no such certification.")
    if event.voided_at is not None:
        raise WrongMoment("void", "Rule CERT-05: this certification is void already.")
    event.voided_at, event.voided_by, event.void_reason = step.now, step.actor, reason.strip()[:128]
    await audit(step, "certification.void", event, fields=["voided_at"], why=reason)
    return event
