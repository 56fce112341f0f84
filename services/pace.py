"""How fast a sender may send: a bucket of segments in the gateway's row, one for all workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.messages import Priority
from models.messages import GatewayState, Message
from services.steps import Step

LOCKED = (
    select(GatewayState)
    .where(col(GatewayState.gateway) == bindparam("gateway"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


async def take(step: Step, gateway: str, messages: Sequence[Message]) -> dict[UUID, datetime]:
    """Take the segments of texts in their order; returns those that have to wait, and until when.

    Answers and warnings always go, if need be on credit. Reminders empty the bucket; offers and campaigns
    leave a share of it for the others. The row's lock makes one sender of any number of workers.
    """
    if not messages:
        return {}
    state: GatewayState | None = await step.session.scalar(LOCKED, {"gateway": gateway})
    if state is None:
        state = GatewayState(gateway=gateway)
        step.session.add(state)
    policy = step.policy
    full, rate = float(policy.segments_burst), policy.segments_per_second
    if state.counted_at is None:
        level = full
    else:
        passed = max(0.0, (step.now - state.counted_at).total_seconds())
        level = min(full, state.segments + passed * rate)
    kept = full * policy.segments_reserved_percent / 100
    late: dict[UUID, datetime] = {}
    missing = 0.0
    for message in messages:
        floor = _floor(message.priority, kept)
        if floor is None or level - message.segments >= floor:
            level -= message.segments
        else:
            missing += message.segments
            seconds = max(1.0, (floor + missing - level) / rate)
            late[message.id] = step.now + timedelta(seconds=seconds)
    state.segments, state.counted_at = level, step.now
    return late


def _floor(priority: int, kept: float) -> float | None:
    if priority <= Priority.SAFETY:
        return None
    return 0.0 if priority <= Priority.REMINDER else kept
