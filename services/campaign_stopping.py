"""A campaign that was opened by mistake, or that events have overtaken, is stopped: nobody more is asked.

Visits whose whole crew has agreed stay: only a person calls them off, each on its own page.
"""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from models.campaigns import Campaign
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services.audit import audit
from services.campaigns import GIVEN_UP, WITHOUT_CREW, left_over
from services.closing import cancel_visit
from services.errors import BadInput, WrongMoment
from services.greetings import take_back_greetings
from services.parts import release
from services.steps import Step
from services.timeline import note

STOPPED = "campaign_stopped"
SLICE = 50  # visits of one transaction: whoever says yes meanwhile makes it begin again


async def stop_campaign(step: Step, campaign: Campaign, reason: str) -> None:
    """No new visits and no greetings from now on; workers call off the visits there are.

    Raises:
        BadInput: no reason.
        WrongMoment: it was stopped before, or is over.
    """
    if not reason.strip():
        raise BadInput("reason", "Say why the campaign is stopped.", "reason")
    if campaign.stopped_at is not None or campaign.ends_on < step.today:
        raise WrongMoment("campaign_over", "This festival is over, or its campaign was stopped.")
    campaign.stopped_at = step.now
    campaign.detail = {**campaign.detail, "stopped_why": reason.strip()}
    await take_back_greetings(step, campaign, STOPPED)
    await step.session.flush()
    await audit(step, "campaign.stop", campaign, why=reason.strip())
    step.hint("campaigns.call_off", campaign.id)


async def call_off(step: Step, campaign_id: UUID) -> int:
    """End a slice of a stopped campaign: first its parts of other trips, then its visits without a crew.

    Returns how many ended; while there are any, the next slice is asked for.
    """
    campaign = await step.session.get(Campaign, campaign_id)
    if campaign is None or campaign.stopped_at is None:
        return 0
    ended = await _drop_parts(step, campaign_id) or await _end_visits(step, campaign_id)
    if ended:
        step.hint("campaigns.call_off", campaign_id)
    return ended


async def _drop_parts(step: Step, campaign_id: UUID) -> int:
    carried = await step.session.execute(
        select(VisitPart, Visit)
        .join(Visit, col(Visit.id) == col(VisitPart.visit_id))
        .where(
            col(VisitPart.campaign_id) == campaign_id,
            col(VisitPart.status) == PartStatus.OPEN,
            WITHOUT_CREW,
        )
        .order_by(col(VisitPart.id))
        .limit(SLICE)
    )
    found = carried.all()
    for part, visit in found:
        release(step, part)
        await note(step, visit, "part.dropped", why=STOPPED)
    return len(found)


async def _end_visits(step: Step, campaign_id: UUID) -> int:
    """Their keys are given up: opened again, the campaign may go to the same people."""
    found = (await step.session.scalars(left_over(campaign_id).order_by(col(Visit.id)).limit(SLICE))).all()
    for visit in found:
        await cancel_visit(step, visit, STOPPED)
        visit.natural_key = f"{GIVEN_UP}{visit.id}"
    return len(found)


async def go_on_calling_off(step: Step) -> None:
    """Every morning: what a lost hint left over, and what was given back since the stop."""
    stopped = select(col(Campaign.id)).where(
        col(Campaign.stopped_at).is_not(None), col(Campaign.ends_on) >= step.today
    )
    for campaign_id in await step.session.scalars(stopped.order_by(col(Campaign.id))):
        step.hint("campaigns.call_off", campaign_id)
