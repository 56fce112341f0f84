"""Policy values: what holds on a day, and deciding anew from a day on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.policy import (
    POLICY_ITEMS,
    Policy,
    PolicyItem,
    PolicyValueError,
    values_in_force,
)
from models.policies import PolicyValue
from services.audit import audit
from services.errors import BadInput, NotFound
from services.steps import Step

SHORTEST_REASON = 2
PAST = "Rule POLICY-02: the past is not changed. Choose today or a later day."


@dataclass(frozen=True)
class Line:
    """One value: what holds today, and every decision about it, oldest first."""

    item: PolicyItem
    value: object  # JSON form
    decisions: list[PolicyValue] = field(default_factory=list)

    def coming(self, today: date) -> list[PolicyValue]:
        """Decisions that do not hold yet."""
        return [row for row in self.decisions if row.effective_on > today]


async def load_lines(session: AsyncSession, today: date) -> list[Line]:
    """Every value of the policy table."""
    rows = await _rows(session)
    now = Policy.from_values(values_in_force(_decided(rows), today)).to_values()
    return [
        Line(item, now[key], [row for row in rows if row.key == key]) for key, item in POLICY_ITEMS.items()
    ]


async def decide(step: Step, key: str, value: object, effective_on: date, reason: str) -> Line:
    """Set a value from a day on (today or later); checked together with every other value.

    Raises:
        NotFound: there is no such value.
        BadInput: a day in the past, or no reason.
        PolicyValueError: a value that cannot be in force (rule POLICY-01).
    """
    if key not in POLICY_ITEMS:
        raise NotFound("policy", "There is no such policy value.")
    if effective_on < step.today:
        raise BadInput("effective_on", PAST, "effective_on")
    if len(reason.strip()) < SHORTEST_REASON:
        raise BadInput("reason", "Say why the value changes.", "reason")
    row = PolicyValue(
        key=key,
        value={"value": value},
        effective_on=effective_on,
        set_by=step.actor,
        set_at=step.now,
        reason=reason.strip()[:256],
    )
    rows = [*await _rows(step.session), row]
    # A value decided for later must fit on its day and on every later day on which others change.
    for day in sorted({r.effective_on for r in rows if r.effective_on >= effective_on}):
        Policy.from_values(values_in_force(_decided(rows), day))
    step.session.add(row)
    await step.session.flush()
    await audit(step, "policy.set", row, fields=[key], why=reason)
    step.cache.pop("policy", None)  # this process sees it with its next step, the others within a minute
    step.cache.pop("roster", None)
    return next(line for line in await load_lines(step.session, step.today) if line.item.key == key)


def refusal_of(error: PolicyValueError) -> BadInput:
    """What to tell: the rule, the value at fault, and what would be right."""
    return BadInput("policy_value", f"Rule POLICY-01: {error.key}: {error.why}.", error.key)


async def _rows(session: AsyncSession) -> list[PolicyValue]:
    order = (col(PolicyValue.set_at), col(PolicyValue.id))
    return list(await session.scalars(select(PolicyValue).order_by(*order)))


def _decided(rows: list[PolicyValue]) -> list[tuple[str, date, object]]:
    return [(row.key, row.effective_on, row.value["value"]) for row in rows]
