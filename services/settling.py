"""Texts whose fate is open: only the gateway's own list says whether they were sent, never a second try."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.messages import IN_DOUBT, MessageStatus
from models.messages import Attempt, Message
from models.sets import padded
from notifications.gateways.protocol import FindError, Gateway, Outgoing, Remote
from services import sending
from services.missing_receipts import first_question
from services.outgoing import outgoing_of
from services.steps import Step, Steps

NAMED = select(col(Message.gateway), col(Message.gateway_ref), col(Message.id)).where(
    col(Message.gateway_ref).in_(bindparam("refs", expanding=True))
)
UNDER_WAY = select(
    col(Message.id), col(Message.phone_index), col(Message.template), col(Message.status)
).where(
    col(Message.phone_index).in_(bindparam("indexes", expanding=True)),
    col(Message.status).in_(IN_DOUBT),
)
ELSEWHERE = timedelta(hours=6)  # a text in doubt waits for a receipt of the gateway that was asked


async def settle_message(steps: Steps, gateway: Gateway, message_id: UUID) -> str:
    """A text whose outcome is open: ask the gateway what it has, and act on the answer only."""
    doubt = await steps.run("system", lambda step: mark_in_doubt(step, gateway, message_id))
    if doubt is None:
        return "settled"
    outgoing, since = doubt
    try:
        found: Sequence[Remote] | None = await gateway.find(outgoing, since)
    except FindError:
        found = None
    return await steps.run("system", lambda step: record_finding(step, outgoing, found))


async def settle_messages(steps: Steps, gateway: Gateway, message_ids: Sequence[UUID]) -> list[str]:
    """Several texts with two steps: all questions, the answers of the gateway, all findings."""
    doubts = await steps.run("system", lambda step: mark_many_in_doubt(step, gateway, message_ids))
    lanes = asyncio.Semaphore(sending.AT_ONCE)

    async def find(outgoing: Outgoing, since: datetime) -> tuple[Outgoing, Sequence[Remote] | None]:
        try:
            async with lanes:
                return outgoing, await gateway.find(outgoing, since)
        except FindError:
            return outgoing, None

    found = await asyncio.gather(*(find(*doubt) for doubt in doubts))
    return await steps.run("system", lambda step: record_findings(step, found)) if found else []


async def mark_in_doubt(step: Step, gateway: Gateway, message_id: UUID) -> tuple[Outgoing, datetime] | None:
    """A lease has ended without an outcome: `unknown`. Returns what to look for, and since when."""
    marked = await mark_many_in_doubt(step, gateway, [message_id])
    return marked[0] if marked else None


async def mark_many_in_doubt(
    step: Step, gateway: Gateway, message_ids: Sequence[UUID]
) -> list[tuple[Outgoing, datetime]]:
    """`mark_in_doubt` for several texts, with one question to each table."""
    rows = await step.session.scalars(sending.LOCK_MESSAGES, {"ids": list(message_ids)})
    open_ones = [m for m in rows if m.status in IN_DOUBT and m.attempt_id is not None]
    tries = await step.session.scalars(sending.ATTEMPTS, {"ids": [m.attempt_id for m in open_ones]})
    attempts = {attempt.id: attempt for attempt in tries}
    marked = []
    for message in open_ones:
        attempt = attempts.get(message.attempt_id) if message.attempt_id else None
        if attempt is not None and _is_to_be_asked_about(step, gateway, message, attempt):
            marked.append((outgoing_of(message, attempt.id), attempt.started_at))
    return marked


def _is_to_be_asked_about(step: Step, gateway: Gateway, message: Message, attempt: Attempt) -> bool:
    """If not now, `send_at` says when to look again."""
    if message.status is MessageStatus.SENDING:
        if attempt.lease_until > step.now:
            message.send_at = attempt.lease_until
            return False
        message.status = MessageStatus.UNKNOWN
    if step.now < attempt.started_at + sending.SETTLE:
        message.send_at = attempt.started_at + sending.SETTLE
        return False
    if attempt.gateway != gateway.name:
        # Another gateway knows nothing of it, and must not send what the first may have sent.
        message.send_at = step.now + ELSEWHERE
        return False
    message.send_at = step.now + sending.LEASE
    return True


async def record_finding(step: Step, outgoing: Outgoing, found: Sequence[Remote] | None) -> str:
    """Found: it was sent. Not found: it was not, so it may be sent. Not answered: stays in doubt."""
    return (await record_findings(step, [(outgoing, found)]))[0]


async def record_findings(
    step: Step, findings: Sequence[tuple[Outgoing, Sequence[Remote] | None]]
) -> list[str]:
    """`record_finding` for several texts, with one question to each table.

    Where the gateway lists by number and words, a text of the same words is found, too: what it calls another
    of ours proves nothing.
    """
    rows = await step.session.scalars(sending.LOCK_MESSAGES, {"ids": [text.id for text, _ in findings]})
    messages = {message.id: message for message in rows}
    refs = sorted({remote.ref for _, found in findings for remote in found or () if remote.ref})
    known = (await step.session.execute(NAMED, {"refs": padded(refs)})).all() if refs else ()
    owners = {(gateway, ref): id_ for gateway, ref, id_ in known}
    waiting = await _twins_under_way(step, list(messages.values())) if refs else frozenset()
    results = []
    for text, found in findings:
        message = messages.get(text.id)
        if message is not None and found:
            own = [r for r in found if owners.get((message.gateway, r.ref), message.id) == message.id]
            found = None if own and own[0].ref and message.id in waiting else own[:1]
        results.append(await _record(step, message, text, found))
        if results[-1] == "found" and message is not None and message.gateway_ref:
            owners[message.gateway, message.gateway_ref] = message.id
    return results


async def _twins_under_way(step: Step, messages: Sequence[Message]) -> frozenset[UUID]:
    """Texts that must wait: others of their sort to the same number are being sent, or are older and in doubt
    elsewhere. What the gateway lists may be theirs.
    """
    own = {message.id for message in messages}
    indexes = sorted({m.phone_index for m in messages if m.phone_index is not None})
    rows = await step.session.execute(UNDER_WAY, {"indexes": padded(indexes)}) if indexes else ()
    others = [row for row in rows if row.id not in own]
    return frozenset(
        message.id
        for message in messages
        for other in others
        if (other.phone_index, other.template) == (message.phone_index, message.template)
        and (other.status is MessageStatus.SENDING or other.id < message.id)
    )


async def _record(
    step: Step, message: Message | None, outgoing: Outgoing, found: Sequence[Remote] | None
) -> str:
    if (
        message is None
        or message.status is not MessageStatus.UNKNOWN
        or message.attempt_id != outgoing.attempt_id
    ):
        return "superseded"
    if found is None:
        message.send_at = step.now + sending.LEASE
        return "not_answered"
    if found:
        message.gateway_ref = found[0].ref
        await sending.apply_status(step, message, found[0].status, found[0].code)
        message.send_at = first_question(message)
        return "found"
    message.status, message.attempt_id, message.send_at = MessageStatus.QUEUED, None, step.now
    return "not_found"
