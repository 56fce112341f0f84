"""By which number a retiree is reached: the one that answered last, the own, then the contact ladder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.ladder import Rung, rung_of
from models.retirees import Contact, LifeStatus, Retiree
from models.seal import blind_index
from notifications.phones import PhoneKind
from services.messages import Recipient
from services.steps import Step

CONTACTS = select(Contact).where(col(Contact.retiree_id) == bindparam("retiree")).order_by(col(Contact.rank))


class Way(StrEnum):
    """The channels of the contact list."""

    TEXT = "text"
    TEXT_RELATIVE = "text_relative"
    CALL = "call"
    CALL_RELATIVE = "call_relative"
    VISIT = "visit"  # no number that works: paper, or in person


@dataclass(frozen=True)
class Channel:
    """`number`: E.164, '' for a visit; `contact`: whose it is, None for the person's own."""

    way: Way
    number: str = ""
    contact: Contact | None = None


async def retiree_side(step: Step, retiree: Retiree) -> Recipient:
    """Who is texted for a retiree: one number, also where several are known or shared; '' where none is."""
    if retiree.life_status is LifeStatus.DECEASED:
        return Recipient("retiree", retiree.id, "", retiree, opted_out=True)
    own = _own(retiree)
    if own is not None and _preferred(step, retiree) in (None, retiree.phone_index):
        return own
    found = await reachable(step, retiree)
    return found[0] if found else Recipient("retiree", retiree.id, "", retiree, _is_opted_out(retiree))


async def reachable(step: Step, retiree: Retiree) -> list[Recipient]:
    """Everybody a text can reach, best first: each number once, none that is void or wants no texts."""
    if retiree.life_status is LifeStatus.DECEASED:
        return []
    contacts = list(await step.session.scalars(CONTACTS, {"retiree": retiree.id}))
    return _reachable(step, retiree, contacts)


def _reachable(step: Step, retiree: Retiree, contacts: list[Contact]) -> list[Recipient]:
    contacts = sorted(contacts, key=_by_rung)
    own = _own(retiree)
    found = {own.phone: own} if own is not None else {}
    for contact in contacts:
        if contact.phone_kind == PhoneKind.MOBILE and contact.opted_out_at is None and contact.phone:
            found.setdefault(contact.phone, Recipient("contact", retiree.id, contact.phone, retiree))
    preferred = _preferred(step, retiree)
    return sorted(found.values(), key=lambda to: blind_index("phone", to.phone) != preferred)


async def callable_people(step: Step, retiree: Retiree) -> list[Retiree | Contact]:
    """Everybody to ring, best first: whoever answered last, the person, then the contact ladder."""
    contacts = list(await step.session.scalars(CONTACTS, {"retiree": retiree.id}))
    return _callable(step, retiree, contacts)


def _callable(step: Step, retiree: Retiree, contacts: list[Contact]) -> list[Retiree | Contact]:
    preferred = _preferred(step, retiree)
    people: list[Retiree | Contact] = [retiree, *sorted(contacts, key=_by_rung)]
    return sorted(people, key=lambda person: preferred is None or person.phone_index != preferred)


def preferred_channel(step: Step, retiree: Retiree, contacts: list[Contact]) -> Channel:
    """How to get in touch first: what the ladder would do with the numbers that are known (art. 17)."""
    texted = _reachable(step, retiree, contacts)
    if texted:
        who = None if texted[0].audience == "retiree" else _whose(texted[0].phone, contacts)
        return Channel(Way.TEXT if who is None else Way.TEXT_RELATIVE, texted[0].phone, who)
    for person in _callable(step, retiree, contacts):
        number = person.phone if person.phone_kind != PhoneKind.VOID else None
        if isinstance(person, Retiree):
            number = number or person.landline
        if number:
            who = person if isinstance(person, Contact) else None
            return Channel(Way.CALL if who is None else Way.CALL_RELATIVE, number, who)
    return Channel(Way.VISIT)


def _whose(number: str, contacts: list[Contact]) -> Contact:
    return next(contact for contact in sorted(contacts, key=_by_rung) if contact.phone == number)


def _by_rung(contact: Contact) -> tuple[Rung, int, UUID]:
    return rung_of(contact.relation), contact.rank, contact.id


def note_answer(step: Step, retiree: Retiree, index: bytes | None) -> None:
    """That number answered for the person, by text or on the telephone: it is tried first from now on."""
    if index is not None:
        retiree.answered_index, retiree.answered_at = index, step.now


def _own(retiree: Retiree) -> Recipient | None:
    if retiree.phone_kind == PhoneKind.MOBILE and not _is_opted_out(retiree) and retiree.phone:
        return Recipient("retiree", retiree.id, retiree.phone, retiree)
    return None


def _is_opted_out(retiree: Retiree) -> bool:
    return retiree.opted_out_at is not None


def _preferred(step: Step, retiree: Retiree) -> bytes | None:
    is_fresh = retiree.answered_at is not None and step.now - retiree.answered_at <= timedelta(
        days=step.policy.answered_days
    )
    return retiree.answered_index if is_fresh else None
