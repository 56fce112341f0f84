"""What a coordinator or reviewer decides on the visit's page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from api.current import context
from api.pages.forms import Form, moment, path_id, read_form, row_id, text, whole
from api.pages.rendering import see_other
from api.rows import change_row
from api.rules import EDITORS, REVIEWERS, signed_in
from api.v1.changes import may_go
from models.visits import Visit
from models.volunteers import Volunteer
from services import changing, reviewing
from services.errors import BadInput, NotFound
from services.steps import Step

Work = Callable[[Step, Visit, Form], Awaitable[str]]


async def change_visit(request: web.Request, work: Work) -> web.HTTPSeeOther:
    """Run `work` on the version that the page showed; it returns the notice to show."""
    form = await read_form(request)
    visit_id = path_id(request)

    async def run(step: Step, visit: Visit) -> str:
        notice = await work(step, visit, form)
        await step.session.flush()
        return notice

    notice = await change_row(request, Visit, visit_id, whole(form, "version"), run)
    return see_other(f"/visits/{visit_id}?done={notice}")


def need_reason(form: Form) -> str:
    reason = text(form, "reason", 200)
    if not reason:
        raise BadInput("reason", "Give a reason.", "reason")
    return reason


@signed_in(*EDITORS)
async def assign(request: web.Request) -> web.StreamResponse:
    zone = context(request).settings.zone

    async def work(step: Step, visit: Visit, form: Form) -> str:
        volunteer_id = row_id(form, "volunteer_id")
        if not may_go(visit, await step.session.get(Volunteer, volunteer_id)):
            raise NotFound("volunteer", "There is no such volunteer.", "volunteer_id")
        answer = await changing.assign(
            step,
            visit.id,
            whole(form, "position"),
            volunteer_id,
            need_reason(form),
            starts_at=moment(form, zone),
        )
        return "assigned" if answer == "accepted" else str(answer)

    raise await change_visit(request, work)


@signed_in(*EDITORS)
async def reoffer(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, visit: Visit, form: Form) -> str:
        await changing.reoffer(step, visit.id, need_reason(form))
        return "reoffered"

    raise await change_visit(request, work)


@signed_in(*EDITORS)
async def cancel(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, visit: Visit, form: Form) -> str:
        await changing.cancel(step, visit.id, need_reason(form))
        return "cancelled"

    raise await change_visit(request, work)


@signed_in(*EDITORS)
async def reschedule(request: web.Request) -> web.StreamResponse:
    zone = context(request).settings.zone

    async def work(step: Step, visit: Visit, form: Form) -> str:
        starts_at = moment(form, zone)
        if starts_at is None:
            raise BadInput("on", "Choose a day.", "on")
        await changing.reschedule(step, visit.id, starts_at, need_reason(form))
        return "rescheduled"

    raise await change_visit(request, work)


@signed_in(*REVIEWERS)
async def review(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, visit: Visit, form: Form) -> str:
        approve = text(form, "verdict") == "approve"
        reason = text(form, "reason", 200)
        await reviewing.review(step, visit.id, approve=approve, reason=reason)
        return "approved" if approve else "returned"

    raise await change_visit(request, work)


ROUTES = [
    web.post("/visits/{id}/assign", assign),
    web.post("/visits/{id}/reoffer", reoffer),
    web.post("/visits/{id}/cancel", cancel),
    web.post("/visits/{id}/reschedule", reschedule),
    web.post("/visits/{id}/review", review),
]
