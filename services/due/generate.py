"""The morning's question: what is due? The same duty is written down once, however often it is asked."""

from __future__ import annotations

import structlog

from services.due.campaigns import draft_campaigns
from services.due.care import draft_care
from services.due.certifications import draft_certifications
from services.due.new_visits import add_visits
from services.due.persons import load_persons
from services.steps import Step

log = structlog.get_logger()


async def generate_due(step: Step) -> dict[str, int]:
    """Certifications first, then campaigns, then care; returns how many visits of each kind are new."""
    persons = await load_persons(step)
    counts = {}
    for name, draft in (
        ("certification", draft_certifications),
        ("campaign", draft_campaigns),
        ("care", draft_care),
    ):
        counts[name] = len(await add_visits(step, await draft(step, persons)))
    log.info("due.generated", **counts)
    return counts
