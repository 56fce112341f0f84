"""The JSON API, version 1."""

from __future__ import annotations

from aiohttp import web

from api.openapi import add_operations
from api.v1 import (
    answers,
    calls,
    campaigns,
    certifications,
    changes,
    desk,
    imports,
    life,
    oversight,
    people,
    policy,
    session,
    tasks,
    texts,
    transfers,
    upkeep,
    visits,
)

MODULES = (
    session,
    visits,
    changes,
    answers,
    calls,
    people,
    desk,
    tasks,
    campaigns,
    certifications,
    imports,
    life,
    policy,
    texts,
    transfers,
    upkeep,
    oversight,
)


def setup(app: web.Application) -> None:
    """Register every operation."""
    for module in MODULES:
        add_operations(app, module.HANDLERS)
