"""The phone simulator: every phone of the sample city on one page (embedded default only)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from api.current import steps
from api.pages.forms import read_form, text
from api.pages.rendering import page, see_other
from api.rules import embedded_only
from models.ids import new_id
from services.errors import BadInput
from services.simulated_phones import list_phones, load_phone, reply
from services.steps import Step


@embedded_only
async def show(request: web.Request) -> web.StreamResponse:
    return await page(request, "phones.html", **await _values(request))


@embedded_only
async def show_part(request: web.Request) -> web.StreamResponse:
    """The part that changes."""
    return await page(request, "phones_part.html", **await _values(request))


async def _values(request: web.Request) -> dict[str, Any]:
    chosen = _number(request.query.get("phone", ""))
    search = "".join(c for c in request.query.get("find", "") if c.isdigit())[:11]
    async with steps(request).look() as step:
        phones = await list_phones(step, search)
        opened = await load_phone(step, chosen) if chosen else None
    return {"phones": phones, "opened": opened, "chosen": chosen, "search": search}


def _number(value: str) -> str:
    """E.164; a plus sign in an address arrives as a blank."""
    digits = "".join(c for c in value if c.isascii() and c.isdigit())[:15]
    if len(digits) == 11 and digits.startswith("1"):
        digits = f"86{digits}"
    return f"+{digits}" if digits else ""


@embedded_only
async def answer(request: web.Request) -> web.StreamResponse:
    """What the phone's owner texts back."""
    form = await read_form(request)
    phone, words = _number(text(form, "phone", 20)), text(form, "text", 500)
    if not phone or not words:
        raise BadInput("text", "Type a text first.", "text")
    key = f"phone-{new_id()}"

    async def work(step: Step) -> None:
        await reply(step, phone, words, key)

    await steps(request).run("phone", work)
    raise see_other(f"/phones?phone={phone.removeprefix('+')}")


ROUTES = [
    web.get("/phones", show),
    web.get("/phones/part", show_part),
    web.post("/phones", answer),
]
