"""The signed cookie that keeps a volunteer's code on the phone, and the guard against guessing."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from api.cookies import is_https
from api.current import steps
from models.seal import keys
from services.errors import NotAllowed
from services.sign_in import people_clock
from services.throttle import Throttle

COOKIE, FIELD = "tanfang_t", "ticket"
# A form filled in where there is no signal may arrive days later.
LASTS = timedelta(hours=72)
WINDOW = timedelta(minutes=15)
WRONG_CODES, WRONG_DIGITS = 10, 5


@dataclass(frozen=True)
class Ticket:
    """`is_known`: the last four digits of the volunteer's own number were given on this phone."""

    code: str
    is_known: bool


def _now(request: web.Request) -> datetime:
    return people_clock(steps(request).clock).now()


def _seal(body: str) -> str:
    return hmac.new(keys().derive("phone page"), body.encode(), "sha256").hexdigest()[:32]


def write_ticket(request: web.Request, ticket: Ticket) -> str:
    until = int((_now(request) + LASTS).timestamp())
    body = f"{ticket.code}.{until}.{int(ticket.is_known)}"
    return f"{body}.{_seal(body)}"


def read_ticket(request: web.Request, sent: str = "") -> Ticket | None:
    """From the cookie, or from a form that was kept on the phone until there was a signal."""
    for value in (request.cookies.get(COOKIE, ""), sent):
        body, _, seal = value.rpartition(".")
        if body and hmac.compare_digest(seal.encode(), _seal(body).encode()):
            code, until, is_known = body.split(".")
            if int(until) > _now(request).timestamp():
                return Ticket(code, is_known == "1")
    return None


def keep_ticket(request: web.Request, response: web.StreamResponse, ticket: Ticket) -> None:
    response.set_cookie(
        COOKIE,
        write_ticket(request, ticket),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=is_https(request),
        path="/t",
    )


def forget_ticket(response: web.StreamResponse) -> None:
    response.del_cookie(COOKIE, path="/t")


def _throttle(request: web.Request, name: str, limit: int) -> Throttle:
    found: Throttle = steps(request).cache.setdefault(f"phone {name}", Throttle(limit, WINDOW))
    return found


def check_guesses(request: web.Request, name: str, key: str, limit: int) -> None:
    """Raise when an address or a code has seen too many wrong tries."""
    if _throttle(request, name, limit).is_full(key, _now(request)):
        raise NotAllowed("throttled", "Too many wrong tries. Wait 15 minutes, then try again.")


def note_guess(request: web.Request, name: str, key: str, limit: int) -> None:
    _throttle(request, name, limit).add(key, _now(request))
