"""The document is valid and complete, and the routes keep their rules."""

from __future__ import annotations

import pytest
from aiohttp import web
from openapi_spec_validator import validate

from api.app import create_app
from api.context import ApiContext
from api.openapi import operation_of
from api.rules import RuleMissing, check_every_route_has_a_rule, rule_of
from tests.api.conftest import Client


async def test_document_is_valid(client: Client) -> None:
    document = await (await client.get("/api/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    validate(document)


async def test_every_api_route_is_documented(app_context: ApiContext, client: Client) -> None:
    paths = (await (await client.get("/api/openapi.json")).json())["paths"]
    documented = {(method.upper(), path) for path, item in paths.items() for method in item}
    routes = {
        (route.method, route.resource.canonical)
        for route in create_app(app_context, with_pages=False).router.routes()
        if route.resource and route.resource.canonical.startswith("/api/v1") and route.method != "HEAD"
    }
    assert routes == documented
    assert len(routes) > 25


async def test_operations_have_words_and_own_names(app_context: ApiContext) -> None:
    known = [
        k for r in create_app(app_context, with_pages=False).router.routes() if (k := operation_of(r.handler))
    ]
    assert len({k.name for k in known}) == len(known)
    assert all(k.summary for k in known)


async def test_a_route_without_a_rule_stops_the_start(app_context: ApiContext) -> None:
    app = create_app(app_context, with_pages=False)
    assert all(rule_of(r.handler) or "static" in str(r.resource) for r in app.router.routes())

    async def forgotten(_request: web.Request) -> web.Response:
        return web.Response()

    bare = web.Application()
    bare.router.add_get("/forgotten", forgotten)
    with pytest.raises(RuleMissing, match="GET /forgotten"):
        check_every_route_has_a_rule(bare)


async def test_docs_page_has_no_script_inside(client: Client) -> None:
    text = await (await client.get("/api/docs")).text()
    assert "<html" in text
    assert "<script>" not in text
    assert "/api/openapi.json" in await (await client.get("/api/docs/start.js")).text()
