"""Sending a text once in effect: intent is committed, then the gateway called, then the outcome stored.

No session is open during the call. Whatever leaves the outcome open makes the text `unknown`; only the
gateway's receipt or its own list settles that, never a second blind attempt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from domain.messages import FINAL_MESSAGE, MessageStatus
from models.ids import new_id
from models.messages import Attempt, Message
from models.sets import padded
from notifications.gateways.protocol import (
    Accepted,
    Fault,
    Gateway,
    InDoubt,
    NotProcessed,
    Outcome,
    Outgoing,
    Rejected,
    Scope,
)
from notifications.receipts import merge
from services import channels, choosing, failures, pace, phone_states
from services.messages import end
from services.missing_receipts import first_question
from services.outgoing import outgoing_of
from services.receipts import bind_orphans
from services.steps import Step, Steps
from services.usual_outcomes import Taken, record_usual

LEASE = timedelta(minutes=2)  # longer than the gateway call's own limit of ten seconds
SETTLE = timedelta(minutes=2)  # how long after an attempt the gateway's list is believed to be complete
CALL = timedelta(seconds=15)  # the longest a call takes, and some
AT_ONCE = 30  # calls of one batch
LONGEST_WAIT = timedelta(minutes=15)  # between two tries at a gateway that takes nothing

Claim = Callable[[Step], Awaitable[list[Outgoing]]]

IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
# Always in one order, so that two batches with texts in common do not wait for each other.
LOCK_MESSAGES = select(Message).where(col(Message.id).in_(IDS)).order_by(col(Message.id)).with_for_update()
ATTEMPTS = select(Attempt).where(col(Attempt.id).in_(IDS))
NEW_ATTEMPTS = sa.insert(Attempt.__table__)  # type: ignore[attr-defined]  # SQLModel does not tell
MESSAGES: Any = Message.__table__  # type: ignore[attr-defined]  # as above
BEGIN = (
    sa.update(MESSAGES)
    .where(MESSAGES.c.id == bindparam("of"))
    .values(
        status=MessageStatus.SENDING,
        attempt_id=bindparam("attempt"),
        attempts=MESSAGES.c.attempts + 1,
        gateway=bindparam("by"),
        send_at=bindparam("until"),
        submitted_at=bindparam("now"),
    )
)


async def send_message(steps: Steps, gateway: Gateway, message_id: UUID) -> str:
    """One text, or the digests in which it leaves with others. Returns what happened."""
    claimed, results = await hand_over(steps, gateway, lambda step: claim_many(step, gateway, [message_id]))
    return results[0] if results else "too_late_to_call" if claimed else "nothing_to_send"


async def send_messages(steps: Steps, gateway: Gateway, message_ids: Sequence[UUID]) -> int:
    """Several texts; returns how many were handed to the gateway."""
    return len((await hand_over(steps, gateway, lambda step: claim_many(step, gateway, message_ids)))[1])


async def hand_over(steps: Steps, gateway: Gateway, claim_texts: Claim) -> tuple[int, list[str]]:
    """Two commits for any number of texts: all intents, the calls at once, all outcomes.

    A process that dies in between leaves them all in doubt, to be settled like any other. One that was held
    up until its lease is about to end calls nobody: by then others may be settling its texts. Returns how
    many texts were claimed, and what became of those that were called.
    """
    until = steps.clock.now() + LEASE - CALL
    outgoing = await steps.run("system", claim_texts)
    lanes = asyncio.Semaphore(AT_ONCE)

    async def call(text: Outgoing) -> tuple[Outgoing, Outcome] | None:
        async with lanes:
            now = steps.clock.now()
            return None if now > until else (text, await gateway.send(text, now))

    answers = await asyncio.gather(*(call(text) for text in outgoing), return_exceptions=True)
    outcomes: list[tuple[Outgoing, Outcome]] = []
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
        if answer is not None:
            outcomes.append(answer)
    if not outcomes:
        return len(outgoing), []
    return len(outgoing), await steps.run("system", lambda step: record_outcomes(step, outcomes))


async def claim(step: Step, gateway: Gateway, message_id: UUID) -> Outgoing | None:
    """Take a queued text that is due and still true; the attempt is written before anything is sent.

    A text that leaves in a digest with others is claimed as that digest.
    """
    claimed = await claim_many(step, gateway, [message_id])
    return claimed[0] if claimed else None


async def claim_many(step: Step, gateway: Gateway, message_ids: Sequence[UUID]) -> list[Outgoing]:
    """`claim` for several texts, with one question to each table."""
    found = {m.id: m for m in await step.session.scalars(LOCK_MESSAGES, {"ids": padded(message_ids)})}
    return await claim_locked(
        step, gateway, [found[id_] for id_ in dict.fromkeys(message_ids) if id_ in found]
    )


async def claim_locked(step: Step, gateway: Gateway, messages: Sequence[Message]) -> list[Outgoing]:
    """`claim` for texts whose rows this step has locked."""
    queued = await choosing.choose(step, gateway, messages)
    if not queued:
        return []
    paused_until, is_probe = await channels.enter(step, gateway.name)
    if paused_until is not None:
        for message in queued:
            message.send_at = paused_until
        return []
    going = queued[:1] if is_probe else queued
    if is_probe and len(queued) > 1:
        after_probe, _ = await channels.enter(step, gateway.name)
        for message in queued[1:]:
            message.send_at = after_probe or step.now
    late = await pace.take(step, gateway.name, going)
    for message in going:
        if message.id in late:
            message.send_at = late[message.id]
    return await _begin(step, gateway, [m for m in going if m.id not in late], is_probe)


async def _begin(step: Step, gateway: Gateway, texts: Sequence[Message], is_probe: bool) -> list[Outgoing]:
    """Write the attempts that now own the texts, all with two statements."""
    if not texts:
        return []
    await step.session.flush()  # digests are new rows, and some texts have been worded anew
    begun = [outgoing_of(message, new_id()) for message in texts]
    until, by = step.now + LEASE, gateway.name
    empty = {"outcome": "", "gateway_ref": "", "detail": channels.PROBE if is_probe else ""}
    attempts = [
        {"id": text.attempt_id, "message_id": text.id, "gateway": by, "started_at": step.now, **empty}
        for text in begun
    ]
    await step.session.execute(NEW_ATTEMPTS, [{**attempt, "lease_until": until} for attempt in attempts])
    moves = [
        {"of": text.id, "attempt": text.attempt_id, "by": by, "now": step.now, "until": until}
        for text in begun
    ]
    await step.session.execute(BEGIN, moves)
    return begun


async def record_outcome(step: Step, outgoing: Outgoing, outcome: Outcome) -> str:
    """Store what the gateway said, if the attempt still owns the row (fencing)."""
    return (await record_outcomes(step, [(outgoing, outcome)]))[0]


async def record_outcomes(step: Step, outcomes: Sequence[tuple[Outgoing, Outcome]]) -> list[str]:
    """`record_outcome` for several texts, with one question to each table."""
    taken = await record_usual(step, outcomes)
    rest = [(text, outcome) for text, outcome in outcomes if text.attempt_id not in taken.attempts]
    others = await _record_others(step, rest, taken) if rest else {}
    await phone_states.note_arrived(step, taken.arrived)
    await bind_orphans(step, taken.names)
    return [others.get(text.attempt_id, "accepted") for text, _ in outcomes]


async def _record_others(
    step: Step, outcomes: Sequence[tuple[Outgoing, Outcome]], taken: Taken
) -> dict[UUID, str]:
    """What more may follow from; `taken` is added to. Returns what became of each, by attempt."""
    rows = await step.session.scalars(LOCK_MESSAGES, {"ids": padded([text.id for text, _ in outcomes])})
    messages = {message.id: message for message in rows}
    ids = padded([text.attempt_id for text, _ in outcomes])
    attempts = {attempt.id: attempt for attempt in await step.session.scalars(ATTEMPTS, {"ids": ids})}
    results = {}
    for outgoing, outcome in outcomes:
        message, attempt = messages.get(outgoing.id), attempts.get(outgoing.attempt_id)
        if message is None or attempt is None or message.attempt_id != outgoing.attempt_id:
            results[outgoing.attempt_id] = "superseded"
        else:
            results[outgoing.attempt_id] = await _record(step, message, attempt, outcome)
    for message in messages.values():
        if message.status is MessageStatus.DELIVERED and message.phone_index is not None:
            taken.arrived.append(message.phone_index)
        if message.gateway_ref:
            taken.names.add((message.gateway, message.gateway_ref))
    return results


async def _record(step: Step, message: Message, attempt: Attempt, outcome: Outcome) -> str:
    attempt.finished_at, attempt.outcome = step.now, type(outcome).__name__.lower()
    is_probe, attempt.detail = attempt.detail == channels.PROBE, ""
    match outcome:
        case Accepted(ref, status):
            attempt.gateway_ref = message.gateway_ref = ref
            await apply_status(step, message, status, "")
            message.send_at = first_question(message)
        case Rejected(code, scope, fault):
            attempt.detail = code[:64]
            await _rejected(step, message, code, scope, fault)
        case NotProcessed(retry_after, why):
            attempt.detail = why[:64]
            _try_again(step, message, retry_after)
        case InDoubt(why):
            attempt.detail = why[:64]
            if message.status is MessageStatus.SENDING:
                message.status, message.send_at = MessageStatus.UNKNOWN, step.now + SETTLE
    works = isinstance(outcome, Accepted) or (
        isinstance(outcome, Rejected) and outcome.scope is not Scope.CHANNEL
    )
    if is_probe and works:
        await channels.resume(step, message.gateway)
    return attempt.outcome


async def apply_status(step: Step, message: Message, status: MessageStatus, code: str) -> None:
    """What the gateway says became of the text, and what follows from that."""
    before = message.status
    merged = merge(message.status, message.failure, status, code)
    message.status, message.failure = merged.status, merged.code
    if message.status in FINAL_MESSAGE and message.closed_at is None:
        message.closed_at = step.now
    if message.status is not MessageStatus.DELIVERED:  # who is reached is looked at for a whole batch
        await failures.after_report(step, message, before, code)


async def _rejected(step: Step, message: Message, code: str, scope: Scope, fault: Fault) -> None:
    """For the channel: the text waits, one alert. Else it has failed, and somebody is reached another way."""
    if scope is Scope.CHANNEL:
        until = await channels.pause(step, message.gateway, fault, message.division_code)
        message.status, message.attempt_id, message.send_at = MessageStatus.QUEUED, None, until
        message.attempts -= 1
        return
    end(message, MessageStatus.FAILED, f"{fault}:{code}", step.now)
    await failures.not_arrived(step, message, fault)


def _try_again(step: Step, message: Message, retry_after: timedelta) -> None:
    """Certainly not taken: back in the queue, later each time, until its moment passes.

    However often a gateway says "too many at once", or cannot be reached: no try has been made.
    """
    wait = min(timedelta(seconds=15 * 2 ** min(message.attempts, 10)), LONGEST_WAIT)
    delay = max(retry_after, wait)
    message.status, message.send_at, message.attempt_id = MessageStatus.QUEUED, step.now + delay, None
