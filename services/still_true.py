"""Is what a text says still true? Asked in the transaction that claims it for sending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from domain.flags import Flag
from domain.messages import MessageStatus
from domain.offers import OfferStatus
from domain.visits import FINAL, VisitStatus
from models.consents import Consent
from models.messages import Message
from models.retirees import Contact, LifeStatus, Retiree
from models.visits import Offer, Seat, Visit
from models.volunteers import Volunteer
from notifications.kinds import Kind
from notifications.templates import find_template
from services.consents import holders
from services.messages import NO_CONSENT
from services.steps import Step

# Texts that speak of an agreed visit at its time.
OF_AGREED_VISIT = frozenset({"V2", "V3", "V4", "V9", "V15", "V21", "R2", "R2b", "R3", "R3b", "R6", "R6b"})
TO_CREW = frozenset({"V2", "V3", "V4", "V6", "V9", "V15", "V21", "V22"})
ABOUT_VISIT = OF_AGREED_VISIT | TO_CREW | {"V1"}
AGREED = frozenset({VisitStatus.ACCEPTED, VisitStatus.CHECKED_IN})

Refusal = tuple[MessageStatus, str]


IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
OPTED_OUT = select(col(Volunteer.id)).where(
    col(Volunteer.id).in_(IDS), col(Volunteer.opted_out_at).is_not(None)
)
PERSONS = select(col(Retiree.id), col(Retiree.life_status), col(Retiree.opted_out_at)).where(
    col(Retiree.id).in_(IDS)
)
CONTACTS_OPTED_OUT = select(col(Contact.retiree_id), col(Contact.phone_index)).where(
    col(Contact.retiree_id).in_(IDS), col(Contact.opted_out_at).is_not(None)
)
OFFERS = select(col(Offer.id), col(Offer.status)).where(col(Offer.id).in_(IDS))
VISITS = select(col(Visit.id), col(Visit.status), col(Visit.starts_at)).where(col(Visit.id).in_(IDS))
WANTING: Any = holders(Flag.WANTS_GREETINGS).where(col(Consent.retiree_id).in_(IDS))
CREWS = select(col(Seat.visit_id), col(Seat.volunteer_id)).where(col(Seat.visit_id).in_(IDS))


@dataclass(frozen=True)
class Truths:
    """How the people, offers and visits that some texts are about stand now."""

    opted_out: frozenset[UUID]  # volunteers
    persons: dict[UUID, tuple[LifeStatus, bool]]  # retirees: life, and whether they opted out
    contacts_opted_out: frozenset[tuple[UUID, bytes | None]]  # retiree and number
    offers: dict[UUID, OfferStatus]
    visits: dict[UUID, tuple[VisitStatus, datetime | None]]
    crews: frozenset[tuple[UUID, UUID | None]]  # visit and volunteer
    wanting: frozenset[UUID]  # retirees who have agreed to promotions


async def load_truths(step: Step, messages: Sequence[Message]) -> Truths:
    """Everything that `why_not_send` asks about these texts, each table read once."""
    visits = {m.visit_id for m in messages if m.visit_id and m.template in ABOUT_VISIT}
    of_contacts = {m.person_id for m in messages if m.audience == "contact"}
    return Truths(
        opted_out=frozenset(
            id_
            for (id_,) in await _rows(
                step, OPTED_OUT, {m.person_id for m in messages if m.audience == "volunteer"}
            )
        ),
        persons={
            id_: (life_status, opted_out_at is not None)
            for id_, life_status, opted_out_at in await _rows(
                step, PERSONS, of_contacts | {m.person_id for m in messages if m.audience == "retiree"}
            )
        },
        contacts_opted_out=frozenset(
            tuple(row) for row in await _rows(step, CONTACTS_OPTED_OUT, of_contacts)
        ),
        offers=dict(
            await _rows(step, OFFERS, {m.offer_id for m in messages if m.offer_id and m.template == "V1"})
        ),
        visits={id_: (status, at) for id_, status, at in await _rows(step, VISITS, visits)},
        crews=frozenset(
            tuple(row)
            for row in await _rows(
                step, CREWS, {m.visit_id for m in messages if m.visit_id and m.template in TO_CREW}
            )
        ),
        wanting=frozenset(
            id_ for (id_,) in await _rows(step, WANTING, {m.person_id for m in messages if is_promotion(m)})
        ),
    )


async def _rows(step: Step, statement: Any, ids: Iterable[UUID | None]) -> Sequence[Any]:
    """The rows of a set of ids, in one statement; none at all for an empty set."""
    wanted = sorted({id_ for id_ in ids if id_ is not None})
    return (await step.session.execute(statement, {"ids": wanted})).all() if wanted else ()


def is_promotion(message: Message) -> bool:
    """A text that serves no matter of its reader: for those only who have agreed."""
    return find_template(message.template).kind is Kind.PROMOTION


def why_not_send(truths: Truths, message: Message, now: datetime) -> Refusal | None:
    """The status and reason with which the text ends unsent, or None when it may go."""
    if message.expires_at <= now:
        return MessageStatus.EXPIRED, "stale"
    return _person(truths, message) or _offer(truths, message) or _visit(truths, message)


def _person(truths: Truths, message: Message) -> Refusal | None:
    """Alive, willing, and still under that number."""
    if message.audience == "volunteer":
        # V14 confirms the very opt-out and is the last text.
        if message.person_id in truths.opted_out and message.template != "V14":
            return MessageStatus.SUPPRESSED, "opted_out"
    elif message.audience in ("retiree", "contact"):
        person = truths.persons.get(message.person_id) if message.person_id else None
        if message.person_id is None or person is None or person[0] is LifeStatus.DECEASED:
            return MessageStatus.SUPPRESSED, "deceased"
        if message.audience == "retiree" and person[1]:
            return MessageStatus.SUPPRESSED, "opted_out"
        if is_promotion(message) and message.person_id not in truths.wanting:
            return MessageStatus.SUPPRESSED, NO_CONSENT
        by_contact = (message.person_id, message.phone_index) in truths.contacts_opted_out
        if message.audience == "contact" and by_contact:
            return MessageStatus.SUPPRESSED, "opted_out"
    return None


def _offer(truths: Truths, message: Message) -> Refusal | None:
    if message.template != "V1" or message.offer_id is None:
        return None
    if truths.offers.get(message.offer_id) is not OfferStatus.OFFERED:
        return MessageStatus.CANCELLED, "offer_ended"
    return None


def _visit(truths: Truths, message: Message) -> Refusal | None:
    if message.visit_id is None or message.template not in ABOUT_VISIT:
        return None
    status, starts_at = truths.visits.get(message.visit_id, (None, None))
    if status is None or status in FINAL:
        return MessageStatus.CANCELLED, "visit_ended"
    if message.template == "V1":
        return None
    if message.template in OF_AGREED_VISIT and (status not in AGREED or starts_at != message.starts_at):
        return MessageStatus.CANCELLED, "visit_changed"
    if message.template == "V6" and status is VisitStatus.REPORTED:
        return MessageStatus.CANCELLED, "reported"
    if message.template in TO_CREW and (
        message.person_id is None or (message.visit_id, message.person_id) not in truths.crews
    ):
        return MessageStatus.CANCELLED, "not_in_crew"
    return None
