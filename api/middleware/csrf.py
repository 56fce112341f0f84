"""Forms and calls that change something must come from our own pages."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from api.current import context, csrf_token, signed_in_or_none
from api.middleware.hosts import host_name
from api.rules import Access, rule_of

SAFE = ("GET", "HEAD", "OPTIONS")
HEADER, FIELD = "X-CSRF-Token", "csrf"


@web.middleware
async def refuse_foreign_forms(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Origin and Sec-Fetch-Site must be ours; signed-in people's forms also carry the session's token.

    JSON needs no token: other sites' pages cannot send it without being asked for permission first.
    """
    rule = rule_of(request.match_info.route.handler)
    if request.method in SAFE or (rule is not None and rule.access is Access.GATEWAY):
        return await handler(request)
    if not _is_own_origin(request):
        raise web.HTTPForbidden
    if signed_in_or_none(request) and request.content_type != "application/json":
        given = request.headers.get(HEADER) or await _field(request)
        if not hmac.compare_digest(given.encode(), csrf_token(request).encode()):
            raise web.HTTPForbidden
    return await handler(request)


def _is_own_origin(request: web.Request) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
        netloc = parts.netloc.lower()
    except ValueError:
        return False
    public = urlsplit(context(request).settings.public_base_url).netloc.lower()
    return bool(host_name(netloc)) and netloc in (request.host.lower(), public)


async def _field(request: web.Request) -> str:
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return ""
    value = (await request.post()).get(FIELD, "")
    return value if isinstance(value, str) else ""
