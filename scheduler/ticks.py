"""Ticks: ask the database what is due, push its time one lease ahead, hand the ids to the queue.

The claim and the read are one statement, so any number of schedulers may tick at once. A step that does
the work sets the real next time; if nobody does it, the row falls due again when the lease ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, bindparam, exists, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.messages import IN_DOUBT, MessageStatus, Priority
from domain.visits import PLANNABLE
from models.columns import UtcDateTime
from models.desk import DeskItem
from models.messages import Inbound, Message
from models.plans import PlanPart
from models.visits import Visit
from services.draining import FULL
from services.messages import is_urgent
from services.missing_receipts import AWAITED
from services.steps import Steps

# Longer than any step takes; a lost hint costs this much delay.
LEASE = timedelta(minutes=5)
BATCH = 500  # rows claimed by one statement
CHUNK = 20  # ids handed over in one message
CHUNKS = {"messages.send": FULL}  # two commits for all of them, and calls that go on at the same time
NOW = bindparam("now", type_=UtcDateTime())
# Most looks find little: one question tells which claims are worth making.
DUE = sa.select(
    exists().where(col(Inbound.wake_at) <= NOW).label("inbound"),
    exists()
    .where(col(Message.status) == MessageStatus.QUEUED, col(Message.send_at) <= NOW)
    .label("messages"),
    exists().where(col(Message.status).in_(IN_DOUBT), col(Message.send_at) <= NOW).label("in_doubt"),
    exists()
    .where(col(Message.status).in_(AWAITED), col(Message.send_at) <= NOW, col(Message.closed_at).is_(None))
    .label("unreported"),
    exists().where(col(DeskItem.closed_at).is_(None), col(DeskItem.wake_at) <= NOW).label("desk"),
    exists().where(col(Visit.wake_at) <= NOW).label("visits"),
    exists().where(col(PlanPart.wake_at) <= NOW).label("plan_parts"),
)
Send = Callable[[str, list[UUID]], None]


async def tick(steps: Steps, send: Send) -> dict[str, int]:
    """One look at everything with a time. Returns how many ids went to each actor."""
    counts: dict[str, int] = {}
    async with steps.db.write() as session:
        now = steps.clock.now()
        claimed: dict[str, list[UUID]] = {}
        due = (await session.execute(DUE, {"now": now})).one()
        if due.inbound:
            claimed["inbound.read"] = await claim_inbound(session, now)
        if due.messages:
            policy = await steps.policy_at(session, now)
            claimed |= await claim_texts(session, now, policy.campaign_slice)
        if due.in_doubt:
            claimed["messages.settle"] = await claim_messages(session, now, tuple(IN_DOUBT))
        if due.unreported:
            claimed["messages.ask"] = await claim_messages(session, now, AWAITED)
        if due.desk:
            claimed["desk.pass_on"] = await claim_desk(session, now)
        if due.visits:
            claimed |= await claim_visits(session, now)
        if due.plan_parts:
            claimed["plan.part"] = await claim_plan_parts(session, now)
    for actor, ids in claimed.items():
        chunk = CHUNKS.get(actor, CHUNK)
        for start in range(0, len(ids), chunk):
            send(actor, ids[start : start + chunk])
        if ids:
            counts[actor] = len(ids)
    return counts


async def claim_visits(session: AsyncSession, now: datetime) -> dict[str, list[UUID]]:
    """Due visits: those waiting for a plan go to the planner together, the rest are stepped one by one."""
    rows = await _claim(
        session,
        Visit,
        col(Visit.wake_at) <= now,
        col(Visit.wake_at),
        {"wake_at": now + LEASE, "step_attempts": col(Visit.step_attempts) + 1},
        col(Visit.id),
        col(Visit.status),
    )
    plan = [row[0] for row in rows if row[1] in PLANNABLE]
    return {
        # One run plans everything that waits; a single id carries the message.
        "plan.run": plan[:1],
        "visits.step": [row[0] for row in rows if row[1] not in PLANNABLE],
    }


async def claim_texts(session: AsyncSession, now: datetime, most: int) -> dict[str, list[UUID]]:
    """Due texts by the actor that sends them: answers and warnings have a queue of their own.

    Of offers and campaigns at most so many are under way at a time, so that a hundred thousand of them never
    stand in a queue before anything else.
    """
    priority, send_at = col(Message.priority), col(Message.send_at)
    queued = (col(Message.status) == MessageStatus.QUEUED) & col(Message.closed_at).is_(None)
    order = (priority, send_at, col(Message.id))
    wanted, lease = (col(Message.id), priority), {"send_at": now + LEASE}
    due = queued & (send_at <= now)
    rows = list(await _claim(session, Message, due & (priority < Priority.OFFER), order, lease, *wanted))
    handed = select(col(Message.id)).where(
        queued, priority >= Priority.OFFER, send_at > now, send_at <= now + LEASE
    )
    under_way = len((await session.execute(handed.limit(most))).all())
    room = min(BATCH, most - under_way)
    if room > 0:
        low = due & (priority >= Priority.OFFER)
        rows += await _claim(session, Message, low, order, lease, *wanted, most=room)
    ordered = sorted(rows, key=lambda row: (row[1], row[0]))
    return {
        "messages.answer": [id_ for id_, urgency in ordered if is_urgent(urgency)],
        "messages.send": [id_ for id_, urgency in ordered if not is_urgent(urgency)],
    }


async def claim_messages(
    session: AsyncSession, now: datetime, statuses: Sequence[MessageStatus]
) -> list[UUID]:
    rows = await _claim(
        session,
        Message,
        col(Message.status).in_(statuses) & (col(Message.send_at) <= now) & col(Message.closed_at).is_(None),
        (col(Message.priority), col(Message.send_at), col(Message.id)),
        {"send_at": now + LEASE},
        col(Message.id),
    )
    return [row[0] for row in rows]


async def claim_inbound(session: AsyncSession, now: datetime) -> list[UUID]:
    rows = await _claim(
        session,
        Inbound,
        col(Inbound.wake_at) <= now,
        col(Inbound.received_at),
        {"wake_at": now + LEASE, "read_attempts": col(Inbound.read_attempts) + 1},
        col(Inbound.id),
    )
    return [row[0] for row in rows]


async def claim_desk(session: AsyncSession, now: datetime) -> list[UUID]:
    rows = await _claim(
        session,
        DeskItem,
        col(DeskItem.closed_at).is_(None) & (col(DeskItem.wake_at) <= now),
        col(DeskItem.wake_at),
        {"wake_at": now + LEASE},
        col(DeskItem.id),
    )
    return [row[0] for row in rows]


async def claim_plan_parts(session: AsyncSession, now: datetime) -> list[UUID]:
    """Districts of a large plan whose hint was lost or whose worker died."""
    rows = await _claim(
        session,
        PlanPart,
        col(PlanPart.wake_at) <= now,
        col(PlanPart.wake_at),
        {"wake_at": now + LEASE},
        col(PlanPart.id),
    )
    return [row[0] for row in rows]


async def _claim(
    session: AsyncSession,
    table: Any,
    due: ColumnElement[bool],
    order: Any,
    lease: dict[str, Any],
    *wanted: Any,
    most: int | None = None,
) -> Sequence[Any]:
    """`UPDATE … WHERE id IN (SELECT … SKIP LOCKED) RETURNING`, oldest first."""
    ordered = order if isinstance(order, tuple) else (order, col(table.id))
    ids = (
        select(col(table.id))
        .where(due)
        .order_by(*ordered)
        .limit(most or BATCH)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(table)
        .where(col(table.id).in_(ids))
        .values(lease)
        .returning(*wanted)
        .execution_options(synchronize_session=False)
    )
    rows = (await session.execute(statement)).all()
    # RETURNING has no order; ids are in order of creation, which is what people expect.
    return sorted(rows, key=lambda row: row[0])
