"""Headers of every answer, set when it is about to leave: pages, files, streams and errors alike."""

from __future__ import annotations

from aiohttp import web

from api.cookies import is_https

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "X-Robots-Tag": "noindex",
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """A signal of the application (`on_response_prepare`)."""
    response.headers.update(HEADERS)
    response.headers.popall("Server", None)
    if request.path.startswith("/static/"):
        kept = "public, max-age=31536000, immutable" if "v" in request.query else "public, max-age=3600"
        response.headers.setdefault("Cache-Control", kept)
    else:
        response.headers["Cache-Control"] = "no-store"
    if is_https(request):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
