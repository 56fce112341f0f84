"""Yes, no, cannot come, and "I have arrived" on the phone page."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from api.current import context, steps
from api.pages.forms import read_form, text, whole
from api.pages.phone import need, need_form
from api.pages.rendering import page, say, see_other
from api.pages.tickets import LASTS, write_ticket
from api.rules import volunteer_code
from services import answers, visiting
from services.answers import Answer
from services.errors import BadInput
from services.steps import Step

CHANNEL = "page"
FARTHEST = 100_000  # metres of inaccuracy worth writing down


@volunteer_code
async def answer(request: web.Request) -> web.StreamResponse:
    """A yes or a no to an offer, or "cannot come" after a yes."""
    _, shown = await need_form(request)
    form = await read_form(request)
    said = text(form, "answer", 12)
    offer = shown.offer

    async def work(step: Step) -> Answer:
        if said == "accept":
            return await answers.accept_offer(step, offer.id, CHANNEL)
        if said == "decline":
            return await answers.decline_offer(step, offer.id, CHANNEL)
        if said == "withdraw":
            reason = text(form, "reason", 100)
            return await answers.withdraw(step, offer.visit_id, offer.volunteer_id, CHANNEL, reason)
        raise BadInput("answer", "Choose one from the list.", "answer")

    found = await steps(request).run(f"volunteer:{offer.volunteer_id}", work)
    raise see_other(f"/t?answer={found}")


@volunteer_code
async def ask_place(request: web.Request) -> web.StreamResponse:
    """The screen for the arrival."""
    ticket, shown = await need(request)
    if shown.phase != "agreed":
        raise see_other("/t")
    return await page(request, "phone/arrive.html", ticket=write_ticket(request, ticket))


@volunteer_code
async def arrive(request: web.Request) -> web.StreamResponse:
    """How exact the place is, never the place itself; or why one stands outside."""
    _, shown = await need_form(request)
    form = await read_form(request)
    reason = text(form, "outside", 90)
    metres = min(max(whole(form, "accuracy", 0), 0), FARTHEST)
    place = say(request, "outside, because {reason}", reason=reason) if reason else ""
    if not place and metres:
        place = say(request, "accuracy {metres} m", metres=metres)
    if since := _kept_since(request, whole(form, "kept", 0)):
        place = " · ".join(filter(None, (place, say(request, "without signal since {time}", time=since))))
    offer = shown.offer

    async def work(step: Step) -> None:
        await visiting.check_in(step, offer.visit_id, offer.volunteer_id, place=place, channel=CHANNEL)

    await steps(request).run(f"volunteer:{offer.volunteer_id}", work)
    raise see_other("/t?answer=arrived")


def _kept_since(request: web.Request, milliseconds: int) -> str:
    """09:31, for an arrival that the phone kept until it had a signal; '' when its clock is far off."""
    at = milliseconds / 1000
    if not 60 < context(request).clock.now().timestamp() - at < LASTS.total_seconds():
        return ""
    return f"{datetime.fromtimestamp(at, context(request).settings.zone):%H:%M}"


@volunteer_code
async def ask_withdraw(request: web.Request) -> web.StreamResponse:
    """Asked once more: a promise is given back."""
    ticket, shown = await need(request)
    if shown.phase not in ("waiting", "agreed"):
        raise see_other("/t")
    return await page(request, "phone/withdraw.html", ticket=write_ticket(request, ticket))


ROUTES = [
    web.post("/t/answer", answer),
    web.get("/t/arrive", ask_place),
    web.post("/t/arrive", arrive),
    web.get("/t/withdraw", ask_withdraw),
]
