"""Refusals as JSON: `{"error": {"code", "message", "field"}}`, with `version` after a lost race."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web
from pydantic import BaseModel

from config.i18n import translate
from services.errors import BadInput, NotAllowed, NotFound, ServiceError, WrongMoment

STATUS_OF: tuple[tuple[type[ServiceError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (WrongMoment, 409),
    (BadInput, 422),
)
STATUS_OF_CODE = {"throttled": 429, "busy": 429, "wrong": 401}


# Refusals that quote a word of their own; the catalogue knows them with the placeholder.
QUOTING = (
    "Still missing: {what}.",
    "The lead of this visit needs: {what}.",
    "Unknown group: {what}.",
    "Unknown skill: {what}.",
    "There is no festival {what}.",
    "There is no outcome {what}.",
)


def say(message: str, language: str) -> str:
    """The message of a refusal in a language, also where it quotes a word."""
    for pattern in QUOTING:
        before, after = pattern.split("{what}")
        if message.startswith(before) and message.endswith(after):
            return translate(pattern, language, what=message[len(before) : -len(after)].strip("'"))
    return translate(message, language)


class Fault(BaseModel):
    """What is wrong. `code` for programs, `message` for people, `field` where one is at fault."""

    code: str
    message: str
    field: str = ""
    version: int | None = None


class Problem(BaseModel):
    """The body of every refusal."""

    error: Fault


class StaleVersion(WrongMoment):
    """Somebody else changed the row since it was read; `current` is its version now."""

    def __init__(self, current: int | None = None) -> None:
        super().__init__("stale_version", "Somebody else was faster. Look at it again.", "version")
        self.current = current


def status_of(error: ServiceError) -> int:
    """The HTTP status for a refusal."""
    if isinstance(error, NotAllowed) and error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    return next((status for kind, status in STATUS_OF if isinstance(error, kind)), 400)


def problem(
    status: int, code: str, message: str, language: str, *, field: str = "", version: int | None = None
) -> web.Response:
    """The JSON answer."""
    body = Problem(error=Fault(code=code, message=say(message, language), field=field, version=version))
    return web.json_response(text=body.model_dump_json(exclude_none=True), status=status)


def code_of(status: int) -> str:
    """`not_found` for 404 …"""
    return HTTPStatus(status).phrase.lower().replace(" ", "_").replace("'", "")
