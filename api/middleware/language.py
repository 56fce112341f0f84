"""The language of the answer: from the address, the cookie, the person, the browser, the setting."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from api.cookies import LANGUAGE_COOKIE, set_language
from api.current import LANGUAGE, context, signed_in_or_none
from config.i18n import LANGUAGES


def preferred(accept: str) -> str:
    """The first language of an Accept-Language header that we speak, or ''."""
    for part in accept.split(",")[:10]:
        name = part.split(";")[0].strip().lower()
        if name.startswith("zh"):
            return "zh-CN"
        if name.startswith("en"):
            return "en"
    return ""


@web.middleware
async def choose_language(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A language chosen in the address is remembered; gateways read no answer."""
    if request.path.startswith("/webhooks/"):
        return await handler(request)
    asked = request.query.get("lang", "")
    who = signed_in_or_none(request)
    choices = (
        asked,
        request.cookies.get(LANGUAGE_COOKIE, ""),
        who.staff.language if who else "",
        preferred(request.headers.get("Accept-Language", "")),
        context(request).settings.language,
    )
    request[LANGUAGE] = next(choice for choice in choices if choice in LANGUAGES)
    response = await handler(request)
    if asked in LANGUAGES and not response.prepared:
        set_language(request, response, asked)
    return response
