"""Volunteers: the list, one volunteer's record, and what is put up for public notice."""

from __future__ import annotations

from aiohttp import web

from api.certificates import send_certificate
from api.current import current_staff, reader, steps
from api.pages.forms import path_id, read_form, text
from api.pages.rendering import page
from api.rows import change_row, own_row
from api.rules import EDITORS, LOOKERS, signed_in
from domain.service import Training
from models.pools import TieKind
from models.staff import Role
from models.volunteers import Pool, Volunteer, VolunteerStatus
from services.looks import VOLUNTEER_FIELDS, look_at
from services.places import load_place_names
from services.steps import Step
from services.volunteers.certificates import load_notices
from services.volunteers.page import EXCUSES, PER_PAGE, VolunteerQuery, find_volunteers, load_volunteer_page
from services.volunteers.records import load_unconfirmed

KEEPERS = (*EDITORS, Role.ORGANISATION_LEAD)  # who keeps the records of volunteers
LENDERS = (Role.CITY_ADMIN, Role.DISTRICT_AGENCY)
TIES = tuple(TieKind)


@signed_in()
async def show_list(request: web.Request) -> web.StreamResponse:
    """Names are masked; the whole name or its beginning finds people."""
    given = {name: request.query.get(name, "").strip()[:40] for name in ("name", "pool", "status", "area")}
    start = int(request.query["start"]) if request.query.get("start", "").isdigit() else 0
    async with steps(request).look(reader(request)) as step:
        total, found = await find_volunteers(step, VolunteerQuery(**given, start=start))
    return await page(
        request,
        "volunteers.html",
        found=found,
        total=total,
        given=given,
        start=start,
        per_page=PER_PAGE,
        pools=tuple(Pool),
        statuses=tuple(VolunteerStatus),
        districts=await districts(request),
    )


async def districts(request: web.Request) -> list[tuple[str, str]]:
    """(six digits, name) of every district."""
    names = await load_place_names(steps(request))
    return [
        (code[:6], name)
        for code, name in sorted(names.items())
        if code.endswith("000000") and code[4:6] != "00"
    ]


@signed_in()
async def show(request: web.Request) -> web.StreamResponse:
    return await show_volunteer(request, "")


async def show_volunteer(request: web.Request, error: str) -> web.StreamResponse:
    """The page of one volunteer; with what was refused, when something was."""
    row = await own_row(request, Volunteer, path_id(request))
    role, eyes = current_staff(request).role, reader(request)
    # Their service anywhere in the city is theirs: hours are not cut at the border of the reader's area.
    async with steps(request).look() as step:
        shown = await load_volunteer_page(step, row)
        today = step.today
    names = await load_place_names(steps(request))
    communities = [code for code in sorted(names) if not code.endswith("000")]
    return await page(
        request,
        "volunteer.html",
        status=422 if error else 200,
        error=error,
        s=shown,
        v=row,
        today=today,
        fields=VOLUNTEER_FIELDS,
        may_keep=role in KEEPERS and eyes.may_see(row.division_code, row.managing_agency),
        may_look=role in LOOKERS,
        may_lend=role in LENDERS,
        excuses=EXCUSES,
        trainings=tuple(Training),
        statuses=tuple(VolunteerStatus),
        pools=tuple(Pool),
        districts=await districts(request),
        places=[(code, names[code]) for code in communities],
    )


@signed_in(*LOOKERS)
async def look(request: web.Request) -> web.StreamResponse:
    """The plain values, after the audit row; a fragment of the page."""
    form = await request.post()
    wanted = [str(name) for name in form.getall("fields", [])]
    why = text(await read_form(request), "reason", 256)

    async def work(step: Step, row: Volunteer) -> dict[str, str]:
        return await look_at(step, row, current_staff(request), wanted, why)

    values = await change_row(request, Volunteer, path_id(request), None, work)
    return await page(request, "look.html", values=values)


@signed_in()
async def show_notices(request: web.Request) -> web.StreamResponse:
    """Certificates on public notice: masked name, days, hours (rule VOL-11)."""
    async with steps(request).look(reader(request)) as step:
        found = await load_notices(step)
        today = step.today
    return await page(request, "notices.html", found=found, today=today)


@signed_in(*KEEPERS)
async def show_minutes(request: web.Request) -> web.StreamResponse:
    """Planned minutes of visits on which nobody noted the arrival: they count once confirmed (VOL-07)."""
    eyes = reader(request)
    async with steps(request).look(eyes) as step:
        found = await load_unconfirmed(step)
    lines = [(*line, eyes.may_see(line[0].division_code, line[0].managing_agency)) for line in found]
    return await page(request, "minutes.html", lines=lines)


@signed_in(*KEEPERS)
async def download(request: web.Request) -> web.StreamResponse:
    """The certificate as a PDF file."""
    return await send_certificate(request, path_id(request), path_id(request, "certificate"))


ROUTES = [
    web.get("/volunteers/{id}/certificates/{certificate}.pdf", download),
    web.get("/volunteers", show_list),
    web.get("/volunteers/notices", show_notices),
    web.get("/volunteers/minutes", show_minutes),
    web.get("/volunteers/{id}", show),
    web.post("/volunteers/{id}/look", look),
]
