"""A thin layer that checks requests by pydantic models and documents them from the same models.

@operation("POST", "/api/v1/desk/{item_id}/close", rule=signed_in(*EDITORS), tag="desk",
           body=CloseIn, response=DeskItemOut, errors=(409,))
async def close(request: web.Request, body: CloseIn) -> DeskItemOut: ...
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from api.rules import Rule
from services.errors import BadInput, NotFound

ATTRIBUTE = "operation"
Call = Callable[..., Awaitable[Any]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Given(BaseModel):
    """Base of what callers send: unknown names are refused, types are strict in JSON."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """Base of what is answered."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


@dataclass(frozen=True)
class Operation:
    """One method of one path, as it is checked and documented. `upload`: the body is a form with a file."""

    method: str
    path: str
    rule: Rule
    tag: str
    name: str
    summary: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    response: type[BaseModel] | None
    status: int
    errors: tuple[int, ...]
    upload: bool
    media_type: str


def operation(
    method: str,
    path: str,
    *,
    rule: Rule,
    tag: str,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    response: type[BaseModel] | None = None,
    status: int = 200,
    errors: tuple[int, ...] = (),
    upload: bool = False,
    media_type: str = "application/json",
) -> Callable[[Call], Handler]:
    """The function gets the request and its checked body or query; it returns a model or a whole response."""

    def wrap(function: Call) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            given = []
            if query is not None:
                given.append(read_query(request, query))
            if body is not None and not upload:
                given.append(await read_body(request, body))
            answer = await function(request, *given)
            if isinstance(answer, web.StreamResponse):
                return answer
            if response is None:
                return web.Response(status=204)
            return web.json_response(text=answer.model_dump_json(), status=status)

        module = function.__module__.rpartition(".")[2]
        known = Operation(
            method,
            path,
            rule,
            tag,
            f"{module}_{function.__name__}",
            (function.__doc__ or "").strip().splitlines()[0],
            body,
            query,
            response,
            status if response or media_type != "application/json" else 204,
            errors,
            upload,
            media_type,
        )
        setattr(handle, ATTRIBUTE, known)
        return rule(handle)

    return wrap


def operation_of(handler: object) -> Operation | None:
    """What the decorator noted, for routes of the API."""
    return getattr(handler, ATTRIBUTE, None)


def add_operations(app: web.Application, handlers: Iterable[Handler]) -> None:
    """Register handlers under their own method and path."""
    for handler in handlers:
        known = operation_of(handler)
        if known is None:
            raise TypeError(f"{handler!r} is no operation")
        app.router.add_route(known.method, known.path, handler)


def path_id(request: web.Request, name: str) -> UUID:
    """The id in the path; what is no id names nothing."""
    try:
        return UUID(request.match_info[name])
    except ValueError:
        raise NotFound("not_found", "There is nothing here, or it is outside your area.") from None


async def read_body(request: web.Request, model: type[BaseModel]) -> BaseModel:
    """The JSON body, strictly typed.

    Raises:
        BadInput: with the first field at fault.
    """
    if request.content_type != "application/json":
        raise BadInput("content_type", "Send JSON (Content-Type: application/json).")
    try:
        return model.model_validate_json(await request.read(), strict=True)
    except ValidationError as error:
        raise _bad(error) from None


def read_query(request: web.Request, model: type[BaseModel]) -> BaseModel:
    """The query's values; texts are read as numbers and days where the model says so."""
    values = {name: value for name, value in request.query.items() if name != "lang"}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _bad(error) from None


def _bad(error: ValidationError) -> BadInput:
    """Names the field and the kind of fault; never the value, which may be personal."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in fault["loc"])
    return BadInput(f"invalid_{fault['type']}"[:48], "A value is missing or cannot be used.", field)
