"""The plain page that says what is wrong and where to go on."""

from __future__ import annotations

from aiohttp import web

from api.pages.rendering import page

KNOWN = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)


async def error_page(request: web.Request, status: int, message: str) -> web.StreamResponse:
    """`message` is in the reader's language already."""
    is_phone = request.path == "/t" or request.path.startswith("/t/")
    return await page(
        request,
        "phone/error.html" if is_phone else "error.html",
        status=status,
        code=status if status in KNOWN else 500,
        message=message,
        back=_back(request),
    )


def _back(request: web.Request) -> str:
    """The page whose form was sent: `/visits/ID` for `/visits/ID/assign`."""
    parts = request.path.strip("/").split("/")
    if request.method == "POST" and len(parts) >= 3 and parts[0] in ("visits", "retirees"):
        return "/" + "/".join(parts[:2])
    if request.method == "POST" and parts[0] in ("tasks", "imports", "phones", "visits"):
        return request.path
    return "/"
