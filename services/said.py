"""What was written about a visit, read without disturbing what a step has not written yet."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col

from domain.announcing import Said
from models.messages import Message
from models.visits import Visit
from services.steps import Step

TEXTS = (
    sa.select(
        col(Message.template),
        col(Message.status),
        col(Message.starts_at),
        col(Message.created_at),
        col(Message.code),
        col(Message.natural_key),
    )
    .where(
        col(Message.visit_id) == bindparam("visit"),
        col(Message.template).in_(bindparam("templates", expanding=True)),
    )
    .order_by(col(Message.created_at), col(Message.id))
    .execution_options(autoflush=False)
)


async def load_said(step: Step, visit: Visit, templates: Iterable[str]) -> list[Said]:
    """The texts of these templates about the visit, in order."""
    await step.write_first(Message, visit.id)
    rows = await step.session.execute(TEXTS, {"visit": visit.id, "templates": sorted(templates)})
    return [Said(*row) for row in rows]
