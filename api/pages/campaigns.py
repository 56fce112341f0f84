"""Campaigns: how far they are, quotas, who was not seen yet, and who will be missing where and when."""

from __future__ import annotations

from aiohttp import web

from api.current import current_staff, language, reader, steps
from api.named_lists import own_area, send_unvisited
from api.pages.forms import Form, page_number, path_id, read_form, text, whole
from api.pages.rendering import page, say, see_other
from api.rows import change_row, joint_campaign
from api.rules import EDITORS, KNOW_RETIREES, LISTERS, signed_in
from config.i18n import translate
from models.campaigns import Campaign
from services.campaign_progress import load_progress
from services.campaign_quotas import BadQuota, districts_of, set_quotas
from services.campaign_stopping import stop_campaign
from services.errors import NotFound, ServiceError
from services.gifts import load_gifts
from services.named_lists import names_of, within
from services.plan_pages import load_campaign_page, load_campaigns
from services.planning.forecast import forecast_campaign
from services.steps import Step

PAGE = 50
QUOTA = "quota_"


@signed_in()
async def show_all(request: web.Request) -> web.StreamResponse:
    async with steps(request).look() as step:  # a district sees the city's campaigns, too
        found = await load_campaigns(step, reader(request).prefix)
    return await page(request, "campaigns.html", campaigns=found)


@signed_in()
async def show(request: web.Request) -> web.StreamResponse:
    return await _show(request, {}, "")


async def _show(
    request: web.Request, given: dict[str, str], error: str, stop_error: str = ""
) -> web.StreamResponse:
    """`given`: the quotas as they were typed, when one of them was refused with `error`."""
    campaign, eyes = await joint_campaign(request, path_id(request)), reader(request)
    area = own_area(request, request.query.get("area", ""))
    at = page_number(request)
    is_own = eyes.may_see(campaign.division_code, campaign.managing_agency)
    async with steps(request).look(eyes) as step:
        shown = await load_campaign_page(step, campaign, eyes.prefix)
        progress = await load_progress(step, campaign, eyes)
        gifts = await load_gifts(step, campaign.id)
        is_live = campaign.stopped_at is None and campaign.festival_on >= step.today
        districts = await districts_of(step, campaign) if is_own else {}
        unvisited = within(progress.unvisited, area)
        people = unvisited[(at - 1) * PAGE : at * PAGE]
        names = await names_of(step, [one.id for one in people])
    role = current_staff(request).role
    return await page(
        request,
        "campaign.html",
        status=422 if error or stop_error else 200,
        error=error,
        stop_error=stop_error,
        c=campaign,
        shown=shown,
        progress=progress,
        unvisited=len(unvisited),
        people=[(one, names.get(one.id, "")) for one in people],
        area=area if len(area) > len(eyes.prefix) else "",
        at=at,
        pages=-(-len(unvisited) // PAGE),
        districts=districts,
        quotas={code: str(quota) for code, quota in campaign.quotas.items()} | given,
        gifts=gifts,
        gifts_fen=sum(receipt.value_fen for receipt, _ in gifts),
        greets=role in LISTERS and is_live,
        may_stop=is_own and role in LISTERS and is_live,
        is_own=is_own,
        plans_quotas=is_own and role in LISTERS,
        takes_lists=role in LISTERS,
        knows_retirees=role in KNOW_RETIREES,
    )


@signed_in(*LISTERS)
async def enter_quotas(request: web.Request) -> web.StreamResponse:
    """All districts at once; a refusal keeps what was typed and names the district."""
    form = await read_form(request)
    given = {name.removeprefix(QUOTA): text(form, name, 12) for name in form if name.startswith(QUOTA)}
    try:
        await _enter(request, form, given)
    except NotFound:
        raise
    except BadQuota as refused:
        return await _show(request, given, f"{refused.district}: {say(request, refused.message)}")
    except ServiceError as refused:
        return await _show(request, given, translate(refused.message, language(request)))
    raise see_other(f"/campaigns/{path_id(request)}?done=quotas_noted#progress")


async def _enter(request: web.Request, form: Form, given: dict[str, str]) -> None:
    version = whole(form, "version", 0)

    async def work(step: Step, row: Campaign) -> None:
        await set_quotas(step, row, given)

    await change_row(request, Campaign, path_id(request), version or None, work)


@signed_in(*LISTERS)
async def stop(request: web.Request) -> web.StreamResponse:
    """A refusal says why on the page."""
    form = await read_form(request)

    async def work(step: Step, row: Campaign) -> None:
        await stop_campaign(step, row, text(form, "reason", 200))

    try:
        await change_row(request, Campaign, path_id(request), whole(form, "version", 0) or None, work)
    except NotFound:
        raise
    except ServiceError as refused:
        return await _show(request, {}, "", translate(refused.message, language(request)))
    raise see_other(f"/campaigns/{path_id(request)}?done=campaign_stopped")


@signed_in(*LISTERS)
async def take_unvisited(request: web.Request) -> web.StreamResponse:
    """The unvisited list as Excel; the reason and who took it are kept."""
    form = await read_form(request)
    return await send_unvisited(request, path_id(request), text(form, "area", 12), text(form, "reason", 256))


@signed_in(*EDITORS)
async def forecast(request: web.Request) -> web.StreamResponse:
    await read_form(request)
    campaign = await joint_campaign(request, path_id(request))
    run = await forecast_campaign(steps(request), campaign.id)
    notice = "forecast_made" if run else "forecast_busy"
    raise see_other(f"/campaigns/{campaign.id}?done={notice}")


ROUTES = [
    web.get("/campaigns", show_all),
    web.get("/campaigns/{id}", show),
    web.post("/campaigns/{id}/forecast", forecast),
    web.post("/campaigns/{id}/quotas", enter_quotas),
    web.post("/campaigns/{id}/stop", stop),
    web.post("/campaigns/{id}/unvisited", take_unvisited),
]
