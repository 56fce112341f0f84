"""The volunteers' phone page: the code, and what it shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aiohttp import web

from api.current import address, steps
from api.pages.forms import read_form, text
from api.pages.rendering import answer_see_other, page, say, see_other
from api.pages.tickets import (
    FIELD,
    WRONG_CODES,
    WRONG_DIGITS,
    Ticket,
    check_guesses,
    forget_ticket,
    keep_ticket,
    note_guess,
    read_ticket,
    write_ticket,
)
from api.problems import status_of
from api.rules import volunteer_code
from domain.masking import mask_name
from services.errors import NotAllowed
from services.parts import open_parts_of_others
from services.phone_page import Door, PhonePage, find_offer, load_door, load_phone_page
from services.steps import Step
from services.throttle import network_of
from services.visit_lists import normal_code

WRONG = "There is no visit with this code. Look at the text again."


async def load(request: web.Request, ticket: Ticket) -> PhonePage | None:
    async with steps(request).look() as step:
        offer = await find_offer(step, ticket.code)
        return await load_phone_page(step, offer) if offer else None


async def need(request: web.Request, sent: str = "") -> tuple[Ticket, PhonePage]:
    """The visit of the code on this phone; without one the code is asked for."""
    ticket = read_ticket(request, sent)
    shown = await load(request, ticket) if ticket else None
    if ticket is None or shown is None:
        raise see_other("/t")
    return ticket, shown


async def need_form(request: web.Request) -> tuple[Ticket, PhonePage]:
    """As `need`, for a form: one kept without a signal brings its own ticket."""
    return await need(request, text(await read_form(request), FIELD, 120))


@volunteer_code
async def show(request: web.Request) -> web.StreamResponse:
    """The visit, or the question for the code."""
    ticket = read_ticket(request)
    shown = await load(request, ticket) if ticket else None
    if ticket is None or shown is None:
        return await page(request, "phone/code.html", error="", code="")
    door = await _door(request, ticket, shown)
    answer = request.query.get("answer", "")
    sealed = write_ticket(request, ticket)
    others = await _others(request, shown) if shown.phase in ("arrived", "done") else []
    values: dict[str, Any] = {"door": door, "answer": answer, "ticket": sealed, "others": others}
    return await page(request, "phone/visit.html", s=shown, v=shown.visit, **values)


async def _others(request: web.Request, shown: PhonePage) -> list[tuple[UUID, str]]:
    """Who else of the household is to be reported on: (part, masked name)."""
    async with steps(request).look() as step:
        found = await open_parts_of_others(step, shown.visit)
    return [(part.id, mask_name(retiree.name)) for part, retiree in found]


async def _door(request: web.Request, ticket: Ticket, shown: PhonePage) -> Door | None:
    if not (ticket.is_known and shown.is_near and shown.visit.retiree_id):
        return None

    async def look(step: Step) -> Door | None:
        return await load_door(step, shown)

    return await steps(request).run(f"volunteer:{shown.offer.volunteer_id}", look)


@volunteer_code
async def enter(request: web.Request) -> web.StreamResponse:
    """The code as typed, with or without T and dash."""
    typed = text(await read_form(request), "code", 24)
    code = normal_code(typed)
    try:
        check_guesses(request, "codes", network_of(address(request)), WRONG_CODES)
    except NotAllowed as refused:
        return await _ask_again(request, typed, refused.message, status_of(refused))
    async with steps(request).look() as step:
        offer = await find_offer(step, code) if code else None
    if offer is None:
        note_guess(request, "codes", network_of(address(request)), WRONG_CODES)
        return await _ask_again(request, typed, WRONG, 404)
    response = answer_see_other("/t")
    keep_ticket(request, response, Ticket(code, is_known=False))
    return response


async def _ask_again(request: web.Request, typed: str, message: str, status: int) -> web.StreamResponse:
    return await page(request, "phone/code.html", status=status, error=say(request, message), code=typed)


@volunteer_code
async def know(request: web.Request) -> web.StreamResponse:
    """The last four digits of one's own number open the address."""
    ticket, shown = await need_form(request)
    check_guesses(request, "digits", ticket.code, WRONG_DIGITS)
    digits = text(await read_form(request), "digits", 8)
    if not shown.last_four or digits != shown.last_four:
        note_guess(request, "digits", ticket.code, WRONG_DIGITS)
        raise NotAllowed("digits", "These are not the last four digits of the number we text you on.")
    response = answer_see_other("/t")
    keep_ticket(request, response, Ticket(ticket.code, is_known=True))
    return response


@volunteer_code
async def leave(request: web.Request) -> web.StreamResponse:
    """Another code."""
    response = answer_see_other("/t")
    forget_ticket(response)
    return response


ROUTES = [
    web.get("/t", show),
    web.post("/t", enter),
    web.post("/t/know", know),
    web.post("/t/leave", leave),
]
