"""Invariant 4: each text once, to the end, and never late."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func
from sqlmodel import col, select

from domain.messages import IN_DOUBT, MessageStatus
from models.messages import Attempt, Message
from services.doctor.findings import Check
from services.steps import Step

# Longer than lease, settling time and several ticks.
STUCK = timedelta(hours=1)


async def check_messages(step: Step) -> Check:
    check = Check()
    check.rows = await step.session.scalar(select(func.count()).select_from(Message)) or 0
    stuck = await step.session.scalars(
        select(Message).where(
            (col(Message.status) == MessageStatus.QUEUED) & (col(Message.send_at) < step.now - STUCK)
            | col(Message.status).in_(IN_DOUBT) & (col(Message.submitted_at) < step.now - timedelta(hours=24))
        )
    )
    for message in stuck:
        check.add("messages", message.id, f"{message.status} since {message.send_at.isoformat()}")
    twice = await step.session.execute(
        select(col(Attempt.message_id), func.count())
        .where(col(Attempt.outcome) == "accepted")
        .group_by(col(Attempt.message_id))
        .having(func.count() > 1)
    )
    for message_id, count in twice:
        check.add("messages", message_id, f"accepted by the gateway {count} times")
    return check


async def check_stale(step: Step) -> Check:
    check = Check()
    rows = await step.session.execute(
        select(col(Message.id), col(Attempt.started_at), col(Message.expires_at)).join(
            Attempt, col(Attempt.message_id) == col(Message.id)
        )
    )
    for message_id, started_at, expires_at in rows:
        check.rows += 1
        if started_at > expires_at:
            check.add(
                "messages",
                message_id,
                f"sent at {started_at.isoformat()}, stale since {expires_at.isoformat()}",
            )
    return check
