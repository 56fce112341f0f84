"""The usual outcome: the gateway took the text. A batch of them is one question and two writes.

As with `services.usual_reports`: the texts are not loaded, `merge` decides, and only the status follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import BindParameter, bindparam
from sqlmodel import col

from domain.messages import FINAL_MESSAGE, MessageStatus
from models.messages import Attempt, Message
from models.sets import padded
from notifications.gateways.protocol import Accepted, Outcome, Outgoing
from notifications.receipts import merge
from services.channels import PROBE
from services.missing_receipts import first_asked_at
from services.steps import Step
from services.usual_reports import ON_ITS_WAY, USUAL

IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
TEXTS = (
    sa.select(
        col(Message.id),
        col(Message.status),
        col(Message.closed_at),
        col(Message.submitted_at),
        col(Message.send_at),
        col(Message.gateway),
        col(Message.phone_index),
    )
    .join(Attempt, col(Attempt.message_id) == col(Message.id))
    .where(
        col(Attempt.id).in_(IDS),
        col(Message.attempt_id) == col(Attempt.id),  # fencing: the attempt still owns the text
        col(Attempt.detail) != PROBE,
        col(Message.status).in_(sorted(ON_ITS_WAY)),
    )
    .order_by(col(Message.id))
    .with_for_update(of=Message)
)
MESSAGES: Any = Message.__table__  # type: ignore[attr-defined]  # SQLModel does not tell
ATTEMPTS: Any = Attempt.__table__  # type: ignore[attr-defined]  # as above
MOVE = (
    sa.update(MESSAGES)
    .where(MESSAGES.c.id == bindparam("of"))
    .values({n: bindparam(f"new_{n}") for n in ("status", "gateway_ref", "send_at", "closed_at")})
)
FINISH = (
    sa.update(ATTEMPTS)
    .where(ATTEMPTS.c.id == bindparam("of"))
    .values({n: bindparam(f"new_{n}") for n in ("outcome", "gateway_ref", "finished_at")})
)


class Taken(NamedTuple):
    """Attempts that are done with, what the gateway calls their texts, and phones that were reached."""

    attempts: set[UUID]
    names: set[tuple[str, str]]  # gateway, and its name of a text
    arrived: list[bytes]


async def record_usual(step: Step, outcomes: Sequence[tuple[Outgoing, Outcome]]) -> Taken:
    """Store those that were taken and whose attempt still owns its text. The step has loaded none of them."""
    taken = {
        text.attempt_id: (text, outcome)
        for text, outcome in outcomes
        if isinstance(outcome, Accepted) and outcome.status in USUAL and outcome.ref
    }
    done = Taken(set(), set(), [])
    if not taken:
        return done
    texts = {row.id: row for row in await step.session.execute(TEXTS, {"ids": padded(sorted(taken))})}
    moves, finished = [], []
    for attempt_id, (text, outcome) in taken.items():
        row = texts.get(text.id)
        if row is None:
            continue
        done.attempts.add(attempt_id)
        done.names.add((row.gateway, outcome.ref))
        after = merge(row.status, "", outcome.status).status
        if after is MessageStatus.DELIVERED:
            done.arrived.append(row.phone_index)
        moves.append(
            {
                "of": text.id,
                "new_status": after,
                "new_gateway_ref": outcome.ref,
                "new_send_at": first_asked_at(row.submitted_at or row.send_at),
                "new_closed_at": row.closed_at or (step.now if after in FINAL_MESSAGE else None),
            }
        )
        finished.append(
            {
                "of": attempt_id,
                "new_outcome": "accepted",
                "new_gateway_ref": outcome.ref,
                "new_finished_at": step.now,
            }
        )
    if moves:
        await step.session.execute(MOVE, moves)
        await step.session.execute(FINISH, finished)
    return done
