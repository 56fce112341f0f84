"""The web application: JSON API, webhooks, health, and the pages."""

from __future__ import annotations

import importlib
import importlib.util

from aiohttp import web

from api import docs, health, v1, webhooks
from api.assets import STATIC
from api.context import CONTEXT, ApiContext
from api.headers import add_headers
from api.middleware import MIDDLEWARES
from api.middleware.bodies import USUAL
from api.middleware.errors import ERROR_PAGE
from api.rules import check_every_route_has_a_rule


def create_app(context: ApiContext, *, with_pages: bool = True) -> web.Application:
    """Everything that one web server answers; without pages, only what programs call.

    Raises:
        RuleMissing: a route does not say who may call it.
    """
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=USUAL)
    app[CONTEXT] = context
    app.on_response_prepare.append(add_headers)
    health.setup(app)
    webhooks.setup(app)
    v1.setup(app)
    docs.setup(app)
    if with_pages:
        _add_pages(app)
    if STATIC.is_dir() and not _has_static(app):
        app.router.add_static("/static", STATIC, follow_symlinks=False)
    check_every_route_has_a_rule(app)
    return app


def _add_pages(app: web.Application) -> None:
    """The pages are a package of their own; the API serves without them too."""
    if importlib.util.find_spec("api.pages") is None:
        return
    pages = importlib.import_module("api.pages")
    pages.setup(app)
    if hasattr(pages, "error_page"):
        app[ERROR_PAGE] = pages.error_page


def _has_static(app: web.Application) -> bool:
    return any(resource.canonical == "/static" for resource in app.router.resources())
