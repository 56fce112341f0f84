"""Who asks: the member of staff behind the session cookie."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from api.cookies import read_session
from api.current import SIGNED_IN, SignedIn, steps
from services.sign_in import find_session


@web.middleware
async def find_who_asks(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Static files and health need no look at the database."""
    asks_nobody = request.path.startswith(("/static/", "/webhooks/", "/healthz", "/readyz"))
    if not asks_nobody and (token := read_session(request)):
        found = await find_session(steps(request), token)
        if found is not None:
            request[SIGNED_IN] = SignedIn(found.staff, found.session_id, found.token_hash)
    return await handler(request)
