"""What is known of the request at hand: who asks, in which language, with which token."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from api.context import CONTEXT, ApiContext
from models.scope import Reader
from models.seal import keys
from models.staff import Staff
from services.steps import Origin, Steps


@dataclass(frozen=True)
class SignedIn:
    """A member of staff and the session's secret hash, set by the session middleware."""

    staff: Staff
    session_id: UUID
    token_hash: str


SIGNED_IN: web.RequestKey[SignedIn | None] = web.RequestKey("signed_in", SignedIn)
LANGUAGE: web.RequestKey[str] = web.RequestKey("language", str)
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)


def context(request: web.Request) -> ApiContext:
    """Settings, database, steps, clock, gateway."""
    return request.config_dict[CONTEXT]


def steps(request: web.Request) -> Steps:
    """Steps on behalf of whoever asks: their audit rows say in which role, by which request, from where."""
    found = signed_in_or_none(request)
    origin = Origin(found.staff.role if found else "", request_id(request), address(request))
    return context(request).steps.seen_from(origin)


def signed_in_or_none(request: web.Request) -> SignedIn | None:
    return request.get(SIGNED_IN)


def current_staff(request: web.Request) -> Staff:
    """Who asks; 401 when nobody has signed in."""
    found = signed_in_or_none(request)
    if found is None:
        raise web.HTTPUnauthorized
    return found.staff


def reader(request: web.Request) -> Reader:
    """The eyes with which rows are read for this request."""
    return current_staff(request).reader


def actor(request: web.Request) -> str:
    """`staff:USERNAME`, as steps and audit rows name the person."""
    return f"staff:{current_staff(request).username}"


def language(request: web.Request) -> str:
    """`zh-CN` or `en`."""
    return request.get(LANGUAGE) or context(request).settings.language


def request_id(request: web.Request) -> str:
    return request.get(REQUEST_ID) or ""


def address(request: web.Request) -> str:
    """The caller's network address.

    Anybody can send forwarded headers, so they are believed only behind a proxy of our own: a public address
    is set and the connection comes from this machine. The last entry is the one that proxy wrote.
    """
    remote = request.remote or ""
    if context(request).settings.public_base_url and is_loopback(remote):
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return last if _is_ip(last) else remote
    return remote


def is_loopback(text: str) -> bool:
    """Whether a network address is this machine's."""
    return _is_ip(text) and ipaddress.ip_address(text).is_loopback


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def csrf_token(request: web.Request) -> str:
    """For a hidden field `csrf` of every form of signed-in people; '' before signing in.

    Bound to the session: it changes with every sign-in.
    """
    found = signed_in_or_none(request)
    return make_csrf_token(found.token_hash) if found else ""


def make_csrf_token(token_hash: str) -> str:
    return hmac.new(keys().derive("csrf"), token_hash.encode(), "sha256").hexdigest()[:32]
