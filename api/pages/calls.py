"""The call list: whom to ring, what to say, and one tap for what came of it; also on paper."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from api.current import actor, current_staff, reader, steps
from api.pages.forms import Form, path_id, read_form, row_id, text
from api.pages.rendering import page, see_other
from api.rows import own_row
from api.rules import EDITORS, signed_in
from models.desk import DeskItem
from services import call_list
from services.audit import audit
from services.call_list import Call, Number
from services.steps import Step

WHY = "call list"  # the reason in the audit trail; what the call is about follows
ON_PAPER = 40


@dataclass(frozen=True)
class Sheet:
    """A call with its numbers, for the printed list."""

    call: Call
    people: list[Number]


@signed_in(*EDITORS)
async def show(request: web.Request) -> web.StreamResponse:
    async with steps(request).look(reader(request)) as step:
        calls = await call_list.load_calls(step)
    return await page(request, "calls.html", calls=calls)


@signed_in(*EDITORS)
async def numbers(request: web.Request) -> web.StreamResponse:
    """Names and numbers with the buttons for the outcome; a fragment, after the audit rows."""
    item = await own_row(request, DeskItem, path_id(request))
    why = f"{WHY}: {item.detail.get('about', '')}"

    async def work(step: Step) -> list[Number]:
        return await call_list.show_numbers(step, item.id, current_staff(request), why)

    people = await steps(request).run(actor(request), work)
    async with steps(request).look(reader(request)) as step:
        call = await call_list.load_call(step, item.id)
    return await page(request, "calls/numbers.html", call=call, people=people)


@signed_in(*EDITORS)
async def enter(request: web.Request) -> web.StreamResponse:
    """What came of the call."""
    item = await own_row(request, DeskItem, path_id(request))
    form = await read_form(request)
    outcome, person = text(form, "outcome", 24), _person(form)

    async def work(step: Step) -> str:
        result = await call_list.record_call(step, item.id, outcome, person)
        row = await step.session.get(DeskItem, item.id)
        if row is not None:
            await audit(step, f"call.{outcome}", row, why=WHY)
        return result

    raise see_other(f"/calls?done={await steps(request).run(actor(request), work)}")


def _person(form: Form) -> UUID | None:
    return row_id(form, "person") if text(form, "person", 40) else None


@signed_in(*EDITORS)
async def on_paper(request: web.Request) -> web.StreamResponse:
    """The first calls with names and numbers, to be printed; every look is written down with the reason."""
    why = text(await read_form(request), "reason", 200)
    async with steps(request).look(reader(request)) as step:
        calls = (await call_list.load_calls(step))[:ON_PAPER]

    async def work(step: Step) -> list[Sheet]:
        staff = current_staff(request)
        return [Sheet(c, await call_list.show_numbers(step, c.item.id, staff, why)) for c in calls]

    return await page(request, "calls/paper.html", sheets=await steps(request).run(actor(request), work))


ROUTES = [
    web.get("/calls", show),
    web.post("/calls/{id}/numbers", numbers),
    web.post("/calls/{id}/outcome", enter),
    web.post("/calls/paper", on_paper),
]
