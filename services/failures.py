"""What follows when a text does not arrive: a later try, the next contact, the next volunteer, a call."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import structlog
from sqlmodel import col, select

from domain.masking import mask_name
from domain.messages import NOT_ARRIVED, MessageStatus, Priority
from domain.offers import OfferStatus
from domain.quiet_hours import next_allowed
from domain.visits import FINAL, VisitStatus
from models.messages import Message
from models.retirees import Retiree
from models.visits import Offer, Visit
from notifications.gateways.codes import fault_of
from notifications.gateways.outcomes import Fault
from notifications.kinds import Kind
from notifications.templates import find_template, load_templates, render
from services import call_matters, channels, desk, phone_states
from services.asking import NOT_TOLD
from services.digests import members_of
from services.ladder import reachable
from services.messages import CITY, end, send_soon
from services.steps import Step
from services.timeline import note

log = structlog.get_logger()
ASKED = (VisitStatus.PLANNED, VisitStatus.OFFERED)
# Somebody must know: a text about these that cannot arrive is told by a person.
TOLD_BY_CALL = frozenset({"V2", "V3", "V4", "V5", "V9", "V15"})
# Another person's number would be refused for the same words.
FOR_THE_WORDS = (Fault.CONTENT, Fault.BAD_MESSAGE)


async def not_arrived(step: Step, message: Message, fault: Fault | None) -> None:
    """A text has failed for good. `fault` is the gateway's reason in our words; None when there is none."""
    scope = fault.scope if fault is not None else None
    if fault is not None and scope == "channel":
        await channels.pause(step, message.gateway, fault, message.division_code)
    elif fault is Fault.OPTED_OUT:
        await phone_states.note_opt_out(step, message)
        await _verify_phone(step, message, fault)
        await _end_others(step, message, MessageStatus.SUPPRESSED, "opted_out")
    elif fault is not None and scope == "number":
        await _verify_phone(step, message, fault)
        if await phone_states.note_hard_failure(step, message, fault):
            await _end_others(step, message, MessageStatus.SUPPRESSED, "number_void")
    elif fault in (*FOR_THE_WORDS, Fault.UNKNOWN):
        await _tell_words_refused(step, message, fault)
    is_passing = fault is not None and (fault.is_worth_retrying or scope == "channel")
    if is_passing and await _once_more(step, message):
        return
    for text in await members_of(step, message):
        await in_its_place(step, text, to_others=fault not in FOR_THE_WORDS)


async def after_report(
    step: Step, message: Message, before: MessageStatus, code: str, fault: str = ""
) -> None:
    """What follows from a status that a gateway has told; `fault`: the code in our words, if known."""
    if message.status is before:
        return
    if message.status is MessageStatus.DELIVERED:
        await phone_states.note_arrived(step, [message.phone_index])
    elif message.status in NOT_ARRIVED:
        known = Fault(fault) if fault in set(Fault) else fault_of(message.gateway, code)
        await not_arrived(step, message, known)


async def in_its_place(step: Step, message: Message, *, to_others: bool = True) -> None:
    """Somebody else is asked, another number of the retiree's side is texted, or a person rings."""
    if message.template == "V1":
        await _offer_goes_on(step, message)
    elif find_template(message.template).kind is Kind.PROMOTION:
        return  # nobody has to know
    elif message.audience in ("retiree", "contact"):
        retiree = await step.session.get(Retiree, message.person_id) if message.person_id else None
        if retiree is None or (to_others and await _next_contact(step, message, retiree)):
            return
        await call_matters.instead_of_text(step, message, retiree, await _tried(step, message))
    elif message.audience == "volunteer" and message.template in TOLD_BY_CALL:
        await call_matters.ring_volunteer(step, message)


async def _offer_goes_on(step: Step, message: Message) -> None:
    """The offer never reached anybody: it ends, and the next candidate is asked at once."""
    offer = await step.session.get(Offer, message.offer_id) if message.offer_id else None
    visit = await step.session.get(Visit, message.visit_id) if message.visit_id else None
    if offer is None or visit is None or offer.status is not OfferStatus.OFFERED:
        return
    offer.status, offer.answered_at, offer.channel = OfferStatus.RELEASED, step.now, NOT_TOLD
    await note(step, visit, "offer.not_told", volunteer=str(offer.volunteer_id), reason=message.failure)
    if visit.status in ASKED:
        visit.wake_at = step.now
        step.hint("visits.step", visit.id)


async def _next_contact(step: Step, message: Message, retiree: Retiree) -> bool:
    """The same to the next number of the contact ladder that was not tried."""
    if message.visit_id is not None:
        visit = await step.session.get(Visit, message.visit_id)
        if visit is None or (visit.status in FINAL and message.template not in ("R4", "R4b", "R5", "R5b")):
            return True  # nothing left to tell
    before = await _chain(step, message)
    tried = {text.phone_index for text in before}
    for to in await reachable(step, retiree):
        base = message.template.removesuffix("b")
        template = f"{base}b" if to.audience == "contact" and f"{base}b" in load_templates() else base
        form = find_template(template)
        leaves = next_allowed(step.now, to.audience, form.kind, step.policy, step.zone)
        copy = _copy(message, f"{before[-1].natural_key}/{len(before) + 1}")
        copy.phone = to.phone
        if copy.phone_index in tried:
            continue
        if leaves >= message.expires_at or step.contract.why_not(template):
            return False
        values = json.loads(message.params)
        if "name" in form.values:
            values.setdefault("name", mask_name(retiree.name))
        values = {name: value for name, value in values.items() if name in form.values}
        rendered = render(template, values, signature=step.signature)
        copy.template, copy.audience, copy.send_at = template, to.audience, leaves
        copy.params, copy.text = json.dumps(values, ensure_ascii=False), rendered.text
        copy.segments = rendered.segments.parts
        _add(step, copy)
        return True
    return False


async def _once_more(step: Step, message: Message) -> bool:
    """A phone switched off: one further try, if what it says is still of use by then."""
    before = await _chain(step, message)
    if any(text.phone_index == message.phone_index for text in before[1:]):
        return False
    form = find_template(message.template)
    wanted = step.now + timedelta(minutes=step.policy.absent_retry_minutes)
    leaves = next_allowed(wanted, message.audience, form.kind, step.policy, step.zone)
    if leaves >= message.expires_at:
        return False
    copy = _copy(message, f"{before[-1].natural_key}/{len(before) + 1}")
    copy.phone, copy.template, copy.audience, copy.send_at = (
        message.phone,
        message.template,
        message.audience,
        leaves,
    )
    copy.params, copy.text, copy.segments = message.params, message.text, message.segments
    _add(step, copy)
    for member in await members_of(step, message):
        if member is not message:
            member.carrier_id = copy.id
    return True


def _copy(message: Message, natural_key: str) -> Message:
    """A text in another's place; who sends what to whom is still to be filled in."""
    return Message(
        natural_key=natural_key[:128],
        template=message.template,
        priority=message.priority,
        audience=message.audience,
        visit_id=message.visit_id,
        offer_id=message.offer_id,
        person_id=message.person_id,
        starts_at=message.starts_at,
        code=message.code,
        send_at=message.send_at,
        expires_at=message.expires_at,
        follows_id=message.id,
        created_at=message.created_at,
        division_code=message.division_code,
        managing_agency=message.managing_agency,
    )


def _add(step: Step, copy: Message) -> None:
    copy.created_at = step.now
    step.session.add(copy)
    step.intended[copy.natural_key] = True
    if copy.send_at <= step.now:
        send_soon(step, copy)


async def _chain(step: Step, message: Message) -> list[Message]:
    """The text and those in whose place it was sent, newest first: the last is the one first intended."""
    chain = [message]
    while chain[-1].follows_id is not None:
        earlier = await step.session.get(Message, chain[-1].follows_id)
        if earlier is None:
            break
        chain.append(earlier)
    return chain


async def _tried(step: Step, message: Message) -> list[dict[str, str]]:
    """Which sort of number was tried, and why it did not work; the numbers themselves stay in the rows."""
    chain = await _chain(step, message)
    return [{"audience": text.audience, "why": text.failure} for text in reversed(chain)]


async def _end_others(step: Step, message: Message, status: MessageStatus, why: str) -> None:
    """Whatever else waits for that number cannot arrive either."""
    rows = await step.session.scalars(
        select(Message)
        .where(
            col(Message.phone_index) == message.phone_index,
            col(Message.status) == MessageStatus.QUEUED,
            col(Message.id) != message.id,
            col(Message.template) != "V14",  # confirms the opt-out
        )
        .order_by(col(Message.id))
        .with_for_update(skip_locked=True)
    )
    for text in list(rows):
        end(text, status, why, step.now)
        for member in await members_of(step, text):
            await in_its_place(step, member)


async def _verify_phone(step: Step, message: Message, fault: Fault) -> None:
    person: UUID | None = message.person_id
    await desk.open_item(
        step,
        "verify_phone",
        str(person or message.id),
        message.division_code,
        managing_agency=message.managing_agency,
        detail={"audience": message.audience, "fault": str(fault)},
        visit_id=message.visit_id,
        volunteer_id=person if message.audience == "volunteer" else None,
        retiree_id=person if message.audience in ("retiree", "contact") else None,
    )


async def _tell_words_refused(step: Step, message: Message, fault: Fault | None) -> None:
    """The wording, or something we have no rule for: those who talk to the gateway look, once a day."""
    log.warning("text.refused", template=message.template, failure=message.failure)
    await desk.open_item(
        step,
        "template",
        f"{message.template}/{message.failure}"[:100],
        CITY,
        rung=desk.CITY_DESK,
        detail={"template": message.template, "reason": message.failure},
        visit_id=message.visit_id if message.priority <= Priority.REMINDER else None,
    )
