"""Gateways' reports: stored once, applied by rank, in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import structlog
from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from domain.messages import FINAL_MESSAGE, IN_DOUBT, MessageStatus
from models.messages import Attempt, Message, Receipt
from notifications.receipts import REPORTED, merge
from services import failures
from services.steps import Step

log = structlog.get_logger()

REFS: BindParameter[str] = bindparam("refs", expanding=True)
ORPHANS = (
    select(Receipt)
    .where(
        col(Receipt.gateway) == bindparam("gateway"),
        col(Receipt.gateway_ref).in_(REFS),
        col(Receipt.applied_at).is_(None),
    )
    .order_by(col(Receipt.id))
    .execution_options(autoflush=False)
)


async def record(
    step: Step,
    gateway: str,
    gateway_ref: str,
    attempt_id: UUID | None,
    status: str,
    code: str = "",
    fault: str = "",
) -> str:
    """Returns `duplicate`, `orphan` (kept, nobody's), `ignored`, `applied`; `fault`: our word for `code`."""
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
    attempt = await _attempt_of(step, gateway, attempt_id)
    message = await _message_of(step, gateway, gateway_ref, attempt)
    if message is None:
        log.info("receipt.orphan", gateway=gateway)
        return "orphan"
    return await _apply(step, receipt, message, attempt, code, fault)


async def _apply(
    step: Step, receipt: Receipt, message: Message, attempt: Attempt | None, code: str, fault: str = ""
) -> str:
    receipt.applied_at, status, before = step.now, receipt.status, message.status
    if status not in REPORTED:
        return "ignored"
    if message.status is MessageStatus.QUEUED and _is_late_proof(attempt, status):
        # An attempt that was believed lost has arrived after all: what waits to be sent again must not be.
        message.status, message.attempt_id = MessageStatus.UNKNOWN, receipt.attempt_id
    if message.status in IN_DOUBT or not message.gateway_ref:
        # The report itself proves that the attempt reached the gateway, and under which name.
        message.gateway_ref = receipt.gateway_ref
    told = f"{fault}:{code}" if fault else code
    merged = merge(message.status, message.failure, MessageStatus(status), told)
    message.status, message.failure = merged.status, merged.code[:48]
    if message.status in FINAL_MESSAGE and message.closed_at is None:
        message.closed_at = step.now
    await failures.after_report(step, message, before, code, fault)
    return "applied"


async def bind_orphans(step: Step, messages: Iterable[Message]) -> None:
    """Apply reports that came before anybody knew the gateway's name of these texts."""
    named = {(m.gateway, m.gateway_ref): m for m in messages if m.gateway_ref and m.closed_at is None}
    for gateway in {gateway for gateway, _ in named}:
        refs = [ref for name, ref in named if name == gateway]
        for receipt in await step.session.scalars(ORPHANS, {"gateway": gateway, "refs": refs}):
            message = named[gateway, receipt.gateway_ref]
            await _apply(step, receipt, message, None, receipt.code)


def _is_late_proof(attempt: Attempt | None, status: str) -> bool:
    """A text that was taken, reported on and queued again on purpose is stopped by its delivery only."""
    return status == MessageStatus.DELIVERED or (attempt is not None and attempt.outcome in ("", "indoubt"))


async def _attempt_of(step: Step, gateway: str, attempt_id: UUID | None) -> Attempt | None:
    """The attempt of that id, if it was this gateway's."""
    attempt = await step.session.get(Attempt, attempt_id) if attempt_id is not None else None
    return attempt if attempt is not None and attempt.gateway == gateway else None


async def _message_of(step: Step, gateway: str, ref: str, attempt: Attempt | None) -> Message | None:
    if attempt is not None:
        return await step.session.get(Message, attempt.message_id, with_for_update=True)
    return await step.session.scalar(
        select(Message)
        .where(col(Message.gateway) == gateway, col(Message.gateway_ref) == ref)
        .with_for_update()
    )
