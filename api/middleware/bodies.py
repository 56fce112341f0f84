"""How much a request may send."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

KIB = 1024
USUAL, WEBHOOK, UPLOAD = 1024 * KIB, 64 * KIB, 20 * 1024 * KIB
# A photo of 4 MiB (services.phone_reports), written as text in a form, is a third larger.
PHOTO = 6 * 1024 * KIB
LARGER = {"/api/v1/imports": UPLOAD, "/imports": UPLOAD, "/t/report": PHOTO}


def body_limit(path: str) -> int:
    """Bytes a body may have on a path."""
    if path.startswith("/webhooks/"):
        return WEBHOOK
    return LARGER.get(path, USUAL)


@web.middleware
async def limit_bodies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Also bodies without a Content-Length end at the limit: reading them raises 413."""
    limit = body_limit(request.path)
    limited = request.clone(client_max_size=limit)
    is_webhook = limit == WEBHOOK  # refused where it is read: its refusal is audited
    if request.content_length is not None and request.content_length > limit and not is_webhook:
        return web.json_response(
            {"error": {"code": "too_large", "message": "The request is too large.", "field": ""}}, status=413
        )
    return await handler(limited)
