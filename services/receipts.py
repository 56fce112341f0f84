"""Gateways' reports: stored once, applied by rank, in whatever order they come."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from domain.messages import FINAL_MESSAGE, IN_DOUBT, MessageStatus
from models.messages import Attempt, Message, Receipt
from models.sets import padded
from notifications.receipts import REPORTED, merge
from services import failures, phone_states
from services.steps import Step
from services.usual_reports import Report, apply_usual, is_usual

log = structlog.get_logger()
STILL_BOUND = timedelta(minutes=5)  # a report may come before its text's name is known
MOST_ORPHANS = 200

REFS: BindParameter[str] = bindparam("refs", expanding=True)
IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
KNOWN = select(col(Receipt.gateway_ref), col(Receipt.status)).where(
    col(Receipt.gateway) == bindparam("gateway"), col(Receipt.gateway_ref).in_(REFS)
)
ATTEMPTS = select(Attempt).where(col(Attempt.id).in_(IDS))
# Always in one order, so that two batches with texts in common do not wait for each other.
BY_ID = select(Message).where(col(Message.id).in_(IDS)).order_by(col(Message.id)).with_for_update()
BY_REF = (
    select(Message)
    .where(col(Message.gateway) == bindparam("gateway"), col(Message.gateway_ref).in_(REFS))
    .order_by(col(Message.id))
    .with_for_update()
)
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
    """One report; see `record_many`. `fault`: our word for `code`."""
    report = Report(gateway_ref, attempt_id, status, code, fault)
    return (await record_many(step, gateway, [report]))[0]


async def record_many(step: Step, gateway: str, reports: Sequence[Report]) -> list[str]:
    """With one question to each table.

    Returns for each `duplicate`, `orphan` (kept, nobody's), `ignored` or `applied`.
    """
    refs = padded(sorted({report.ref for report in reports}))
    rows = await step.session.execute(KNOWN, {"gateway": gateway, "refs": refs})
    known: set[tuple[str, str]] = {(ref, status) for ref, status in rows}
    is_new = []
    for report in reports:
        name = report.ref, report.status[:16]
        is_new.append(name not in known)
        known.add(name)
    new = [report for report, is_one in zip(reports, is_new, strict=True) if is_one]
    usual, arrived = await apply_usual(step, gateway, [report for report in new if is_usual(report)])
    others = await _apply_others(step, gateway, [report for report in new if report not in usual], arrived)
    await phone_states.note_arrived(step, arrived)
    results = iter(["applied" if report in usual else others[report] for report in new])
    return [next(results) if is_one else "duplicate" for is_one in is_new]


async def _apply_others(
    step: Step, gateway: str, reports: Sequence[Report], arrived: list[bytes]
) -> dict[Report, str]:
    """Reports from which more may follow, or whose text nobody knows; `arrived`: phones, added to."""
    if not reports:
        return {}
    receipts = [_receipt(step, gateway, report) for report in reports]
    step.session.add_all(receipts)
    await step.session.flush()
    attempts = await _attempts_of(step, gateway, receipts)
    messages = await _messages_of(step, gateway, receipts, attempts)
    results = {}
    for report, receipt in zip(reports, receipts, strict=True):
        attempt = attempts.get(receipt.attempt_id) if receipt.attempt_id else None
        message = messages.get(attempt.message_id if attempt else receipt.gateway_ref)
        if message is None:
            log.info("receipt.orphan", gateway=gateway)
            results[report] = "orphan"
            continue
        results[report] = await _apply(step, receipt, message, attempt, report.code, report.fault)
        if message.status is MessageStatus.DELIVERED and message.phone_index is not None:
            arrived.append(message.phone_index)
    return results


def _receipt(step: Step, gateway: str, report: Report) -> Receipt:
    return Receipt(
        gateway=gateway,
        gateway_ref=report.ref,
        attempt_id=report.attempt_id,
        status=report.status[:16],
        code=report.code[:16],
        received_at=step.now,
    )


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
    if message.status is not MessageStatus.DELIVERED:  # who is reached is looked at for the whole batch
        await failures.after_report(step, message, before, code, fault)
    return "applied"


async def bind_orphans(step: Step, names: Collection[tuple[str, str]]) -> None:
    """Apply reports that came before anybody knew these names: a gateway, and what it calls a text."""
    for gateway in sorted({gateway for gateway, _ in names}):
        refs = padded(sorted(ref for of, ref in names if of == gateway))
        orphans = list(await step.session.scalars(ORPHANS, {"gateway": gateway, "refs": refs}))
        if not orphans:
            continue
        refs = padded(sorted({receipt.gateway_ref for receipt in orphans}))
        found = await step.session.scalars(BY_REF, {"gateway": gateway, "refs": refs})
        messages = {message.gateway_ref: message for message in found if message.closed_at is None}
        for receipt in orphans:
            if (message := messages.get(receipt.gateway_ref)) is None:
                continue
            await _apply(step, receipt, message, None, receipt.code)
            if message.status is MessageStatus.DELIVERED:
                await phone_states.note_arrived(step, [message.phone_index])


def _is_late_proof(attempt: Attempt | None, status: str) -> bool:
    """A text that was taken, reported on and queued again on purpose is stopped by its delivery only."""
    return status == MessageStatus.DELIVERED or (attempt is not None and attempt.outcome in ("", "indoubt"))


async def _attempts_of(step: Step, gateway: str, receipts: Sequence[Receipt]) -> dict[UUID, Attempt]:
    """The attempts that the reports name, as far as they were this gateway's."""
    ids = sorted({r.attempt_id for r in receipts if r.attempt_id is not None})
    if not ids:
        return {}
    found = await step.session.scalars(ATTEMPTS, {"ids": ids})
    return {attempt.id: attempt for attempt in found if attempt.gateway == gateway}


async def _messages_of(
    step: Step, gateway: str, receipts: Sequence[Receipt], attempts: Mapping[UUID, Attempt]
) -> dict[UUID | str, Message]:
    """The texts, locked, by id and by the gateway's name of them."""
    refs = {r.gateway_ref for r in receipts if r.attempt_id not in attempts}
    found: list[Message] = []
    if ids := sorted({attempt.message_id for attempt in attempts.values()}):
        found += await step.session.scalars(BY_ID, {"ids": ids})
    if refs:
        found += await step.session.scalars(BY_REF, {"gateway": gateway, "refs": sorted(refs)})
    by_name: dict[UUID | str, Message] = {m.id: m for m in found}
    return by_name | {m.gateway_ref: m for m in found if m.gateway == gateway and m.gateway_ref}


async def load_orphans(step: Step) -> list[Receipt]:
    """Reports of no text that we know, the newest first; younger ones may still find theirs."""
    rows = await step.session.scalars(
        select(Receipt)
        .where(col(Receipt.applied_at).is_(None), col(Receipt.received_at) <= step.now - STILL_BOUND)
        .order_by(col(Receipt.received_at).desc(), col(Receipt.id).desc())
        .limit(MOST_ORPHANS)
    )
    return list(rows)
