"""A number for every request, one log line with the route's template: no ids, no queries."""

from __future__ import annotations

import time

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import Counter

from api.current import REQUEST_ID
from models.ids import new_id

log = structlog.get_logger()
REQUESTS: web.AppKey[Counter] = web.AppKey("requests", Counter)


def route_template(request: web.Request) -> str:
    """`/api/v1/visits/{visit_id}`; what matches no route is `unknown`."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"


@web.middleware
async def log_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The number goes to every log line of the request and to the caller."""
    request[REQUEST_ID] = number = new_id().hex
    route, begun = route_template(request), time.perf_counter()
    method = request.method if request.method in METHODS else "OTHER"
    with structlog.contextvars.bound_contextvars(request=number):
        response = await handler(request)
        if not response.prepared:
            response.headers["X-Request-ID"] = number
        request.config_dict[REQUESTS].labels(method, route, str(response.status)).inc()
        log.info(
            "request.served",
            method=method,
            route=route,
            status=response.status,
            ms=round((time.perf_counter() - begun) * 1000),
        )
    return response


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
