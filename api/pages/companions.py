"""A campaign's visit: who comes along as a third person, and the gift that was signed for."""

from __future__ import annotations

from aiohttp import web

from api.current import current_staff, reader, steps
from api.pages.complaints import read_volunteer
from api.pages.forms import Form, day, path_id, read_form, text
from api.pages.rendering import page, see_other
from api.rows import change_row, own_row
from api.rules import EDITORS, KNOW_RETIREES, signed_in
from domain.visits import VisitKind, VisitStatus
from models.campaigns import Campaign
from models.retirees import Retiree
from models.visits import Visit
from services.errors import BadInput, WrongMoment
from services.gifts import GiftForm, find_gift, record_gift
from services.steps import Step
from services.third_persons import load_third_persons, take_along

WAS_THERE = (VisitStatus.CHECKED_IN, VisitStatus.REPORTED, VisitStatus.COMPLETED)
FEN = 100


@signed_in(*KNOW_RETIREES)
async def show(request: web.Request) -> web.StreamResponse:
    """A fragment of the visit's page; empty for visits that are no campaign's."""
    visit = await own_row(request, Visit, path_id(request))
    async with steps(request).look() as step:  # the city's campaign concerns its districts, too
        campaign = await step.session.get(Campaign, visit.campaign_id) if visit.campaign_id else None
        along = await load_third_persons(step, visit)
    async with steps(request).look(reader(request)) as step:
        gift = await find_gift(step, campaign.id, visit.retiree_id) if campaign and visit.retiree_id else None
        today = step.today
    edits = current_staff(request).role in EDITORS
    return await page(
        request,
        "visit/companions.html",
        v=visit,
        c=campaign,
        along=along,
        gift=gift,
        today=today,
        is_campaign=visit.kind is VisitKind.CAMPAIGN,
        may_take_along=edits and visit.status is VisitStatus.ACCEPTED,
        may_record=edits and campaign is not None and gift is None and visit.status in WAS_THERE,
    )


@signed_in(*EDITORS)
async def take(request: web.Request) -> web.StreamResponse:
    """A minor comes along with the guardian (rule VOL-10)."""
    form, visit_id = await read_form(request), path_id(request)
    await own_row(request, Visit, visit_id)
    young = await read_volunteer(request, text(form, "volunteer", 120))
    if young is None:
        raise BadInput("volunteer", "Paste the address of the volunteer's page.", "volunteer")

    async def work(step: Step, visit: Visit) -> None:
        await take_along(step, visit, young, text(form, "guardian", 64))

    await change_row(request, Visit, visit_id, None, work)
    raise see_other(f"/visits/{visit_id}?done=noted")


@signed_in(*EDITORS)
async def give(request: web.Request) -> web.StreamResponse:
    """The receipt of a campaign's gift (rule CAMP-02)."""
    form, visit_id = await read_form(request), path_id(request)

    async def work(step: Step, visit: Visit) -> object:
        retiree = await step.session.get(Retiree, visit.retiree_id) if visit.retiree_id else None
        if retiree is None or visit.campaign_id is None:
            raise WrongMoment("no_campaign", "Rule CAMP-02: gifts belong to a campaign's visits.")
        return await record_gift(step, retiree, _gift(form, visit))

    await change_row(request, Visit, visit_id, None, work)
    raise see_other(f"/visits/{visit_id}?done=noted")


def _gift(form: Form, visit: Visit) -> GiftForm:
    assert visit.campaign_id is not None  # noqa: S101  # asked by the caller
    relation = text(form, "relation", 24)
    return GiftForm(
        visit.campaign_id,
        relation or text(form, "signed_by", 8),
        text(form, "item", 64),
        _fen(text(form, "yuan", 12)),
        day(form, "received_on") if text(form, "received_on") else None,
        visit.id,
    )


def _fen(typed: str) -> int | None:
    """Yuan as typed, in fen; None for the campaign's own value."""
    if not typed:
        return None
    try:
        return round(float(typed) * FEN)
    except (ValueError, OverflowError) as error:
        raise BadInput("gift_fen", "Type a number.", "yuan") from error


ROUTES = [
    web.get("/visits/{id}/companions", show),
    web.post("/visits/{id}/companions", take),
    web.post("/visits/{id}/gift", give),
]
