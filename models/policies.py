"""Policy values with the day from which they hold; rows are added, never changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.policy import Policy, PolicyHistory, values_in_force
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


async def load_policies(session: AsyncSession) -> PolicyHistory:
    """The policies of all days, also of days to come; what nobody decided keeps its default."""
    found = await session.scalars(select(PolicyValue).order_by(col(PolicyValue.set_at), col(PolicyValue.id)))
    rows = [(row.key, row.effective_on, row.value["value"]) for row in found]
    days = [date.min, *sorted({effective_on for _, effective_on, _ in rows})]
    return PolicyHistory(tuple((day, Policy.from_values(values_in_force(rows, day))) for day in days))
