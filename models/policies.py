"""Policy values with the day from which they hold; rows are added, never changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.policy import Policy, values_in_force
from models.base import Row
from models.columns import JsonText, UtcDateTime


class PolicyValue(Row, table=True):
    """One value of `domain.policy.POLICY_ITEMS`, decided by somebody, in force from a day."""

    __tablename__ = "policy_values"

    key: str = Field(max_length=48, index=True)
    value: dict[str, Any] = Field(sa_type=JsonText)  # {"value": …}
    effective_on: date
    set_by: str = Field(max_length=64)
    set_at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=256)


async def policy_on(session: AsyncSession, day: date) -> Policy:
    """The policy in force on a local day; what nobody decided keeps its default."""
    rows = await session.scalars(select(PolicyValue).order_by(col(PolicyValue.set_at), col(PolicyValue.id)))
    decided = values_in_force(((row.key, row.effective_on, row.value["value"]) for row in rows), day)
    return Policy.from_values(decided)
