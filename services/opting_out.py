"""Somebody wants no more texts, or no more greetings."""

from __future__ import annotations

from sqlmodel import col, select

from domain.consents import Way
from domain.flags import Flag
from domain.opting_out import TextBefore, only_greetings
from domain.reply_reading import GREETINGS_NAMED, Meaning, Reading
from models.messages import Inbound, Message
from models.retirees import Contact, Retiree
from models.volunteers import Volunteer
from notifications.gateways.codes import confirms_opt_out
from notifications.kinds import Kind
from notifications.templates import load_templates
from services.answers import decline_offer
from services.consents import take_back
from services.inbound_desk import to_desk
from services.limits import SEEN
from services.messages import Recipient, queue_message
from services.people import volunteer_recipient
from services.replying import open_items
from services.steps import Step

CONFIRMATION = "R9"
ENOUGH = 20  # texts of one phone; more than it gets in the days that matter
BEFORE = (
    select(col(Message.template), col(Message.submitted_at))
    .where(col(Message.status).in_(SEEN), col(Message.submitted_at).is_not(None))
    .order_by(col(Message.submitted_at).desc(), col(Message.id).desc())
    .limit(ENOUGH)
)


async def opt_out(step: Step, row: Inbound, volunteer: Volunteer) -> str:
    """No more texts: open offers go to others, promised visits stay and a person talks to the volunteer.

    Confirmed once, unless gateway or carrier has done so by itself. Who is a retiree, too, or somebody's
    contact, gets no texts as such either.
    """
    first_time = volunteer.opted_out_at is None
    promised = []
    for thing in await open_items(step, volunteer.id):
        if thing.item.phase == "offered":
            await decline_offer(step, thing.offer_id, "sms")
        elif thing.item.phase in ("accepted", "checked_in"):
            promised.append(thing.visit_id)
    if promised:
        row.visit_id = row.visit_id or promised[0]
    if await close_number(step, row) or promised:
        await to_desk(step, row, "call", about="opted_out")
    if first_time:
        if not confirms_opt_out(row.gateway, row.text.strip()):
            await queue_message(
                step, "V14", volunteer_recipient(volunteer), str(volunteer.id), {}, moment=step.now
            )
        volunteer.opted_out_at = volunteer.updated_at = step.now
    return "opted_out"


async def close_number(step: Step, row: Inbound) -> bool:
    """Nobody of the retirees' side is texted at that number any more, greetings included.

    Returns whether anybody was until now.
    """
    owners: list[Retiree | Contact] = []
    for table in (Retiree, Contact):
        found = select(table).where(col(table.phone_index) == row.phone_index).order_by(col(table.id))
        owners += await step.session.scalars(found)
    before = [owner for owner in owners if owner.opted_out_at is None]
    for owner in before:
        owner.opted_out_at = step.now
        if isinstance(owner, Retiree):
            owner.updated_at = step.now
            await take_back(step, owner, Flag.WANTS_GREETINGS, Way.TEXT, inbound_id=row.id)
    return bool(before)


async def end_greetings(step: Step, row: Inbound, reading: Reading) -> str:
    """An opt-out that answers a greeting ends greetings only, of everybody with that number.

    Confirmed once, unless gateway or carrier has done so. Returns what was done, '' where the opt-out is
    of all texts.
    """
    if reading.meaning is not Meaning.OPT_OUT:
        return ""
    if not only_greetings(reading, await _sent_before(step, row), row.received_at):
        return ""
    owners = select(Retiree).where(col(Retiree.phone_index) == row.phone_index).order_by(col(Retiree.id))
    people = list(await step.session.scalars(owners))
    ended = []
    for person in people:
        flag = await take_back(step, person, Flag.WANTS_GREETINGS, Way.TEXT, inbound_id=row.id)
        if flag is not None:
            ended.append((person, flag))
    if len(people) == 1:
        row.retiree_id = people[0].id
    if ended and not confirms_opt_out(row.gateway, row.text.strip()):
        person, flag = ended[0]  # a shared number gets one
        to = Recipient("retiree", person.id, person.phone, person, opted_out=person.opted_out_at is not None)
        await queue_message(step, CONFIRMATION, to, str(flag.id), {}, moment=step.now)
    if not ended and reading.word == GREETINGS_NAMED:  # of whom? a person reads it
        await to_desk(step, row, "reply")
        return "to_person"
    return "greetings_ended"


async def _sent_before(step: Step, row: Inbound) -> list[TextBefore]:
    """What left for that number until the reply, newest first."""
    found = await step.session.execute(
        BEFORE.where(
            col(Message.phone_index) == row.phone_index, col(Message.submitted_at) <= row.received_at
        )
    )
    promotions = {key for key, form in load_templates().items() if form.kind is Kind.PROMOTION}
    return [TextBefore(at or row.received_at, key in promotions, key == CONFIRMATION) for key, at in found]
