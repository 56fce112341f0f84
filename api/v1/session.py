"""Signing in and out, and who one is."""

from __future__ import annotations

from typing import Literal

from aiohttp import web
from pydantic import Field

from api.cookies import clear_session, set_session
from api.current import address, csrf_token, current_staff, signed_in_or_none, steps
from api.openapi import Given, Shown, operation
from api.rules import public, signed_in
from models.staff import Role, Staff
from services.sign_in import sign_in, sign_out
from services.steps import Step


class SignInIn(Given):
    username: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


class MeOut(Shown):
    """Who is signed in; `csrf_token` goes with uploads as X-CSRF-Token."""

    username: str
    display_name: str
    role: Role
    area: str
    managing_agency: str
    language: str
    csrf_token: str


class LanguageIn(Given):
    language: Literal["zh-CN", "en"]


@operation("POST", "/api/v1/session", rule=public, tag="session", body=SignInIn, errors=(401, 429))
async def begin(request: web.Request, body: SignInIn) -> web.Response:
    """Sign in: the answer sets the session cookie."""
    await _end_present(request)  # nobody goes on with a session from before
    token = await sign_in(steps(request), body.username, body.password, address(request))
    response = web.Response(status=204)
    set_session(request, response, token)
    return response


@operation("DELETE", "/api/v1/session", rule=public, tag="session")
async def end(request: web.Request) -> web.Response:
    """Sign out: the session is ended here, not only in the browser."""
    await _end_present(request)
    response = web.Response(status=204)
    clear_session(request, response)
    return response


async def _end_present(request: web.Request) -> None:
    present = signed_in_or_none(request)
    if present is not None:
        await sign_out(steps(request), present.session_id)


@operation("GET", "/api/v1/session", rule=signed_in(), tag="session", response=MeOut)
async def me(request: web.Request) -> MeOut:
    """The signed-in member of staff."""
    staff = current_staff(request)
    values = {name: getattr(staff, name) for name in MeOut.model_fields if name != "csrf_token"}
    return MeOut(**values, csrf_token=csrf_token(request))


@operation("PUT", "/api/v1/session/language", rule=signed_in(), tag="session", body=LanguageIn)
async def choose_language(request: web.Request, body: LanguageIn) -> web.Response:
    """Remember the language a person reads."""
    staff_id = current_staff(request).id

    async def work(step: Step) -> None:
        row = await step.session.get(Staff, staff_id)
        if row is not None:
            row.language = body.language

    await steps(request).run(f"staff:{current_staff(request).username}", work)
    return web.Response(status=204)


HANDLERS = (begin, end, me, choose_language)
