"""How many texts left, and how many segments they took: what a campaign or some days cost."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import col

from models.messages import Message
from models.visits import Visit
from services.greetings import GREETING
from services.limits import LEFT
from services.steps import Step


async def count_sent(step: Step, campaign_id: UUID | None, since: date | None) -> list[tuple[str, int, int]]:
    """(text, how many, segments) of what left for a campaign's visits and as its greetings, or from a day on.

    Offers that left in a digest count with the digest, which belongs to no single visit.
    """
    query = sa.select(col(Message.template), func.count(), func.sum(col(Message.segments))).where(
        col(Message.status).in_(LEFT)
    )
    if campaign_id is not None:
        of_visit = col(Visit.campaign_id) == campaign_id
        greeting = (col(Message.template) == GREETING) & col(Message.natural_key).startswith(
            f"{GREETING}/{campaign_id}/"
        )
        query = query.outerjoin(Visit, col(Visit.id) == col(Message.visit_id)).where(of_visit | greeting)
    if since is not None:
        query = query.where(col(Message.submitted_at) >= datetime.combine(since, time(), step.zone))
    rows = await step.session.execute(query.group_by(col(Message.template)).order_by(col(Message.template)))
    return [(template, count, int(segments or 0)) for template, count, segments in rows]
