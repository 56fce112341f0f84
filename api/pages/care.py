"""The care of a retiree, the list of referrals, and districts that rest in extreme weather."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from aiohttp import web

from api.current import actor, context, current_staff, reader, steps
from api.pages.forms import Form, day, moment, path_id, read_form, row_id, text
from api.pages.rendering import page, say, see_other
from api.rows import change_row, own_row
from api.rules import EDITORS, KNOW_RETIREES, signed_in
from api.v1.care import need_volunteer
from domain.care import ContactForm
from domain.consents import CONSENTS
from domain.flags import Flag
from domain.needs import ReferralKind, SeriousKind
from models.campaigns import DistrictPause
from models.care import Referral
from models.pools import Tie, TieKind
from models.retirees import Retiree
from services import referrals
from services.care_page import load_care_page
from services.contacts import ContactEntry, record_contact, record_serious_event
from services.errors import BadInput, NotFound, ServiceError
from services.pauses import PauseForm, current_pauses, end_pause, pause_area
from services.places import districts_and_streets, load_place_names
from services.retiree_flags import SAYS, change_flags
from services.steps import Step
from services.volunteers.ties import end_tie, set_known_face_only, set_tie

FORMS = tuple(form for form in ContactForm if form is not ContactForm.HOME_VISIT)
CODE = re.compile(r"\d{12}")
Work = Callable[[Step, Retiree, Form], Awaitable[object]]


@signed_in(*KNOW_RETIREES)
async def show(request: web.Request) -> web.StreamResponse:
    return await _show(request, "")


async def _show(request: web.Request, error: str) -> web.StreamResponse:
    row = await own_row(request, Retiree, path_id(request))
    async with steps(request).look(reader(request)) as step:
        shown = await load_care_page(step, row)
        today = step.today
    return await page(
        request,
        "care.html",
        status=422 if error else 200,
        error=error,
        s=shown,
        r=row,
        today=today,
        says=SAYS,
        flags=tuple(flag for flag in Flag if flag not in CONSENTS),
        consents=CONSENTS,
        forms=FORMS,
        kinds=tuple(ReferralKind),
        serious=tuple(SeriousKind),
        ties=tuple(TieKind),
        may_edit=current_staff(request).role in EDITORS,
    )


async def _change(request: web.Request, work: Work) -> web.StreamResponse:
    """One change to a retiree of the caller's area; a refusal shows the page with its reason."""
    form, retiree_id = await read_form(request), path_id(request)
    try:
        await change_row(request, Retiree, retiree_id, None, lambda step, row: work(step, row, form))
    except NotFound:
        raise
    except ServiceError as refused:
        return await _show(request, say(request, refused.message))
    raise see_other(f"/retirees/{retiree_id}/care?done=noted")


@signed_in(*EDITORS)
async def set_flags(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Retiree, form: Form) -> object:
        add = [text(form, "flag", 32)] if text(form, "flag") else []
        end = [text(form, "end", 32)] if text(form, "end") else []
        return await change_flags(
            step, row, add=add, end=end, on=day(form, "on") if text(form, "on") else None
        )

    return await _change(request, work)


@signed_in(*EDITORS)
async def add_contact(request: web.Request) -> web.StreamResponse:
    zone = context(request).settings.zone

    async def work(step: Step, row: Retiree, form: Form) -> object:
        entry = ContactEntry(
            text(form, "form", 24),
            text(form, "with_person") == "yes",
            moment(form, zone) or step.now,
            text(form, "note", 500),
        )
        return await record_contact(step, row, entry)

    return await _change(request, work)


@signed_in(*EDITORS)
async def add_event(request: web.Request) -> web.StreamResponse:
    zone = context(request).settings.zone

    async def work(step: Step, row: Retiree, form: Form) -> object:
        return await record_serious_event(step, row, text(form, "kind", 24), moment(form, zone) or step.now)

    return await _change(request, work)


@signed_in(*EDITORS)
async def refer(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Retiree, form: Form) -> object:
        given = referrals.ReferralForm(
            text(form, "kind", 24), text(form, "receiver", 64), text(form, "need", 500)
        )
        return await referrals.open_referral(step, row, given)

    return await _change(request, work)


@signed_in(*EDITORS)
async def tie(request: web.Request) -> web.StreamResponse:
    """The volunteer is named by id or by the code at the end of what was chosen from the list."""

    async def work(step: Step, row: Retiree, form: Form) -> object:
        if text(form, "known_face_only"):
            await set_known_face_only(step, row, text(form, "known_face_only") == "yes")
            return None
        if text(form, "end"):
            found = await step.session.get(Tie, row_id(form, "end"))
            if found is None or found.retiree_id != row.id:
                raise NotFound("tie", "There is no such tie.")
            return await end_tie(step, found.id)
        chosen = text(form, "volunteer", 120).rpartition("/")[2].strip()
        try:
            volunteer_id = UUID(chosen)
        except ValueError as error:
            raise BadInput("volunteer", "Paste the address of the volunteer's page.", "volunteer") from error
        await need_volunteer(request, volunteer_id)
        return await set_tie(step, row, volunteer_id, text(form, "kind", 24), text(form, "reason", 128))

    return await _change(request, work)


@signed_in(*KNOW_RETIREES)
async def show_referrals(request: web.Request) -> web.StreamResponse:
    which = request.query.get("which", "open")
    async with steps(request).look(reader(request)) as step:
        found = await referrals.load_referrals(
            step, only_open=which == "open", only_overdue=which == "overdue"
        )
        today, percent = step.today, await referrals.in_time_percent(step)
    return await page(
        request,
        "referrals.html",
        found=found,
        which=which,
        today=today,
        percent=percent,
        may_edit=current_staff(request).role in EDITORS,
    )


@signed_in(*EDITORS)
async def close_referral(request: web.Request) -> web.StreamResponse:
    result = text(await read_form(request), "result", 128)

    async def work(step: Step, row: Referral) -> object:
        return await referrals.close_referral(step, row.id, result)

    await change_row(request, Referral, path_id(request), None, work)
    raise see_other("/referrals?done=noted")


@signed_in(*EDITORS)
async def show_pauses(request: web.Request) -> web.StreamResponse:
    return await _pauses(request, "")


async def _pauses(request: web.Request, error: str) -> web.StreamResponse:
    areas = districts_and_streets(await load_place_names(steps(request)), reader(request).prefix)
    async with steps(request).look(reader(request)) as step:
        found, today = await current_pauses(step), step.today
    values = {"found": found, "today": today, "until": today + timedelta(days=2), "areas": areas}
    return await page(request, "pauses.html", status=422 if error else 200, error=error, **values)


@signed_in(*EDITORS)
async def pause(request: web.Request) -> web.StreamResponse:
    """Visits of the area's district rest; whoever runs the area decides."""
    form = await read_form(request)
    try:
        code = CODE.search(text(form, "where", 200))
        if code is None or not reader(request).may_see(code[0], ""):
            raise BadInput("where", "Choose an area from the list.", "where")
        given = PauseForm(code[0], day(form, "from_on"), day(form, "to_on"), text(form, "reason", 128))

        async def work(step: Step) -> object:
            return await pause_area(step, given)

        await steps(request).run(actor(request), work)
    except ServiceError as refused:
        return await _pauses(request, say(request, refused.message))
    raise see_other("/pauses?done=noted")


@signed_in(*EDITORS)
async def resume(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: DistrictPause) -> object:
        return await end_pause(step, row.id)

    await change_row(request, DistrictPause, path_id(request), None, work)
    raise see_other("/pauses?done=noted")


ROUTES = [
    web.get("/retirees/{id}/care", show),
    web.post("/retirees/{id}/flags", set_flags),
    web.post("/retirees/{id}/contacts", add_contact),
    web.post("/retirees/{id}/serious", add_event),
    web.post("/retirees/{id}/referrals", refer),
    web.post("/retirees/{id}/ties", tie),
    web.get("/referrals", show_referrals),
    web.post("/referrals/{id}/close", close_referral),
    web.get("/pauses", show_pauses),
    web.post("/pauses", pause),
    web.post("/pauses/{id}/end", resume),
]
