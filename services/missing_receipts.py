"""Reports that never came: the gateway is asked what it knows, less and less often, until the deadline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from domain.messages import FINAL_MESSAGE, MessageStatus
from models.messages import Attempt, Message
from notifications.gateways.protocol import FindError, Gateway, Outgoing, Remote, Way
from notifications.receipts import merge
from services import failures
from services.outgoing import outgoing_of
from services.steps import Step, Steps

AWAITED = (MessageStatus.ACCEPTED, MessageStatus.SENT)
ASK_AFTER = timedelta(hours=1)
NO_RECEIPT = "no_receipt"
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # out of the ticks' sight


def first_question(message: Message) -> datetime:
    """When the gateway is asked about a text it took, if no report has come by then."""
    return first_asked_at(message.submitted_at or message.send_at)


def first_asked_at(sent_at: datetime) -> datetime:
    """The same for a text that was handed over then."""
    return sent_at + ASK_AFTER


async def ask_receipt(steps: Steps, gateway: Gateway, message_id: UUID) -> str:
    """One text whose fate is not known. Returns what happened, for the log and tests."""
    asked = await steps.run("system", lambda step: _begin(step, gateway, message_id))
    if asked is None:
        return "nothing_to_ask"
    outgoing, since = asked
    try:
        found = await gateway.find(outgoing, since)
    except FindError:
        return "not_answered"
    if not found:
        return "not_found"
    return await steps.run("system", lambda step: _record(step, message_id, found))


async def _begin(step: Step, gateway: Gateway, message_id: UUID) -> tuple[Outgoing, datetime] | None:
    """Set the time of the next question; after the deadline the fate stays unknown and nobody asks again."""
    message = await _locked(step, message_id)
    if message is None:
        return None
    sent_at = message.submitted_at or message.created_at
    deadline = sent_at + timedelta(hours=step.policy.receipt_hours)
    if step.now >= deadline:
        message.failure, message.closed_at = message.failure or NO_RECEIPT, step.now
        message.send_at = NEVER
        return None
    message.send_at = min(step.now + max(step.now - sent_at, ASK_AFTER), deadline)
    attempt = await step.session.get(Attempt, message.attempt_id) if message.attempt_id else None
    can = gateway.capabilities
    if attempt is None or message.gateway != gateway.name or not can.find or can.receipts is Way.NONE:
        return None
    return outgoing_of(message, attempt.id), attempt.started_at


async def _record(step: Step, message_id: UUID, found: Sequence[Remote]) -> str:
    """What the gateway says of the text by its name there; one of the same words is another."""
    message = await _locked(step, message_id)
    if message is None:
        return "reported_meanwhile"
    told = next((r for r in found if r.ref in ("", message.gateway_ref)), None)
    if told is None:
        return "not_found"
    before = message.status
    merged = merge(message.status, message.failure, told.status, told.code)
    message.status, message.failure = merged.status, merged.code[:48]
    if message.status in FINAL_MESSAGE:
        message.closed_at = step.now
    await failures.after_report(step, message, before, told.code)
    return str(message.status)


async def _locked(step: Step, message_id: UUID) -> Message | None:
    message: Message | None = await step.session.scalar(
        select(Message)
        .where(
            col(Message.id) == message_id,
            col(Message.status).in_(AWAITED),
            col(Message.closed_at).is_(None),
        )
        .with_for_update()
    )
    return message
