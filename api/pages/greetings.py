"""Greetings by text: a campaign's, with a look before they are sent, and the consents to them."""

from __future__ import annotations

from aiohttp import web

from api import greetings
from api.current import context
from api.pages.forms import day, path_id, read_form, text
from api.pages.rendering import page, say, see_other
from api.rows import change_row
from api.rules import EDITORS, LISTERS, signed_in
from domain.flags import Flag
from models.retirees import Retiree
from services.consents import ConsentForm, give_consent, take_back
from services.errors import WrongMoment
from services.steps import Step


@signed_in(*LISTERS)
async def look(request: web.Request) -> web.StreamResponse:
    """A fragment of the campaign's page: who would be greeted, who not and why, what it costs."""
    campaign_id = path_id(request)
    try:
        found = await greetings.look(request, campaign_id)
    except WrongMoment as refused:
        return await page(request, "greetings.html", why_not=say(request, refused.message))
    return await page(
        request,
        "greetings.html",
        why_not="",
        campaign_id=campaign_id,
        found=found,
        people=len(found.wanted),
        price=greetings.price(request, found),
        currency=context(request).gateway.contract.currency,
    )


@signed_in(*LISTERS)
async def send(request: web.Request) -> web.StreamResponse:
    await read_form(request)
    campaign_id = path_id(request)
    _, written = await greetings.send(request, campaign_id)
    raise see_other(f"/campaigns/{campaign_id}?done={'greeted' if written else 'nobody_greeted'}")


@signed_in(*EDITORS)
async def give(request: web.Request) -> web.StreamResponse:
    """A retiree has agreed to greetings."""
    form, retiree_id = await read_form(request), path_id(request)
    given = ConsentForm(
        way=text(form, "way", 12),
        given_by=text(form, "given_by", 12),
        on=day(form, "on") if text(form, "on") else None,
        wording=text(form, "wording"),
    )
    await change_row(request, Retiree, retiree_id, None, lambda step, row: give_consent(step, row, given))
    raise see_other(f"/retirees/{retiree_id}?done=noted")


@signed_in(*EDITORS)
async def end(request: web.Request) -> web.StreamResponse:
    """And does not want them any more."""
    form, retiree_id = await read_form(request), path_id(request)
    way = text(form, "way", 12)

    async def work(step: Step, row: Retiree) -> object:
        return await take_back(step, row, Flag.WANTS_GREETINGS, way)

    await change_row(request, Retiree, retiree_id, None, work)
    raise see_other(f"/retirees/{retiree_id}?done=noted")


ROUTES = [
    web.get("/campaigns/{id}/greetings", look),
    web.post("/campaigns/{id}/greetings", send),
    web.post("/retirees/{id}/consents", give),
    web.post("/retirees/{id}/consents/end", end),
]
