"""Policy values: what holds, and deciding anew from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from aiohttp import web
from pydantic import AwareDatetime, Field

from api.current import actor, context, steps
from api.openapi import Given, Shown, operation
from api.rules import signed_in
from domain.policy import to_json_value
from models.scope import SYSTEM
from models.staff import Role
from services import policies
from services.policies import Line, load_lines
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
    reason: str = Field(min_length=2, max_length=256)


@operation("GET", "/api/v1/policy", rule=signed_in(), tag="policy", response=PolicyList)
async def list_policy(request: web.Request) -> PolicyList:
    """Every value with unit, source, range and decisions."""
    today = context(request).clock.now().astimezone(context(request).settings.zone).date()
    async with context(request).db.read(SYSTEM) as session:
        return PolicyList(items=[_show(line) for line in await load_lines(session, today)])


def _show(line: Line) -> PolicyItemOut:
    item = line.item
    return PolicyItemOut(
        key=item.key,
        value=line.value,
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
            for row in line.decisions
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

    async def run(step: Step) -> PolicyItemOut:
        return _show(await policies.decide(step, key, body.value, body.effective_on, body.reason))

    return await steps(request).run(actor(request), run)


HANDLERS = (list_policy, decide)
