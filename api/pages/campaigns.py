"""Campaigns: how far they are, and who will be missing where and when."""

from __future__ import annotations

from aiohttp import web

from api.current import reader, steps
from api.pages.forms import path_id, read_form
from api.pages.rendering import page, see_other
from api.rows import own_row
from api.rules import EDITORS, signed_in
from models.campaigns import Campaign
from services.plan_pages import load_campaign_page, load_campaigns
from services.planning.forecast import forecast_campaign


@signed_in()
async def show_all(request: web.Request) -> web.StreamResponse:
    async with steps(request).look(reader(request)) as step:
        found = await load_campaigns(step)
    return await page(request, "campaigns.html", campaigns=found)


@signed_in()
async def show(request: web.Request) -> web.StreamResponse:
    campaign = await own_row(request, Campaign, path_id(request))
    async with steps(request).look(reader(request)) as step:
        shown = await load_campaign_page(step, campaign, reader(request).prefix)
    return await page(request, "campaign.html", c=campaign, shown=shown)


@signed_in(*EDITORS)
async def forecast(request: web.Request) -> web.StreamResponse:
    await read_form(request)
    campaign = await own_row(request, Campaign, path_id(request))
    run = await forecast_campaign(steps(request), campaign.id)
    notice = "forecast_made" if run else "forecast_busy"
    raise see_other(f"/campaigns/{campaign.id}?done={notice}")


ROUTES = [
    web.get("/campaigns", show_all),
    web.get("/campaigns/{id}", show),
    web.post("/campaigns/{id}/forecast", forecast),
]
