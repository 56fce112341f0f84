"""Opening a holiday campaign: which festival, where, for whom, with what gift."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from api.current import actor, context, language, reader, steps
from api.pages.forms import Form, read_form, text, whole
from api.pages.policy_forms import part_word
from api.pages.rendering import page, say, see_other
from api.rules import LISTERS, signed_in
from domain.flags import Flag
from domain.policy import Festival
from models.campaigns import Campaign
from services.campaigns import CampaignForm, create_campaign
from services.errors import NotFound, ServiceError
from services.places import load_place_names, place
from services.steps import Step

FIELDS = ("festival", "year", "where", "joined_with", "gift", "gift_yuan")
GROUPS = tuple(flag for flag in Flag if flag is not Flag.WANTS_GREETINGS)


@signed_in(*LISTERS)
async def show(request: web.Request) -> web.StreamResponse:
    return await _form(request, {}, set(), "")


async def _form(
    request: web.Request, given: dict[str, str], chosen: set[str], error: str
) -> web.StreamResponse:
    names, own, lang = await load_place_names(steps(request)), reader(request).prefix, language(request)
    areas = [
        (code, place(names, code, 1))
        for code in sorted(names)
        if code.startswith(own or "4301") and code.endswith("000000") and (code[4:6] != "00" or len(own) <= 4)
    ]
    today = context(request).clock.now().astimezone(context(request).settings.zone)
    values: dict[str, Any] = {
        "given": given,
        "chosen": chosen,
        "areas": areas,
        "festivals": [(festival.value, part_word(festival.value, lang)) for festival in Festival],
        "years": (today.year, today.year + 1),
        "groups": GROUPS,
    }
    return await page(request, "campaign_new.html", status=422 if error else 200, error=error, **values)


@signed_in(*LISTERS)
async def open_new(request: web.Request) -> web.StreamResponse:
    """A refusal shows the form again as it was filled in."""
    form = await read_form(request)
    given = {name: text(form, name, 100) for name in FIELDS}
    chosen = {flag.value for flag in GROUPS if text(form, f"group_{flag.value}", 4)}
    try:
        campaign = await _open(request, form, given, chosen)
    except ServiceError as refused:
        return await _form(request, given, chosen, say(request, refused.message))
    raise see_other(f"/campaigns/{campaign.id}?done=campaign_opened")


async def _open(request: web.Request, form: Form, given: dict[str, str], chosen: set[str]) -> Campaign:
    if not reader(request).may_see(given["where"], reader(request).agency):
        raise NotFound("division", "There is nothing here, or it is outside your area.", "where")
    wanted = CampaignForm(
        festival=given["festival"],
        year=whole(form, "year", 0),
        division_code=given["where"],
        target_flags=sorted(chosen),
        gift=given["gift"][:64],
        gift_fen=whole(form, "gift_yuan", 0) * 100,
        joined_with=given["joined_with"],
    )

    async def work(step: Step) -> Campaign:
        return await create_campaign(step, wanted)

    return await steps(request).run(actor(request), work)


ROUTES = [web.get("/campaigns/new", show), web.post("/campaigns/new", open_new)]
