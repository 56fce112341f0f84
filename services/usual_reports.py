"""The usual report: "sent" or "delivered", of a text on its way. A batch of them is one question, two writes.

Nothing follows from these but the status, which the same rule decides as for every other report
(`notifications.receipts.merge`): so the texts are not loaded, only the few columns that the rule asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import BindParameter, bindparam
from sqlmodel import col

from domain.messages import FINAL_MESSAGE, IN_DOUBT, MessageStatus
from models.ids import new_id
from models.messages import Attempt, Message, Receipt
from models.sets import padded
from notifications.receipts import merge
from services.steps import Step

USUAL = frozenset({MessageStatus.ACCEPTED, MessageStatus.SENT, MessageStatus.DELIVERED})
ON_ITS_WAY = USUAL | IN_DOUBT
IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
# Locked in one order, as everywhere, so that two batches with texts in common do not wait for each other.
TEXTS = (
    sa.select(
        col(Message.attempt_id),
        col(Message.id),
        col(Message.status),
        col(Message.gateway_ref),
        col(Message.closed_at),
        col(Message.phone_index),
    )
    .join(Attempt, col(Attempt.message_id) == col(Message.id))
    .where(
        col(Attempt.id).in_(IDS),
        col(Message.attempt_id) == col(Attempt.id),
        col(Attempt.gateway) == bindparam("gateway"),
        col(Message.status).in_(sorted(ON_ITS_WAY)),
    )
    .order_by(col(Message.id))
    .with_for_update(of=Message)
)
MESSAGES: Any = Message.__table__  # type: ignore[attr-defined]  # SQLModel does not tell
MOVE = (
    sa.update(MESSAGES)
    .where(MESSAGES.c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in ("status", "gateway_ref", "closed_at")})
)
KEEP = sa.insert(Receipt.__table__)  # type: ignore[attr-defined]  # as above


class Report(NamedTuple):
    """What a gateway says of a text: named by `ref` or `attempt_id`; `fault` is our word for `code`."""

    ref: str
    attempt_id: UUID | None
    status: str
    code: str = ""
    fault: str = ""


def is_usual(report: Report) -> bool:
    """Sent or delivered, without a code, and known by our attempt."""
    return report.status in USUAL and not report.code and not report.fault and report.attempt_id is not None


async def apply_usual(step: Step, gateway: str, reports: Sequence[Report]) -> tuple[set[Report], list[bytes]]:
    """Store and apply those whose text is on its way. The step has loaded none of these texts.

    Returns the reports that are done with (none of them were stored before), and the phones that were
    reached.
    """
    if not reports:
        return set(), []
    ids = sorted({report.attempt_id for report in reports if report.attempt_id is not None})
    rows = await step.session.execute(TEXTS, {"ids": padded(ids), "gateway": gateway})
    texts = {row.attempt_id: row for row in rows}
    states = {id_: (row.status, row.gateway_ref, row.closed_at) for id_, row in texts.items()}
    done, arrived = [], []
    for report in reports:
        if report.attempt_id is None or report.attempt_id not in texts:
            continue
        before, ref, closed_at = states[report.attempt_id]
        if before in IN_DOUBT or not ref:
            ref = report.ref  # it proves that the attempt reached the gateway, and under which name
        after = merge(before, "", MessageStatus(report.status)).status
        if after in FINAL_MESSAGE and closed_at is None:
            closed_at = step.now
        if after is MessageStatus.DELIVERED:
            arrived.append(texts[report.attempt_id].phone_index)
        states[report.attempt_id] = (after, ref, closed_at)
        done.append(report)
    moves = [
        {"of": texts[id_].id, "new_status": status, "new_gateway_ref": ref, "new_closed_at": closed_at}
        for id_, (status, ref, closed_at) in states.items()
        if (status, ref, closed_at) != (texts[id_].status, texts[id_].gateway_ref, texts[id_].closed_at)
    ]
    if moves:
        await step.session.execute(MOVE, moves)
    if done:
        await step.session.execute(KEEP, [_receipt(step, gateway, report) for report in done])
    return set(done), arrived


def _receipt(step: Step, gateway: str, report: Report) -> dict[str, Any]:
    return {
        "id": new_id(),
        "gateway": gateway,
        "gateway_ref": report.ref,
        "attempt_id": report.attempt_id,
        "status": report.status,
        "code": "",
        "received_at": step.now,
        "applied_at": step.now,
    }
