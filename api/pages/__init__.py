"""The pages: the coordinators' console, the volunteers' phone page, the phone simulator."""

from __future__ import annotations

from aiohttp import web

from api.pages import (
    board,
    calls,
    campaign_opening,
    campaigns,
    care,
    certifications,
    companions,
    complaints,
    contacts,
    desk_actions,
    evidence,
    greetings,
    imports,
    life,
    live,
    numbers,
    office,
    parts,
    person,
    phone,
    phone_offline,
    phone_report,
    phone_visit,
    plans,
    policy,
    signing,
    simulator,
    task,
    visit,
    visit_answers,
    visit_changes,
    visits,
    volunteer_changes,
    volunteers,
)
from api.pages.errors import error_page
from api.pages.rendering import setup_templates

MODULES = (
    signing,
    board,
    calls,
    certifications,
    desk_actions,
    live,
    visits,
    visit,
    visit_changes,
    visit_answers,
    evidence,
    numbers,
    person,
    life,
    imports,
    task,
    campaign_opening,
    campaigns,
    greetings,
    plans,
    phone,
    phone_offline,
    phone_visit,
    phone_report,
    simulator,
    care,
    contacts,
    policy,
    volunteers,
    volunteer_changes,
    parts,
    companions,
    complaints,
    office,
)

__all__ = ["error_page", "setup"]


def setup(app: web.Application) -> None:
    """Register the pages' routes, templates and live updates."""
    setup_templates(app)
    live.setup_watcher(app)
    for module in MODULES:
        app.add_routes(module.ROUTES)
