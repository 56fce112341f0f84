"""Gateways' reports: stored once, applied by rank, in whatever order they come."""

from __future__ import annotations

from uuid import UUID

import structlog
from sqlmodel import col, select

from domain.messages import FINAL_MESSAGE, IN_DOUBT, MessageStatus
from models.messages import Attempt, Message, Receipt
from notifications.receipts import REPORTED, merge
from services.steps import Step

log = structlog.get_logger()


async def record(
    step: Step, gateway: str, gateway_ref: str, attempt_id: UUID | None, status: str, code: str = ""
) -> str:
    """Returns `duplicate`, `orphan` (kept, nobody's), `ignored` or `applied`."""
    known = await step.session.scalar(
        select(col(Receipt.id)).where(
            col(Receipt.gateway) == gateway,
            col(Receipt.gateway_ref) == gateway_ref,
            col(Receipt.status) == status,
        )
    )
    if known is not None:
        return "duplicate"
    receipt = Receipt(
        gateway=gateway,
        gateway_ref=gateway_ref,
        attempt_id=attempt_id,
        status=status[:16],
        code=code[:16],
        received_at=step.now,
    )
    step.session.add(receipt)
    await step.session.flush()
    message = await _message_of(step, gateway, gateway_ref, attempt_id)
    if message is None:
        log.info("receipt.orphan", gateway=gateway)
        return "orphan"
    receipt.applied_at = step.now
    if status not in REPORTED:
        return "ignored"
    if message.status in IN_DOUBT or not message.gateway_ref:
        # The report itself proves that the attempt reached the gateway, and under which name.
        message.gateway_ref = gateway_ref
    merged = merge(message.status, message.failure, MessageStatus(status), code)
    message.status, message.failure = merged.status, merged.code[:48]
    if message.status in FINAL_MESSAGE and message.closed_at is None:
        message.closed_at = step.now
    return "applied"


async def _message_of(step: Step, gateway: str, ref: str, attempt_id: UUID | None) -> Message | None:
    if attempt_id is not None:
        attempt = await step.session.get(Attempt, attempt_id)
        if attempt is not None:
            return await step.session.get(Message, attempt.message_id, with_for_update=True)
    return await step.session.scalar(
        select(Message)
        .where(col(Message.gateway) == gateway, col(Message.gateway_ref) == ref)
        .with_for_update()
    )
