"""What coordinators decide about a visit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from api.openapi import operation, path_id
from api.rows import change_row
from api.rules import EDITORS, REVIEWERS, signed_in
from api.v1.change_models import AnswerOut, AssignIn, ChangedOut, ReasonIn, RescheduleIn, ReviewIn
from models.staff import Role
from models.visits import Visit
from models.volunteers import Pool, Volunteer
from services import changing, reviewing
from services.errors import NotFound
from services.steps import Step

DISTRICT_DIGITS = 6


def may_go(visit: Visit, volunteer: Volunteer | None) -> bool:
    """The city pool goes everywhere, the others within their district (Regulation art. 22)."""
    return volunteer is not None and (
        volunteer.pool is Pool.CITY
        or volunteer.division_code[:DISTRICT_DIGITS] == visit.division_code[:DISTRICT_DIGITS]
    )


def _change_of_visit(
    action: str, roles: tuple[Role, ...], body: type[BaseModel], response: type[BaseModel] = ChangedOut
) -> Callable[[Any], Any]:
    """One of the things that are done to a visit: 409 when somebody else was first."""
    return operation(
        "POST",
        f"/api/v1/visits/{{visit_id}}/{action}",
        rule=signed_in(*roles),
        tag="visits",
        body=body,
        response=response,
        errors=(409,),
    )


async def _change(
    request: web.Request, version: int, work: Callable[[Step, Visit], Awaitable[object]]
) -> ChangedOut:
    async def run(step: Step, visit: Visit) -> ChangedOut:
        await work(step, visit)
        await step.session.flush()
        return ChangedOut(status=visit.status, version=visit.version)

    return await change_row(request, Visit, path_id(request, "visit_id"), version, run)


@_change_of_visit("assign", EDITORS, AssignIn, AnswerOut)
async def assign(request: web.Request, body: AssignIn) -> AnswerOut:
    """Put a volunteer who agreed on a seat."""

    async def run(step: Step, visit: Visit) -> AnswerOut:
        if not may_go(visit, await step.session.get(Volunteer, body.volunteer_id)):
            raise NotFound("volunteer", "There is no such volunteer.", "volunteer_id")
        answer = await changing.assign(
            step, visit.id, body.position, body.volunteer_id, body.reason, starts_at=body.starts_at
        )
        await step.session.flush()
        return AnswerOut(answer=answer, version=visit.version)

    return await change_row(request, Visit, path_id(request, "visit_id"), body.version, run)


@_change_of_visit("reoffer", EDITORS, ReasonIn)
async def reoffer(request: web.Request, body: ReasonIn) -> ChangedOut:
    """Ask again from the start."""
    return await _change(request, body.version, lambda s, v: changing.reoffer(s, v.id, body.reason))


@_change_of_visit("cancel", EDITORS, ReasonIn)
async def cancel(request: web.Request, body: ReasonIn) -> ChangedOut:
    """The visit will not take place."""
    return await _change(request, body.version, lambda s, v: changing.cancel(s, v.id, body.reason))


@_change_of_visit("reschedule", EDITORS, RescheduleIn)
async def reschedule(request: web.Request, body: RescheduleIn) -> ChangedOut:
    """Another time; both sides are told."""
    return await _change(
        request, body.version, lambda s, v: changing.reschedule(s, v.id, body.starts_at, body.reason)
    )


@_change_of_visit("review", REVIEWERS, ReviewIn)
async def review(request: web.Request, body: ReviewIn) -> ChangedOut:
    """Accept the evidence of a certification, or send it back."""
    return await _change(
        request,
        body.version,
        lambda s, v: reviewing.review(s, v.id, approve=body.approve, reason=body.reason),
    )


HANDLERS = (assign, reoffer, cancel, reschedule, review)
