"""Is what a text says still true? Asked in the transaction that claims it for sending."""

from __future__ import annotations

from sqlmodel import col, select

from domain.messages import MessageStatus
from domain.offers import OfferStatus
from domain.visits import FINAL, VisitStatus
from models.messages import Message
from models.retirees import Contact, LifeStatus, Retiree
from models.visits import Offer, Seat, Visit
from models.volunteers import Volunteer
from services.steps import Step

# Texts that speak of an agreed visit at its time.
OF_AGREED_VISIT = frozenset({"V2", "V3", "V4", "V9", "V15", "R2", "R2b", "R3", "R3b", "R6", "R6b"})
TO_CREW = frozenset({"V2", "V3", "V4", "V6", "V9", "V15"})
AGREED = frozenset({VisitStatus.ACCEPTED, VisitStatus.CHECKED_IN})

Refusal = tuple[MessageStatus, str]


async def why_not_send(step: Step, message: Message) -> Refusal | None:
    """The status and reason with which the text ends unsent, or None when it may go."""
    if message.expires_at <= step.now:
        return MessageStatus.EXPIRED, "stale"
    for check in (_person, _offer, _visit):
        refusal = await check(step, message)
        if refusal is not None:
            return refusal
    return None


async def _person(step: Step, message: Message) -> Refusal | None:
    """Alive, willing, and still under that number."""
    if message.audience == "volunteer":
        opted_out_at = await step.session.scalar(
            select(col(Volunteer.opted_out_at)).where(col(Volunteer.id) == message.person_id)
        )
        if opted_out_at is not None:
            # V14 confirms the very opt-out and is the last text.
            return None if message.template == "V14" else (MessageStatus.SUPPRESSED, "opted_out")
    elif message.audience in ("retiree", "contact"):
        person = (
            await step.session.execute(
                select(col(Retiree.life_status), col(Retiree.opted_out_at)).where(
                    col(Retiree.id) == message.person_id
                )
            )
        ).first()
        if person is None or person.life_status is LifeStatus.DECEASED:
            return MessageStatus.SUPPRESSED, "deceased"
        if message.audience == "retiree" and person.opted_out_at is not None:
            return MessageStatus.SUPPRESSED, "opted_out"
        if message.audience == "contact" and await _contact_opted_out(step, message):
            return MessageStatus.SUPPRESSED, "opted_out"
    return None


async def _contact_opted_out(step: Step, message: Message) -> bool:
    found = await step.session.scalar(
        select(col(Contact.id)).where(
            col(Contact.retiree_id) == message.person_id,
            col(Contact.phone_index) == message.phone_index,
            col(Contact.opted_out_at).is_not(None),
        )
    )
    return found is not None


async def _offer(step: Step, message: Message) -> Refusal | None:
    if message.template != "V1" or message.offer_id is None:
        return None
    status = await step.session.scalar(select(col(Offer.status)).where(col(Offer.id) == message.offer_id))
    if status is not OfferStatus.OFFERED:
        return MessageStatus.CANCELLED, "offer_ended"
    return None


async def _visit(step: Step, message: Message) -> Refusal | None:
    if message.visit_id is None or message.template not in OF_AGREED_VISIT | TO_CREW | {"V1"}:
        return None
    visit = (
        await step.session.execute(
            select(col(Visit.status), col(Visit.starts_at)).where(col(Visit.id) == message.visit_id)
        )
    ).first()
    if visit is None or visit.status in FINAL:
        return MessageStatus.CANCELLED, "visit_ended"
    if message.template == "V1":
        return None
    if message.template in OF_AGREED_VISIT and (
        visit.status not in AGREED or visit.starts_at != message.starts_at
    ):
        return MessageStatus.CANCELLED, "visit_changed"
    if message.template == "V6" and visit.status is VisitStatus.REPORTED:
        return MessageStatus.CANCELLED, "reported"
    if message.template in TO_CREW and not await _in_crew(step, message):
        return MessageStatus.CANCELLED, "not_in_crew"
    return None


async def _in_crew(step: Step, message: Message) -> bool:
    found = await step.session.scalar(
        select(col(Seat.id)).where(
            col(Seat.visit_id) == message.visit_id, col(Seat.volunteer_id) == message.person_id
        )
    )
    return found is not None
