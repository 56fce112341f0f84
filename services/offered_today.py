"""Volunteers to whom nothing more may be offered today: their limits of the day are used up.

Whoever has the choice asks others: an offer to these would not leave (`services.limits`).
"""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col

from domain.messages import Priority
from models.columns import UtcDateTime
from models.messages import Message
from services.limits import LEFT, OFFERS
from services.messages import FAREWELLS
from services.steps import Step

_OFFERS = sa.func.sum(sa.case((col(Message.template).in_(sorted(OFFERS)), 1), else_=0))
BEGIN = bindparam("begin", type_=UtcDateTime())
USED_UP = (
    sa.select(col(Message.person_id))
    .where(
        col(Message.status).in_(LEFT),
        col(Message.send_at) >= BEGIN,  # of a text that left it is later still: what the index is asked for
        col(Message.submitted_at) >= BEGIN,
        col(Message.audience) == "volunteer",
        col(Message.priority) > Priority.SAFETY,
        col(Message.template).not_in(FAREWELLS),
    )
    .group_by(col(Message.person_id), col(Message.phone_index))
    .having((bindparam("offers") <= _OFFERS) | (sa.func.count() >= bindparam("texts")))
)


async def who_had_their_share(step: Step, asked_at: datetime) -> frozenset[UUID]:
    """Of the day on which offers made now would leave; nobody, when that is another day."""
    if step.local_date(asked_at) != step.today:
        return frozenset()
    policy, begin = step.policy, datetime.combine(step.today, time(), step.zone)
    limits = {"offers": policy.offer_texts_per_day, "texts": policy.volunteer_messages_per_day}
    found = await step.session.scalars(USED_UP, {"begin": begin, **limits})
    return frozenset(person_id for person_id in found if person_id is not None)
