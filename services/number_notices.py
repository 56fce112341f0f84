"""A number is changed, found right, or may be texted again (art. 16(3): told by oneself or a relative)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from domain.messages import MessageStatus
from models.desk import DeskItem
from models.messages import Message
from models.retirees import Contact, Retiree
from models.volunteers import Volunteer
from notifications.phones import PhoneError, PhoneKind, read_phone
from services import desk, phone_states
from services.audit import audit
from services.errors import BadInput, NotFound
from services.steps import Step

Person = Retiree | Contact | Volunteer

# Who said so.
SOURCES = ("oneself", "relative", "neighbour", "community", "employer", "other")


@dataclass(frozen=True)
class NumberNotice:
    """`number` as it was told, '' where the known one is right; `wants_texts`: again, after an opt-out."""

    source: str
    number: str = ""
    wants_texts: bool = False


async def note_number(step: Step, person: Person, notice: NumberNotice) -> str:
    """Take the notice into the record; returns changed, right or texts_again.

    Texts that wait go to the new number; the matter "check a phone number" is closed.

    Raises:
        BadInput: no number where none is known, not a number, or an unknown source.
    """
    if notice.source not in SOURCES:
        raise BadInput("source", "Say who told it.", "source")
    said = notice.number.strip()
    if not said and not person.phone:
        raise BadInput("number", "No number is known: enter one.", "number")
    done = await _change(step, person, said) if said else await _confirm(step, person)
    if notice.wants_texts:
        person.opted_out_at = None
        if person.phone_index is not None:
            await phone_states.allow_again(step, person.phone_index)
        done = "texts_again" if done == "right" else done
    if not isinstance(person, Contact):
        person.updated_at = step.now
    fields = ["phone"] if done == "changed" else []
    if notice.wants_texts:
        fields.append("opted_out_at")
    await audit(step, "phone.noted", person, fields=fields, why=f"{done}, told by {notice.source}")
    await _close_matters(step, person, done)
    return done


async def own_contact(step: Step, retiree: Retiree, contact_id: UUID) -> Contact:
    """A contact of the retiree. Raises NotFound."""
    contact = await step.session.get(Contact, contact_id)
    if contact is None or contact.retiree_id != retiree.id:
        raise NotFound("contact", "There is no such contact.")
    return contact


async def _change(step: Step, person: Person, said: str) -> str:
    try:
        number = read_phone(said)
    except PhoneError as error:
        raise BadInput(
            "number", "This is no telephone number of mainland China: 11 digits, or a landline.", "number"
        ) from error
    if number.kind not in (PhoneKind.MOBILE, PhoneKind.LANDLINE):
        raise BadInput("number", "Enter a mobile number or a landline.", "number")
    if isinstance(person, Volunteer) and number.kind is not PhoneKind.MOBILE:
        raise BadInput("number", "A volunteer needs a mobile number: offers come by text.", "number")
    if number.e164 == person.phone:
        return await _confirm(step, person)
    before = person.phone_index
    person.phone, person.phone_kind = number.e164, number.kind.value
    await step.session.flush()
    await phone_states.note_arrived(step, [person.phone_index])  # void with whoever had it before
    if number.kind is PhoneKind.MOBILE and before is not None:
        owner = person.retiree_id if isinstance(person, Contact) else person.id
        waiting = select(Message).where(
            col(Message.person_id) == owner,
            col(Message.phone_index) == before,
            col(Message.status) == MessageStatus.QUEUED,
        )
        for message in await step.session.scalars(waiting.with_for_update(skip_locked=True)):
            message.phone = number.e164
    return "changed"


async def _confirm(step: Step, person: Person) -> str:
    await phone_states.note_arrived(step, [person.phone_index])
    return "right"


async def _close_matters(step: Step, person: Person, done: str) -> None:
    whose = (
        col(DeskItem.volunteer_id) == person.id
        if isinstance(person, Volunteer)
        else col(DeskItem.retiree_id) == (person.retiree_id if isinstance(person, Contact) else person.id)
    )
    rows = await step.session.scalars(
        select(DeskItem).where(whose, col(DeskItem.kind) == "verify_phone", col(DeskItem.closed_at).is_(None))
    )
    for item in list(rows):
        if isinstance(person, Volunteer) or item.detail.get("audience", "retiree") == _audience(person):
            await desk.close_item(step, item.id, f"number_{done}"[:64])


def _audience(person: Person) -> str:
    return "contact" if isinstance(person, Contact) else "retiree"
