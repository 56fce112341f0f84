"""Which of the texts that are due may leave now: true, approved, within hours and limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from domain.messages import MessageStatus
from models.messages import Message
from notifications.gateways.protocol import Gateway
from services import digests, failures, limits
from services.messages import end, sending_time, tell_unapproved
from services.phone_states import closed_numbers
from services.steps import Step
from services.still_true import Truths, load_truths, why_not_send

UNAPPROVED = timedelta(hours=1)  # until a text that waits for its approval is looked at again


async def choose(step: Step, gateway: Gateway, messages: Sequence[Message]) -> list[Message]:
    """The texts to hand over, the most urgent first. The others end unsent, or wait with their reason."""
    queued = [m for m in messages if m.status is MessageStatus.QUEUED]
    if not queued:
        return []
    queued = await digests.gather_alike(step, queued)
    members = await digests.carried_by(step, queued)
    truths = await load_truths(step, [*queued, *(m for group in members.values() for m in group)])
    true = [m for m in queued if _is_true(step, truths, m, members.get(m.id))]
    ready = [m for m in true if await _is_approved(step, gateway, m) and _is_in_hours(step, m)]
    ready = await _to_open_numbers(step, ready)
    ready.sort(key=lambda m: (m.priority, m.send_at, m.id))
    phones = await limits.load_phones(step, ready)
    going = []
    for message in digests.put_together(step, ready):
        if (held := limits.why_held(step, phones, message)) is None:
            limits.took(phones, message)
            going.append(message)
        else:
            await _hold(step, message, held)
    return going


def _is_true(step: Step, truths: Truths, message: Message, carried: Sequence[Message] | None) -> bool:
    """A digest that has waited goes on with those of its members that still hold."""
    if carried:
        true = [m for m in carried if why_not_send(truths, m, step.now) is None]
        if true:
            digests.word_again(step, message, true)
    refusal = why_not_send(truths, message, step.now)
    if refusal is None and carried and not true:
        refusal = MessageStatus.CANCELLED, "offer_ended"
    if refusal is not None:
        end(message, *refusal, step.now)
    return refusal is None


async def _is_approved(step: Step, gateway: Gateway, message: Message) -> bool:
    """An approval may have been withdrawn: the text waits for it, until it is stale."""
    reason = gateway.contract.why_not(message.template)
    if reason:
        await tell_unapproved(step, message.template, reason)
        message.send_at = step.now + UNAPPROVED
    return not reason


def _is_in_hours(step: Step, message: Message) -> bool:
    leaves = sending_time(step, message.template, message.audience, stale_at=message.expires_at)
    if leaves > step.now:
        message.send_at = leaves
    return leaves <= step.now


async def _to_open_numbers(step: Step, messages: Sequence[Message]) -> list[Message]:
    """Numbers that are void, or closed to us by the carrier, get nothing; somebody is reached another way."""
    closed = await closed_numbers(step, {m.phone_index for m in messages})
    if not closed:
        return list(messages)
    for message in messages:
        if message.phone_index in closed and message.template != "V14":
            end(message, MessageStatus.SUPPRESSED, closed[message.phone_index], step.now)
            await failures.in_its_place(step, message)
    return [m for m in messages if m.status is MessageStatus.QUEUED]


async def _hold(step: Step, message: Message, held: limits.Held) -> None:
    if held.until is not None:
        message.send_at = held.until
        return
    end(message, MessageStatus.SUPPRESSED, held.why, step.now)
    if held.why == "loop":
        await limits.tell_loop(step, message)
    elif held.why == "daily_limit":
        for text in await digests.members_of(step, message):
            if text.template in limits.ESSENTIAL | limits.OFFERS:
                await failures.in_its_place(step, text, to_others=False)
