"""The office: leave and who stands in, tables of working days, merged areas."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

from aiohttp import web
from sqlmodel import col, select

from api.current import actor, context, current_staff, reader, steps
from api.pages.forms import Form, day, read_form, text, whole
from api.pages.rendering import page, say, see_other
from api.rules import EDITORS, signed_in
from models.staff import Role, Staff
from services.errors import BadInput, NotAllowed, NotFound, ServiceError
from services.life.deadlines import load_year
from services.life.leave import set_leave
from services.life.merges import merge_division
from services.office import load_office
from services.places import load_place_names, place
from services.steps import Step

BETWEEN = re.compile(r"[\s,，、;；]+")
RANGE = re.compile(r"[~～至]")
CODE = re.compile(r"\d{12}")
LONGEST_RANGE = 60
SPAN = "Working days (§6): a span of days runs forward, two months at most."
Work = Callable[[Step, Form], Awaitable[object]]


@signed_in(*EDITORS)
async def show(request: web.Request) -> web.StreamResponse:
    return await _show(request, "")


async def _show(request: web.Request, error: str) -> web.StreamResponse:
    me = current_staff(request)
    async with steps(request).look(reader(request)) as step:
        shown, today = await load_office(step, me), step.today
    names = await load_place_names(steps(request)) if me.role is Role.CITY_ADMIN else {}
    revoked = {division.code for division in shown.merged}
    return await page(
        request,
        "office.html",
        status=422 if error else 200,
        error=error,
        s=shown,
        today=today,
        tomorrow=today + timedelta(days=1),
        runs_the_city=me.role is Role.CITY_ADMIN,
        areas=[
            (code, place(names, code)) for code in sorted(names) if code[6:9] != "000" and code not in revoked
        ],
    )


async def _change(request: web.Request, work: Work) -> web.StreamResponse:
    """One form; a refusal shows the page with its reason."""
    form = await read_form(request)
    try:
        await steps(request).run(actor(request), lambda step: work(step, form))
    except NotFound:
        raise
    except ServiceError as refused:
        return await _show(request, say(request, refused.message))
    raise see_other("/office?done=noted")


@signed_in(*EDITORS)
async def leave(request: web.Request) -> web.StreamResponse:
    """Away through a day, or back; for oneself, or by the city for anybody."""
    me, zone = current_staff(request), context(request).settings.zone

    async def work(step: Step, form: Form) -> object:
        username = text(form, "username", 64) or me.username
        if me.role is not Role.CITY_ADMIN and username != me.username:
            raise NotAllowed("other", "You can enter your own leave only.")
        row = await step.session.scalar(select(Staff).where(col(Staff.username) == username))
        if row is None:
            raise NotFound("staff", "There is no such account.")
        until = None
        if text(form, "back") != "yes":
            until = datetime.combine(day(form, "last_on") + timedelta(days=1), time(), zone)
        return await set_leave(step, row, until)

    return await _change(request, work)


@signed_in(Role.CITY_ADMIN)
async def load_holidays(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, form: Form) -> object:
        year = whole(form, "year")
        off, on = read_days(form, "days_off"), read_days(form, "work_days")
        return await load_year(step, year, off, on, text(form, "source", 128))

    return await _change(request, work)


def read_days(form: Form, name: str) -> list[date]:
    """Days and spans of days ("2027-02-05至2027-02-11") of a field.

    Raises:
        BadInput: a word that is no day, or a span that runs backwards or too far.
    """
    found: list[date] = []
    for piece in filter(None, BETWEEN.split(text(form, name))):
        try:
            first, *rest = (date.fromisoformat(part) for part in RANGE.split(piece))
        except ValueError as error:
            raise BadInput("day", "Working days (§6): write days like 2027-01-01.", name) from error
        last = rest[0] if rest else first
        if len(rest) > 1 or not 0 <= (last - first).days < LONGEST_RANGE:
            raise BadInput(
                "span", "Working days (§6): a span of days runs forward, two months at most.", name
            )
        found += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return found


@signed_in(Role.CITY_ADMIN)
async def merge(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, form: Form) -> object:
        old, new = (CODE.search(text(form, name, 200)) for name in ("old", "successor"))
        if old is None or new is None:
            raise BadInput("where", "Choose an area from the list.", "old")
        reason = text(form, "reason", 128)
        if len(reason) < 4:
            raise BadInput("reason", "Say why.", "reason")
        return await merge_division(step, old[0], new[0], day(form, "on"), reason)

    return await _change(request, work)


ROUTES = [
    web.get("/office", show),
    web.post("/office/leave", leave),
    web.post("/office/holidays", load_holidays),
    web.post("/office/mergers", merge),
]
