"""Only names by which we are meant to be reached: pages of other sites cannot rebind a name to us."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from api.current import context
from config.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
WILDCARD = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared with, not bound to


@lru_cache(1000)
def host_name(value: str) -> str:
    """`[::1]:8080` → `::1`; '' for what is not a host."""
    try:
        return (urlsplit(f"//{value}").hostname or "").lower()
    except ValueError:
        return ""


def is_known_host(value: str, settings: Settings) -> bool:
    """Loopback, the configured address, the public address; any plain IP where we listen on all of them."""
    name = host_name(value)
    public = urlsplit(settings.public_base_url).hostname or ""
    if name in LOOPBACK or (name and name in (settings.host.lower(), public.lower())):
        return True
    return settings.host in WILDCARD and _is_ip(name)


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@web.middleware
async def refuse_foreign_hosts(request: web.Request, handler: Handler) -> web.StreamResponse:
    """400 for any other Host header."""
    if not is_known_host(request.host, context(request).settings):
        raise web.HTTPBadRequest
    return await handler(request)
