"""What volunteers tell a coordinator by telephone, and who else could go."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from sqlmodel import col, select

from api.current import steps
from api.openapi import operation, path_id
from api.rows import change_row, own_row
from api.rules import EDITORS, signed_in
from api.v1.change_models import (
    AnswerIn,
    AnswerOut,
    ChangedOut,
    CheckInIn,
    ReportIn,
    SuggestionList,
    SuggestionOut,
    SuggestionQuery,
)
from api.v1.changes import may_go
from models.visits import Offer, Visit
from models.volunteers import Volunteer
from services import answers, suggesting, visiting
from services.audit import audit
from services.errors import NotFound
from services.steps import Step

CHANNEL = "phone"


@operation(
    "POST",
    "/api/v1/visits/{visit_id}/answer",
    rule=signed_in(*EDITORS),
    tag="visits",
    body=AnswerIn,
    response=AnswerOut,
    errors=(409,),
)
async def enter_answer(request: web.Request, body: AnswerIn) -> AnswerOut:
    """A yes, a no, or "I cannot come after all", as told on the telephone."""

    async def run(step: Step, visit: Visit) -> AnswerOut:
        answer = await _answer(step, visit, body)
        await audit(step, f"visit.{body.answer}", visit, why=body.reason or "told by telephone")
        await step.session.flush()
        return AnswerOut(answer=answer, version=visit.version)

    return await change_row(request, Visit, path_id(request, "visit_id"), body.version, run)


async def _answer(step: Step, visit: Visit, body: AnswerIn) -> answers.Answer:
    if body.answer == "withdraw":
        return await answers.withdraw(step, visit.id, body.volunteer_id, CHANNEL, body.reason)
    offer_id = await _latest_offer(step, visit.id, body.volunteer_id)
    if body.answer == "accept":
        return await answers.accept_offer(step, offer_id, CHANNEL)
    return await answers.decline_offer(step, offer_id, CHANNEL)


async def _latest_offer(step: Step, visit_id: UUID, volunteer_id: UUID) -> UUID:
    found = await step.session.scalar(
        select(col(Offer.id))
        .where(col(Offer.visit_id) == visit_id, col(Offer.volunteer_id) == volunteer_id)
        .order_by(col(Offer.offered_at).desc(), col(Offer.id).desc())
        .limit(1)
    )
    if found is None:
        raise NotFound("offer", "This volunteer was not asked for this visit.", "volunteer_id")
    return found


@operation(
    "POST",
    "/api/v1/visits/{visit_id}/check-in",
    rule=signed_in(*EDITORS),
    tag="visits",
    body=CheckInIn,
    response=ChangedOut,
    errors=(409,),
)
async def check_in(request: web.Request, body: CheckInIn) -> ChangedOut:
    """A visitor says on the telephone that they have arrived."""

    async def run(step: Step, visit: Visit) -> ChangedOut:
        await visiting.check_in(step, visit.id, body.volunteer_id, place=body.place, channel=CHANNEL)
        await audit(step, "visit.check_in", visit)
        await step.session.flush()
        return ChangedOut(status=visit.status, version=visit.version)

    return await change_row(request, Visit, path_id(request, "visit_id"), body.version, run)


@operation(
    "POST",
    "/api/v1/visits/{visit_id}/report",
    rule=signed_in(*EDITORS),
    tag="visits",
    body=ReportIn,
    response=ChangedOut,
    errors=(409,),
)
async def report(request: web.Request, body: ReportIn) -> ChangedOut:
    """A visitor's result, typed in by a coordinator."""
    form = visiting.ReportForm(
        body.form_key, body.outcome, dict(body.checklist), dict(body.evidence), body.text
    )

    async def run(step: Step, visit: Visit) -> ChangedOut:
        await visiting.report(step, visit.id, body.volunteer_id, form, channel=CHANNEL)
        await audit(step, "visit.report", visit)
        await step.session.flush()
        return ChangedOut(status=visit.status, version=visit.version)

    return await change_row(request, Visit, path_id(request, "visit_id"), body.version, run)


@operation(
    "GET",
    "/api/v1/visits/{visit_id}/suggestions",
    rule=signed_in(*EDITORS),
    tag="visits",
    query=SuggestionQuery,
    response=SuggestionList,
)
async def suggestions(request: web.Request, query: SuggestionQuery) -> SuggestionList:
    """Who else could go, best first, with reasons."""
    visit = await own_row(request, Visit, path_id(request, "visit_id"))
    async with steps(request).look() as step:
        found = await suggesting.suggest(
            step, visit.id, query.position, query.limit, starts_at=query.starts_at
        )
        shown = [
            SuggestionOut(
                volunteer_id=s.volunteer_id,
                name=s.name_masked,
                is_city_pool=s.is_city_pool,
                km=s.km,
                reasons=s.reasons,
            )
            for s in found
            if may_go(visit, await step.session.get(Volunteer, s.volunteer_id))
        ]
    return SuggestionList(suggestions=shown)


HANDLERS = (enter_answer, check_in, report, suggestions)
