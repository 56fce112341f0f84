"""Signing in and out."""

from __future__ import annotations

from aiohttp import web

from api.cookies import clear_session, set_session
from api.current import address, signed_in_or_none, steps
from api.pages.forms import read_form, text
from api.pages.rendering import answer_see_other, page, say, see_other
from api.problems import status_of
from api.rules import public
from services.errors import NotAllowed
from services.sign_in import sign_in, sign_out

LONGEST_PASSWORD = 1_000


@public
async def show(request: web.Request) -> web.StreamResponse:
    """The form; whoever is signed in goes on to the board."""
    if signed_in_or_none(request) is not None:
        raise see_other("/")
    return await page(request, "sign_in.html", error="", username="")


@public
async def begin(request: web.Request) -> web.StreamResponse:
    form = await read_form(request)
    username, password = text(form, "username", 64), str(form.get("password", ""))[:LONGEST_PASSWORD]
    present = signed_in_or_none(request)
    if present is not None:
        await sign_out(steps(request), present.session_id)
    try:
        token = await sign_in(steps(request), username, password, address(request))
    except NotAllowed as refused:
        return await page(
            request,
            "sign_in.html",
            status=status_of(refused),
            error=say(request, refused.message),
            username=username,
        )
    response = answer_see_other("/")
    set_session(request, response, token)
    return response


@public
async def end(request: web.Request) -> web.StreamResponse:
    present = signed_in_or_none(request)
    if present is not None:
        await sign_out(steps(request), present.session_id)
    response = answer_see_other("/sign-in")
    clear_session(request, response)
    return response


ROUTES = [web.get("/sign-in", show), web.post("/sign-in", begin), web.post("/sign-out", end)]
