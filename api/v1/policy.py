"""Policy values: what holds, and deciding anew from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from aiohttp import web
from pydantic import AwareDatetime, Field
from sqlmodel import col, select

from api.current import actor, context, steps
from api.openapi import Given, Shown, operation
from api.rules import signed_in
from domain.policy import POLICY_ITEMS, Policy, to_json_value, values_in_force
from models.policies import PolicyValue
from models.scope import SYSTEM
from models.staff import Role
from services.audit import audit
from services.errors import BadInput, NotFound
from services.steps import Step


class Decision(Shown):
    """A value that somebody decided."""

    value: Any
    effective_on: date
    set_by: str
    set_at: AwareDatetime
    reason: str


class PolicyItemOut(Shown):
    """`value` holds today; `decisions` are all that were taken, oldest first."""

    key: str
    value: Any
    default: Any
    unit: str
    source: str
    minimum: int | None
    maximum: int | None
    choices: list[str]
    description: str
    decisions: list[Decision]


class PolicyList(Shown):
    items: list[PolicyItemOut]


class PolicyIn(Given):
    value: Any
    effective_on: date
    reason: str = Field(min_length=4, max_length=256)


@operation("GET", "/api/v1/policy", rule=signed_in(), tag="policy", response=PolicyList)
async def list_policy(request: web.Request) -> PolicyList:
    """Every value with unit, source, range and decisions."""
    today = context(request).clock.now().astimezone(context(request).settings.zone).date()
    async with context(request).db.read(SYSTEM) as session:
        rows = list(
            await session.scalars(select(PolicyValue).order_by(col(PolicyValue.set_at), col(PolicyValue.id)))
        )
    now = Policy.from_values(values_in_force(_decided(rows), today)).to_values()
    return PolicyList(items=[_show(key, now[key], rows) for key in POLICY_ITEMS])


def _decided(rows: list[PolicyValue]) -> list[tuple[str, date, object]]:
    return [(row.key, row.effective_on, row.value["value"]) for row in rows]


def _show(key: str, value: object, rows: list[PolicyValue]) -> PolicyItemOut:
    item = POLICY_ITEMS[key]
    return PolicyItemOut(
        key=key,
        value=value,
        default=to_json_value(item.default),
        unit=item.unit,
        source=item.source,
        minimum=item.minimum,
        maximum=item.maximum,
        choices=list(item.choices),
        description=item.description,
        decisions=[
            Decision(
                value=row.value["value"],
                effective_on=row.effective_on,
                set_by=row.set_by,
                set_at=row.set_at,
                reason=row.reason,
            )
            for row in rows
            if row.key == key
        ],
    )


@operation(
    "POST",
    "/api/v1/policy/{key}",
    rule=signed_in(Role.CITY_ADMIN),
    tag="policy",
    body=PolicyIn,
    response=PolicyItemOut,
    status=201,
)
async def decide(request: web.Request, body: PolicyIn) -> PolicyItemOut:
    """Set a value from a day on (today or later); checked together with every other value."""
    key = request.match_info["key"]
    if key not in POLICY_ITEMS:
        raise NotFound("policy", "There is no such policy value.")

    async def run(step: Step) -> PolicyItemOut:
        if body.effective_on < step.today:
            raise BadInput("effective_on", "The past is not changed: choose today or later.", "effective_on")
        row = PolicyValue(
            key=key,
            value={"value": body.value},
            effective_on=body.effective_on,
            set_by=step.actor,
            set_at=step.now,
            reason=body.reason,
        )
        step.session.add(row)
        await step.session.flush()
        rows = list(
            await step.session.scalars(
                select(PolicyValue).order_by(col(PolicyValue.set_at), col(PolicyValue.id))
            )
        )
        # A value decided for later must fit on its day and on every later day on which others change.
        for day in sorted({r.effective_on for r in rows if r.effective_on >= body.effective_on}):
            Policy.from_values(values_in_force(_decided(rows), day))
        await audit(step, "policy.set", row, fields=[key], why=body.reason)
        now = Policy.from_values(values_in_force(_decided(rows), step.today)).to_values()
        return _show(key, now[key], rows)

    return await steps(request).run(actor(request), run)


HANDLERS = (list_policy, decide)
