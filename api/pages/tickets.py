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
WRONG_CODES, WRONG_DIGITS = 5, 5


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
    """From the form, which says which visit it was filled in for; else from the cookie.

    A form kept on the phone may come when its own ticket has run out: then the same code must have been typed
    again. It never counts for another code that the phone has opened since.
    """
    of_form, of_phone = _open(sent), _open(request.cookies.get(COOKIE, ""))
    now = _now(request).timestamp()
    if of_form and of_form[1] > now:
        return of_form[0]
    if of_phone and of_phone[1] > now and (of_form is None or of_form[0].code == of_phone[0].code):
        return of_phone[0]
    return None


def _open(value: str) -> tuple[Ticket, int] | None:
    """The ticket and when it runs out; None when the seal is not ours."""
    body, _, seal = value.rpartition(".")
    if not body or not hmac.compare_digest(seal.encode(), _seal(body).encode()):
        return None
    code, until, is_known = body.split(".")
    return Ticket(code, is_known == "1"), int(until)


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
