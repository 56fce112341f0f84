"""The morning's question: what is due? The same duty is written down once, however often it is asked."""

from __future__ import annotations

import structlog

from domain.visits import VisitKind
from services.campaign_stopping import go_on_calling_off
from services.campaigns import end_campaigns
from services.due.campaigns import draft_campaigns
from services.due.care import draft_care
from services.due.certifications import draft_with_ahead
from services.due.newcomers import welcome_newcomers
from services.due.persons import load_persons
from services.due.trips import add_duties
from services.due.unvisited import tell_unvisited
from services.due.urgency import favour, refresh_weights, served_first
from services.life.daily import keep_watch
from services.parts import settle_parts
from services.pauses import keep_pauses
from services.steps import Step
from services.volunteers.standing import carry_out_transfers
from services.volunteers.uninsured import give_back_uninsured

log = structlog.get_logger()


async def generate_due(step: Step) -> dict[str, int]:
    """How many visits of each kind are new. Duties behind one door share a visit where they can."""
    await carry_out_transfers(step)
    await give_back_uninsured(step)
    await settle_parts(step)
    await end_campaigns(step)
    await go_on_calling_off(step)
    await keep_watch(step)
    await welcome_newcomers(step)
    persons = await load_persons(step)
    certifications, ahead = await draft_with_ahead(step, persons)
    drafts = [*certifications, *await draft_campaigns(step, persons), *await draft_care(step, persons)]
    first = served_first(step, persons)
    favour(step, [*drafts, *ahead], first)
    joined = await add_duties(step, drafts, ahead, persons)
    kinds = (VisitKind.CERTIFICATION, VisitKind.CAMPAIGN, VisitKind.CARE)
    counts = {str(kind): sum(visit.kind is kind for visit in joined.added) for kind in kinds}
    await keep_pauses(step)
    await tell_unvisited(step)
    await refresh_weights(step, first)
    log.info("due.generated", **counts, along=joined.parts)
    return counts
