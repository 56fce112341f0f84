"""A retiree: masked facts, the contacts, the visits, when the certification is due; a look with a reason."""

from __future__ import annotations

from aiohttp import web

from api.current import actor, context, current_staff, reader, steps
from api.pages.forms import path_id, read_form, text
from api.pages.rendering import page
from api.rows import own_row
from api.rules import EDITORS, KNOW_RETIREES, LISTERS, LOOKERS, signed_in
from domain.certification import Channel, Ground
from domain.consents import WAYS_OF_GIVING, Giver
from domain.flags import Flag
from domain.no_answer import EmergencyStep
from models.retirees import Retiree
from notifications.consent_words import consent_words
from services.consents import load_consents
from services.errors import NotFound
from services.life.page import load_life
from services.looks import RETIREE_FIELDS, look_at
from services.person_page import load_person_page
from services.places import districts_and_streets, load_place_names
from services.steps import Step


@signed_in(*KNOW_RETIREES)
async def show(request: web.Request) -> web.StreamResponse:
    row = await own_row(request, Retiree, path_id(request))
    async with steps(request).look(reader(request)) as step:
        shown = await load_person_page(step, row)
        consents = await load_consents(step, row.id)
        life = await load_life(step, row, with_cases=current_staff(request).role in LISTERS)
    return await page(
        request,
        "person.html",
        shown=shown,
        r=row,
        fields=RETIREE_FIELDS,
        life=life,
        consents=consents,
        consent_words=consent_words(Flag.WANTS_GREETINGS, context(request).settings.signature),
        ways_of_giving=WAYS_OF_GIVING,
        givers=tuple(Giver),
        grounds=("", *Ground),
        areas=districts_and_streets(await load_place_names(steps(request))),
        emergency=list(EmergencyStep),
        channels=[c for c in Channel if c is not Channel.HOME_VISIT],
        today=context(request).clock.now().astimezone(context(request).settings.zone),
        may_edit=current_staff(request).role in EDITORS,
        may_decide=current_staff(request).role in LISTERS,
        may_look=current_staff(request).role in LOOKERS,
    )


@signed_in(*LOOKERS)
async def look(request: web.Request) -> web.StreamResponse:
    """The plain values, after the audit row; a fragment of the page."""
    row = await own_row(request, Retiree, path_id(request))
    form = await request.post()
    wanted = [str(name) for name in form.getall("fields", [])]
    why = text(await read_form(request), "reason", 256)

    async def work(step: Step) -> dict[str, str]:
        again = await step.session.get(Retiree, row.id)
        if again is None:
            raise NotFound("not_found", "There is nothing here, or it is outside your area.")
        return await look_at(step, again, current_staff(request), wanted, why)

    return await page(request, "look.html", values=await steps(request).run(actor(request), work))


ROUTES = [web.get("/retirees/{id}", show), web.post("/retirees/{id}/look", look)]
