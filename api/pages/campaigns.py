"""Campaigns: how far they are, and who will be missing where and when."""

from __future__ import annotations

from aiohttp import web

from api.current import current_staff, reader, steps
from api.pages.forms import path_id, read_form
from api.pages.rendering import page, see_other
from api.rows import own_row
from api.rules import EDITORS, KNOW_RETIREES, LISTERS, signed_in
from models.campaigns import Campaign
from services.gifts import load_gifts
from services.plan_pages import concerns, load_campaign_page, load_campaigns
from services.planning.forecast import forecast_campaign


@signed_in()
async def show_all(request: web.Request) -> web.StreamResponse:
    async with steps(request).look() as step:  # a district sees the city's campaigns, too
        found = await load_campaigns(step, reader(request).prefix)
    return await page(request, "campaigns.html", campaigns=found)


async def _campaign(request: web.Request) -> Campaign:
    """The one in the address, if it concerns the own area; a refusal is written down."""
    async with steps(request).look() as step:
        found = await step.session.get(Campaign, path_id(request))
    if found is not None and concerns(found, reader(request).prefix):
        return found
    return await own_row(request, Campaign, path_id(request))


@signed_in()
async def show(request: web.Request) -> web.StreamResponse:
    campaign = await _campaign(request)
    async with steps(request).look(reader(request)) as step:
        shown = await load_campaign_page(step, campaign, reader(request).prefix)
        gifts = await load_gifts(step, campaign.id)
        is_live = campaign.stopped_at is None and campaign.festival_on >= step.today
    return await page(
        request,
        "campaign.html",
        c=campaign,
        shown=shown,
        gifts=gifts,
        gifts_fen=sum(receipt.value_fen for receipt, _ in gifts),
        greets=current_staff(request).role in LISTERS and is_live,
        is_own=reader(request).may_see(campaign.division_code, campaign.managing_agency),
        knows_retirees=current_staff(request).role in KNOW_RETIREES,
    )


@signed_in(*EDITORS)
async def forecast(request: web.Request) -> web.StreamResponse:
    await read_form(request)
    campaign = await _campaign(request)
    run = await forecast_campaign(steps(request), campaign.id)
    notice = "forecast_made" if run else "forecast_busy"
    raise see_other(f"/campaigns/{campaign.id}?done={notice}")


ROUTES = [
    web.get("/campaigns", show_all),
    web.get("/campaigns/{id}", show),
    web.post("/campaigns/{id}/forecast", forecast),
]
