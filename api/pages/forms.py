"""Reading the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.web_request import FileField

from services.errors import BadInput, NotFound

LONGEST = 2_000
LAST_PAGE = 10_000
Form = Mapping[str, Any]


async def read_form(request: web.Request) -> Form:
    """The posted fields."""
    return await request.post()


def text(form: Form, name: str, longest: int = LONGEST) -> str:
    """A field without the blanks around it, '' when absent."""
    value = form.get(name, "")
    return value.strip()[:longest] if isinstance(value, str) else ""


def read_file(value: object, most: int = -1) -> bytes:
    """What was uploaded in a field, b"" when it is no file; its temporary file is closed."""
    if not isinstance(value, FileField):
        return b""
    with value.file as source:
        return source.read(most)


def page_number(request: web.Request) -> int:
    """Which page of a list the address asks for, from 1; 1 where it says nothing of the kind."""
    given = request.query.get("page", "")
    is_number = given.isascii() and given.isdigit() and len(given) <= 20
    return min(max(int(given), 1), LAST_PAGE) if is_number else 1


def whole(form: Form, name: str, default: int | None = None) -> int:
    """A number. Raises `BadInput` naming the field."""
    value = text(form, name, 20)
    if not value and default is not None:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise BadInput(name, "Type a number.", name) from error


def row_id(form: Form, name: str) -> UUID:
    """An id. Raises `BadInput` naming the field."""
    try:
        return UUID(text(form, name, 40))
    except ValueError as error:
        raise BadInput(name, "Choose one from the list.", name) from error


def path_id(request: web.Request, name: str = "id") -> UUID:
    """The id in the address."""
    try:
        return UUID(request.match_info[name])
    except ValueError as error:
        raise NotFound("not_found", "There is nothing here, or it is outside your area.") from error


def day(form: Form, name: str) -> date:
    """A local day. Raises `BadInput` naming the field."""
    try:
        return date.fromisoformat(text(form, name, 10))
    except ValueError as error:
        raise BadInput(name, "Choose a day.", name) from error


def moment(form: Form, zone: ZoneInfo) -> datetime | None:
    """The fields `on` and `at` as an aware instant; None when both are empty."""
    if not text(form, "on") and not text(form, "at"):
        return None
    try:
        clock = datetime.strptime(text(form, "at", 5), "%H:%M").replace(tzinfo=zone).time()
    except ValueError as error:
        raise BadInput("at", "Choose a time.", "at") from error
    return datetime.combine(day(form, "on"), clock, zone)
