"""The JSON API, version 1."""

from __future__ import annotations

from aiohttp import web

from api.openapi import add_operations
from api.v1 import (
    answers,
    calls,
    campaign_progress,
    campaigns,
    care,
    certifications,
    changes,
    complaints,
    consents,
    contacts,
    copies,
    desk,
    imports,
    life,
    numbers,
    oversight,
    people,
    policy,
    service,
    session,
    tasks,
    texts,
    transfers,
    trips,
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
    consents,
    copies,
    complaints,
    desk,
    tasks,
    campaigns,
    campaign_progress,
    contacts,
    certifications,
    imports,
    life,
    numbers,
    policy,
    texts,
    transfers,
    upkeep,
    oversight,
    care,
    service,
    trips,
)


def setup(app: web.Application) -> None:
    """Register every operation."""
    for module in MODULES:
        add_operations(app, module.HANDLERS)
