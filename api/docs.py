"""The API's document, and a page to read and try it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from aiohttp import web

from api.current import language
from api.document import make_document, operations_of
from api.rules import public
from config.i18n import translate

VENDOR = Path(__file__).parent / "static" / "vendor"
DOCUMENT: web.AppKey[Callable[[], dict[str, Any]]] = web.AppKey("openapi_document")
START = "SwaggerUIBundle({url: '/api/openapi.json', dom_id: '#docs', validatorUrl: null});\n"
PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Tanfang API</title><link rel="stylesheet" href="/static/vendor/swagger-ui.css"></head>
<body><div id="docs">{text}</div>{scripts}</body>
</html>
"""
SCRIPTS = (
    '<script src="/static/vendor/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script>'
)
ABSENT = "The files of this page have not been fetched: run make setup. The document: /api/openapi.json"


@public
async def openapi_json(request: web.Request) -> web.Response:
    """Made once, when it is first asked for."""
    return web.json_response(request.config_dict[DOCUMENT]())


@public
async def docs_page(request: web.Request) -> web.Response:
    """Swagger UI from our own files."""
    is_there = (VENDOR / "swagger-ui-bundle.js").exists()
    text = "" if is_there else translate(ABSENT, language(request))
    page = PAGE.format(
        language=escape(language(request)), text=escape(text), scripts=SCRIPTS if is_there else ""
    )
    return web.Response(text=page, content_type="text/html")


@public
async def docs_start(_request: web.Request) -> web.Response:
    """A file of its own: the content security policy allows no script inside a page."""
    return web.Response(text=START, content_type="text/javascript")


def setup(app: web.Application) -> None:
    """After all operations have been registered."""
    document: Callable[[], dict[str, Any]] = cache(lambda: make_document(operations_of(app)))
    app[DOCUMENT] = document
    app.router.add_get("/api/openapi.json", openapi_json)
    app.router.add_get("/api/docs", docs_page)
    app.router.add_get("/api/docs/start.js", docs_start)
