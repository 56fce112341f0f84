"""The call list: whom no text reaches, what to say, and what came of the call."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field

from api.current import actor, current_staff, reader, steps
from api.openapi import Given, Shown, operation, path_id
from api.rows import own_row
from api.rules import EDITORS, signed_in
from models.desk import DeskItem
from services import call_list
from services.audit import audit
from services.steps import Step


class CallsQuery(Given):
    area: str = Field("", pattern=r"^\d{0,12}$", description="leading digits of a division code")


class CallOut(Shown):
    """`about`: the text that the call stands for, `alarm`, or `written` for a text of somebody unknown.

    `said`: what was written; `script`: what to say, in Chinese; names are masked.
    """

    id: UUID
    about: str
    side: str
    who: str
    visit_id: UUID | None
    division_code: str
    due_at: AwareDatetime
    in_vain: int
    said: str
    script: list[str]
    outcomes: list[str]


class CallList(Shown):
    calls: list[CallOut]


class LookIn(Given):
    """`reason`: why the numbers are needed; it is written down for each person."""

    reason: str = Field(min_length=4, max_length=256)


class NumberOut(Shown):
    """`person_id` names the person when the outcome is entered."""

    person_id: UUID
    kind: str
    name: str
    relation: str
    numbers: list[str]


class NumberList(Shown):
    people: list[NumberOut]


class OutcomeIn(Given):
    """`outcome`: one of the call's; `person_id`: who was rung, needed for a wrong number."""

    outcome: str = Field(max_length=24)
    person_id: UUID | None = None


class OutcomeOut(Shown):
    """`result`: the outcome, `again_later` or `passed_on`."""

    result: str


@operation("GET", "/api/v1/calls", rule=signed_in(*EDITORS), tag="desk", query=CallsQuery, response=CallList)
async def list_calls(request: web.Request, query: CallsQuery) -> CallList:
    """Calls to make in the caller's area, the soonest promise first."""
    async with steps(request).look(reader(request)) as step:
        calls = await call_list.load_calls(step, query.area)
    return CallList(
        calls=[
            CallOut(
                id=call.item.id,
                about=call.about,
                side=call.side,
                who=call.who,
                visit_id=call.item.visit_id,
                division_code=call.item.division_code,
                due_at=call.item.due_at,
                in_vain=call.in_vain,
                said=call.said,
                script=call.script,
                outcomes=list(call.outcomes),
            )
            for call in calls
        ]
    )


@operation(
    "POST",
    "/api/v1/calls/{item_id}/numbers",
    rule=signed_in(*EDITORS),
    tag="desk",
    body=LookIn,
    response=NumberList,
    errors=(404, 409),
)
async def show_numbers(request: web.Request, body: LookIn) -> NumberList:
    """Names and numbers in the order in which to ring; every look is written down."""
    item = await own_row(request, DeskItem, path_id(request, "item_id"))

    async def work(step: Step) -> NumberList:
        found = await call_list.show_numbers(step, item.id, current_staff(request), body.reason)
        return NumberList(
            people=[
                NumberOut(
                    person_id=UUID(one.key),
                    kind=one.kind,
                    name=one.name,
                    relation=one.relation,
                    numbers=one.numbers,
                )
                for one in found
            ]
        )

    return await steps(request).run(actor(request), work)


@operation(
    "POST",
    "/api/v1/calls/{item_id}/outcome",
    rule=signed_in(*EDITORS),
    tag="desk",
    body=OutcomeIn,
    response=OutcomeOut,
    errors=(404, 409),
)
async def enter_outcome(request: web.Request, body: OutcomeIn) -> OutcomeOut:
    """What came of a call; it counts like the person's own reply by text."""
    item = await own_row(request, DeskItem, path_id(request, "item_id"))

    async def work(step: Step) -> OutcomeOut:
        result = await call_list.record_call(step, item.id, body.outcome, body.person_id)
        row = await step.session.get(DeskItem, item.id)
        if row is not None:
            await audit(step, f"call.{body.outcome}", row, why="call list")
        return OutcomeOut(result=result)

    return await steps(request).run(actor(request), work)


HANDLERS = (list_calls, show_numbers, enter_outcome)
