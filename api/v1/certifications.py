"""Certifications: entered and voided; who will be suspended when; the lists that the agency acts on."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from aiohttp import web
from pydantic import Field

from api.current import actor, current_staff, language, reader, steps
from api.media import EXCEL
from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row
from api.rules import EDITORS, KNOW_RETIREES, LISTERS, signed_in
from domain.ages import month_start
from domain.certification import Channel, Ground
from models.retirees import CertificationEvent, Retiree
from services.agency.forecast import forecast, list_persons
from services.agency.lists import AgencyList, Order, build_list, check_order, note_export
from services.audit import audit
from services.grounds import set_ground
from services.retirees import record_certification, void_certification
from services.steps import Step


class CertificationIn(Given):
    """A certification that took place by another way than a visit of this system."""

    occurred_on: date
    channel: Channel


class EventOut(Shown):
    id: UUID
    occurred_on: date
    channel: str


class GroundIn(Given):
    """Empty: no visit is needed any more."""

    ground: Ground | Literal[""]


class GroundOut(Shown):
    ground: str


class VoidIn(Given):
    reason: str = Field(min_length=4, max_length=128)


class ForecastQuery(Given):
    area: str = Field("4301", pattern=r"^\d{0,12}$", description="leading digits of a division code")
    months: int = Field(6, ge=1, le=13)


class AreaOut(Shown):
    area: str
    suspended: int
    counts: list[int]


class ForecastOut(Shown):
    months: list[date]
    areas: list[AreaOut]


class PersonsQuery(Given):
    """`month`: first unpaid month; left out: who is unpaid now."""

    area: str = Field("4301", pattern=r"^\d{0,12}$", description="leading digits of a division code")
    month: date | None = None
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class PersonOut(Shown):
    id: UUID
    name: str
    division_code: str
    last_on: date | None
    due_on: date
    suspended_from: date
    special_procedure: bool
    why: str
    visit_number: str
    reminders: int
    hold: bool


class PersonList(Shown):
    total: int
    persons: list[PersonOut]


class ListIn(Given):
    """`month`: of suspensions the first unpaid month, of resumptions that of the certification."""

    month: date
    area: str = Field("4301", pattern=r"^\d{0,12}$")
    reason: str = Field(min_length=4, max_length=256)


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/certifications",
    rule=signed_in(*EDITORS),
    tag="certifications",
    body=CertificationIn,
    response=EventOut,
)
async def record(request: web.Request, body: CertificationIn) -> EventOut:
    """Enter a certification; the latest day counts, in whatever order they are entered."""

    async def run(step: Step, retiree: Retiree) -> EventOut:
        event = await record_certification(step, retiree, body.channel, body.occurred_on)
        await audit(step, "certification.record", event, fields=["occurred_on", "channel"])
        return EventOut(id=event.id, occurred_on=event.occurred_on, channel=event.channel)

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/home-visit-ground",
    rule=signed_in(*EDITORS),
    tag="certifications",
    body=GroundIn,
    response=GroundOut,
    errors=(409,),
)
async def set_home_visit_ground(request: web.Request, body: GroundIn) -> GroundOut:
    """The person cannot certify alone and asks to be visited (art. 7(3)3), or can again."""

    async def run(step: Step, retiree: Retiree) -> GroundOut:
        await set_ground(step, retiree, body.ground)
        return GroundOut(ground=retiree.home_visit_ground)

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@operation(
    "POST",
    "/api/v1/certifications/{event_id}/void",
    rule=signed_in(*LISTERS),
    tag="certifications",
    body=VoidIn,
    response=EventOut,
    errors=(409,),
)
async def void(request: web.Request, body: VoidIn) -> EventOut:
    """It was no certification; it stays on record and counts no more."""

    async def run(step: Step, event: CertificationEvent) -> EventOut:
        await void_certification(step, event.id, body.reason)
        return EventOut(id=event.id, occurred_on=event.occurred_on, channel=event.channel)

    return await change_row(request, CertificationEvent, path_id(request, "event_id"), None, run)


@operation(
    "GET",
    "/api/v1/certifications/forecast",
    rule=signed_in(*KNOW_RETIREES),
    tag="certifications",
    query=ForecastQuery,
    response=ForecastOut,
)
async def get_forecast(request: web.Request, query: ForecastQuery) -> ForecastOut:
    """How many will be unpaid from which month, by area, if nothing comes."""
    async with steps(request).look(reader(request)) as step:
        found = await forecast(step, query.area, query.months)
    areas = [
        AreaOut(
            area=area,
            suspended=found.suspended[area],
            counts=[found.counts[area][month] for month in found.months],
        )
        for area in found.areas
    ]
    return ForecastOut(months=found.months, areas=areas)


@operation(
    "GET",
    "/api/v1/certifications/persons",
    rule=signed_in(*KNOW_RETIREES),
    tag="certifications",
    query=PersonsQuery,
    response=PersonList,
)
async def get_persons(request: web.Request, query: PersonsQuery) -> PersonList:
    """Who will be unpaid from a month on, and why; masked."""
    month = month_start(query.month) if query.month else None
    async with steps(request).look(reader(request)) as step:
        total, rows = await list_persons(step, query.area, month, limit=query.limit, offset=query.offset)
    persons = [
        PersonOut(
            id=p.id,
            name=p.name,
            division_code=p.division_code,
            last_on=p.last_on,
            due_on=p.due_on,
            suspended_from=p.suspended_from,
            special_procedure=p.special_procedure,
            why=p.why.code,
            visit_number=p.why.visit_number,
            reminders=p.why.reminders,
            hold=p.why.hold,
        )
        for p in rows
    ]
    return PersonList(total=total, persons=persons)


@operation(
    "POST",
    "/api/v1/lists/{kind}",
    rule=signed_in(*LISTERS),
    tag="certifications",
    body=ListIn,
    media_type=EXCEL,
)
async def export_list(request: web.Request, body: ListIn) -> web.Response:
    """A list for the agency as Excel, with names; who takes it and why is kept."""
    kind = AgencyList(request.match_info["kind"]) if request.match_info["kind"] in set(AgencyList) else None
    if kind is None:
        raise web.HTTPNotFound
    order = Order(kind, month_start(body.month), body.area, body.reason, language(request))
    return await send_list(request, order)


async def send_list(request: web.Request, order: Order) -> web.Response:
    """The workbook for a browser, after its audit row."""
    check_order(order)
    async with steps(request).look(current_staff(request).reader) as step:
        content, rows = await build_list(step, order)
    await steps(request).run(actor(request), lambda step: note_export(step, order, rows))
    name = f"{order.kind}-{order.month:%Y-%m}.xlsx"
    return web.Response(
        body=content,
        headers={"Content-Type": EXCEL, "Content-Disposition": f'attachment; filename="{name}"'},
    )


HANDLERS = (record, set_home_visit_ground, void, get_forecast, get_persons, export_list)
