"""Whatever goes wrong becomes an answer: JSON for programs, a page for people, details for nobody."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.orm.exc import StaleDataError

from api.current import language
from api.problems import StaleVersion, code_of, problem, say, status_of
from domain.policy import PolicyValueError
from domain.visits import MoveRefused
from services.errors import BadInput, ServiceError, WrongMoment
from services.policies import refusal_of
from services.registers.errors import RegisterError

log = structlog.get_logger()
ErrorPage = Callable[[web.Request, int, str], Awaitable[web.StreamResponse]]
ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("error_page")
MESSAGES = {
    400: "The request cannot be understood.",
    401: "Sign in first.",
    403: "You are not allowed to do this.",
    404: "There is nothing here, or it is outside your area.",
    405: "This cannot be done here.",
    413: "The request is too large.",
    429: "Too many attempts. Wait a few minutes.",
    500: "Something went wrong here. It has been noted.",
    503: "Not ready. Try again in a moment.",
}


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Catch everything that is raised below."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return await _answer(request, error.status, code_of(error.status), _message(error.status))
    except Exception as error:
        refusal = as_refusal(error, language(request))
        if refusal is None:
            # The text of an unexpected error may quote personal data: only its kind and place are kept.
            log.error("request.failed", error=type(error).__name__, where=where(error))
            return await _answer(request, 500, "internal", MESSAGES[500])
        version = refusal.current if isinstance(refusal, StaleVersion) else None
        return await _answer(
            request, status_of(refusal), refusal.code, refusal.message, field=refusal.field, version=version
        )


def as_refusal(error: Exception, language: str) -> ServiceError | None:
    """A refusal in our own words, or None for what nobody expected."""
    match error:
        case ServiceError():
            return error
        case StaleDataError():
            return StaleVersion()
        case MoveRefused():
            return WrongMoment("move_refused", "The visit is in a state that does not allow this.")
        case PolicyValueError():
            return refusal_of(error)
        case RegisterError():
            return BadInput("register", error.in_language(language), "file")
    return None


def where(error: BaseException) -> list[str]:
    """`file:line` of the innermost calls."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]


def _message(status: int) -> str:
    return MESSAGES.get(status, MESSAGES[400] if status < 500 else MESSAGES[500])


async def _answer(
    request: web.Request,
    status: int,
    code: str,
    message: str,
    *,
    field: str = "",
    version: int | None = None,
) -> web.StreamResponse:
    page = request.config_dict.get(ERROR_PAGE)
    if page is not None and not request.path.startswith(("/api/", "/webhooks/")):
        try:
            return await page(request, status, say(message, language(request)))
        except Exception as error:  # a broken error page must not hide the error
            log.error("request.error_page_failed", error=type(error).__name__, where=where(error))
    return problem(status, code, message, language(request), field=field, version=version)
