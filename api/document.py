"""The OpenAPI 3.1 document, made from the operations that are registered."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web
from openapi_pydantic import OpenAPI
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from api.openapi import Operation, operation_of
from api.problems import Problem
from api.rules import Access

TEMPLATE = "#/components/schemas/{model}"
VERSION = "1"
WORDS = {
    400: "The request cannot be understood",
    401: "Nobody is signed in",
    403: "Not allowed to this person",
    404: "Not there, or outside the person's area",
    409: "Not in this state, or somebody else was faster (then with the current version)",
    413: "Too large",
    422: "A value cannot be used; `field` names it",
    429: "Too many attempts",
}
Ref = dict[str, str]


def operations_of(app: web.Application) -> list[Operation]:
    """Every operation of the application, in order of registration."""
    found = (operation_of(route.handler) for route in app.router.routes() if route.method != "HEAD")
    return [known for known in found if known is not None]


def make_document(operations: list[Operation]) -> dict[str, Any]:
    """The document as plain values, valid against OpenAPI 3.1."""
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Problem, "serialization")]
    for known in operations:
        models += [(m, "validation") for m in (known.body, known.query) if m is not None]
        models += [(known.response, "serialization")] if known.response else []
    refs, schemas = models_json_schema(list(dict.fromkeys(models)), ref_template=TEMPLATE)
    components = schemas.get("$defs", {})
    paths: dict[str, dict[str, Any]] = {}
    for known in operations:
        paths.setdefault(known.path, {})[known.method.lower()] = _describe(known, refs, components)
    document = {
        "openapi": "3.1.1",
        "info": {
            "title": "Tanfang",
            "version": VERSION,
            "description": "Visits to retirees, from the day they fall due to accepted evidence. "
            "Personal data is masked; rows outside the caller's area do not exist for the caller.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "tanfang"}},
        },
    }
    checked = OpenAPI.model_validate(document)
    return checked.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)


def _describe(known: Operation, refs: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": known.name,
        "summary": known.summary,
        "tags": [known.tag],
        "parameters": [*_path_parameters(known), *_query_parameters(known, refs, components)],
        "responses": _responses(known, refs),
    }
    if known.body is not None:
        kind = "multipart/form-data" if known.upload else "application/json"
        described["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": refs[(known.body, "validation")]}},
        }
    if known.rule.access is Access.SIGNED_IN:
        described["security"] = [{"session": []}]
    if known.rule.roles:
        described["description"] = f"Roles: {', '.join(sorted(known.rule.roles))}."
    return described


def _path_parameters(known: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "uuid"} if name.endswith("_id") else {"type": "string"},
        }
        for name in re.findall(r"{(\w+)}", known.path)
    ]


def _query_parameters(
    known: Operation, refs: dict[Any, Any], components: dict[str, Any]
) -> list[dict[str, Any]]:
    if known.query is None:
        return []
    schema = components[refs[(known.query, "validation")]["$ref"].rpartition("/")[2]]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": described,
        }
        for name, described in schema.get("properties", {}).items()
    ]


def _responses(known: Operation, refs: dict[Any, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if known.response is not None:
        answer["content"] = {"application/json": {"schema": refs[(known.response, "serialization")]}}
    elif known.media_type != "application/json":
        answer["content"] = {known.media_type: {"schema": {"type": "string", "format": "binary"}}}
    errors = set(known.errors) | {400}
    if known.rule.access is Access.SIGNED_IN:
        errors |= {401, 403}
    if known.body is not None or known.query is not None:
        errors |= {413, 422} if known.body is not None else {422}
    if "{" in known.path:
        errors.add(404)
    content = {"application/json": {"schema": refs[(Problem, "serialization")]}}
    return {
        str(known.status): answer,
        **{
            str(status): {"description": WORDS.get(status, "Refused"), "content": content}
            for status in sorted(errors)
        },
    }
