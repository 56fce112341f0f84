"""What volunteers tell a coordinator by telephone, typed in on the visit's page."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from api.pages.forms import Form, row_id, text
from api.pages.phone_report import WRITTEN
from api.pages.visit_changes import change_visit
from api.rules import EDITORS, signed_in
from models.visits import Offer, Visit
from services import answers, visiting
from services.audit import audit
from services.errors import BadInput, NotFound
from services.steps import Step

CHANNEL = "phone"


async def _offer_of(step: Step, visit: Visit, offer_id: UUID) -> Offer:
    offer = await step.session.get(Offer, offer_id)
    if offer is None or offer.visit_id != visit.id:
        raise NotFound("offer", "This volunteer was not asked for this visit.", "offer_id")
    return offer


@signed_in(*EDITORS)
async def enter_answer(request: web.Request) -> web.StreamResponse:
    """A yes, a no, or "I cannot come after all"."""

    async def work(step: Step, visit: Visit, form: Form) -> str:
        said = text(form, "answer", 12)
        if said == "withdraw":
            answer = await answers.withdraw(
                step, visit.id, row_id(form, "volunteer_id"), CHANNEL, text(form, "reason", 200)
            )
        elif said in ("accept", "decline"):
            offer = await _offer_of(step, visit, row_id(form, "offer_id"))
            act = answers.accept_offer if said == "accept" else answers.decline_offer
            answer = await act(step, offer.id, CHANNEL)
        else:
            raise BadInput("answer", "Choose one from the list.", "answer")
        await audit(step, f"visit.{said}", visit, why=text(form, "reason", 200) or "told by telephone")
        return str(answer)

    raise await change_visit(request, work)


@signed_in(*EDITORS)
async def check_in(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, visit: Visit, form: Form) -> str:
        place = text(form, "place", 120)
        await visiting.check_in(step, visit.id, row_id(form, "volunteer_id"), place=place, channel=CHANNEL)
        await audit(step, "visit.check_in", visit)
        return "checked_in"

    raise await change_visit(request, work)


@signed_in(*EDITORS)
async def report(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, visit: Visit, form: Form) -> str:
        key = f"staff/{text(form, 'form_key', 48)}"
        evidence = {name: value for name in WRITTEN if (value := text(form, name, 100))}
        evidence |= {name: "yes" for name in ("id_checked", "signature") if text(form, name)}
        sent = visiting.ReportForm(key, text(form, "outcome", 24), {}, evidence, text(form, "note"))
        await visiting.report(step, visit.id, row_id(form, "volunteer_id"), sent, channel=CHANNEL)
        await audit(step, "visit.report", visit)
        return "reported"

    raise await change_visit(request, work)


ROUTES = [
    web.post("/visits/{id}/answer", enter_answer),
    web.post("/visits/{id}/check-in", check_in),
    web.post("/visits/{id}/report", report),
]
