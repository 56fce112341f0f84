"""The two cookies: the session, and the language that was chosen."""

from __future__ import annotations

from aiohttp import web

from api.current import context

LANGUAGE_COOKIE = "tanfang_lang"
YEAR_SECONDS = 365 * 24 * 3600


def is_https(request: web.Request) -> bool:
    """Whether people reach us by https (a proxy ends it)."""
    return context(request).settings.public_base_url.startswith("https:")


def session_cookie_name(request: web.Request) -> str:
    """Browsers take a `__Host-` cookie from this host only, and by https only."""
    return "__Host-tanfang" if is_https(request) else "tanfang"


def read_session(request: web.Request) -> str:
    """The token that the browser holds, or ''."""
    return request.cookies.get(session_cookie_name(request), "")


def set_session(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Signed in: it ends with the browser, or when the server ends it."""
    response.set_cookie(
        session_cookie_name(request),
        token,
        httponly=True,
        samesite="Lax",
        secure=is_https(request),
        path="/",
    )


def clear_session(request: web.Request, response: web.StreamResponse) -> None:
    response.del_cookie(
        session_cookie_name(request), path="/", secure=is_https(request), httponly=True, samesite="Lax"
    )


def set_language(request: web.Request, response: web.StreamResponse, language: str) -> None:
    response.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=YEAR_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=is_https(request),
        path="/",
    )
