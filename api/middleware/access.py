"""Enforces the rule that each route carries (`api.rules`)."""

from __future__ import annotations

import hmac

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_urldispatcher import StaticResource

from api.current import address, context, is_loopback, signed_in_or_none
from api.rules import Access, Rule, rule_of
from models.seal import keys

log = structlog.get_logger()


@web.middleware
async def enforce_rules(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A route without a rule is closed; start-up has checked that there is none."""
    route = request.match_info.route
    if request.match_info.http_exception is None and not isinstance(route.resource, StaticResource):
        rule = rule_of(route.handler)
        if rule is None:
            raise web.HTTPNotFound
        _enforce(request, rule)
    return await handler(request)


def _enforce(request: web.Request, rule: Rule) -> None:
    match rule.access:
        case Access.SIGNED_IN:
            _need_staff(request, rule)
        case Access.EMBEDDED_ONLY:
            settings = context(request).settings
            if not settings.is_embedded or settings.sms_gateway != "simulator":
                raise web.HTTPNotFound
        case Access.LOOPBACK_OR_TOKEN:
            if not (_is_loopback(request) or _has_token(request)):
                raise web.HTTPNotFound
        case Access.PUBLIC | Access.VOLUNTEER_CODE | Access.GATEWAY:
            pass


def _need_staff(request: web.Request, rule: Rule) -> None:
    who = signed_in_or_none(request)
    if who is None:
        if request.path.startswith("/api/"):
            raise web.HTTPUnauthorized
        raise web.HTTPSeeOther("/sign-in")
    if rule.roles and who.staff.role not in rule.roles:
        log.warning("access.forbidden", staff=str(who.staff.id), role=who.staff.role)
        raise web.HTTPForbidden


def _is_loopback(request: web.Request) -> bool:
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")):
        return False  # a proxy on this machine passes on somebody else
    return is_loopback(address(request))


def metrics_token() -> str:
    """What a collector on another machine sends as `Authorization: Bearer …`."""
    return keys().derive("metrics token").hex()[:32]


def _has_token(request: web.Request) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), metrics_token().encode())
