"""A campaign that was opened by mistake, or that events have overtaken, is stopped: nobody more is asked.

Visits whose whole crew has agreed stay: only a person calls them off, each on its own page.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from domain.messages import MessageStatus
from domain.visits import PLANNABLE, VisitStatus
from models.campaigns import Campaign
from models.messages import Message
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services.audit import audit
from services.closing import cancel_visit
from services.errors import BadInput, WrongMoment
from services.greetings import GREETING
from services.messages import end_queued
from services.parts import release
from services.steps import Step
from services.timeline import note

STOPPED = "campaign_stopped"
SLICE = 50  # visits of one transaction: whoever says yes meanwhile makes it begin again
NOT_AGREED = col(Visit.status).in_(PLANNABLE | {VisitStatus.PLANNED, VisitStatus.OFFERED})


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
    greetings = select(Message).where(
        col(Message.natural_key).startswith(f"{GREETING}/{campaign.id}/", autoescape=True)
    )
    queued = greetings.where(col(Message.status) == MessageStatus.QUEUED)
    await end_queued(step, queued, MessageStatus.CANCELLED, STOPPED)
    await step.session.flush()
    for greeting in await step.session.scalars(greetings.where(col(Message.failure) == STOPPED)):
        greeting.natural_key = f"stopped/{greeting.id}"
    await audit(step, "campaign.stop", campaign, why=reason.strip())
    step.hint("campaigns.call_off", campaign.id)


def last_stop(campaign: Campaign) -> datetime | None:
    """When it was stopped, also if it has been opened again since; None if it never was."""
    before = campaign.detail.get("stopped_before")
    return campaign.stopped_at or (datetime.fromisoformat(before) if before else None)


async def call_off(step: Step, campaign_id: UUID) -> int:
    """End a slice of the visits without an agreed crew; other trips no longer carry the campaign's part.

    Returns how many visits and parts ended; while there are any, the next slice is asked for. Keys are given
    up, so that a campaign that is opened again may go to the same people.
    """
    campaign = await step.session.get(Campaign, campaign_id)
    before = None if campaign is None else last_stop(campaign)
    if before is None:
        return 0
    visits = await step.session.scalars(
        select(Visit)
        .where(col(Visit.campaign_id) == campaign_id, col(Visit.created_at) <= before, NOT_AGREED)
        .order_by(col(Visit.id))
        .limit(SLICE)
    )
    ended = 0
    for visit in visits.all():
        await cancel_visit(step, visit, STOPPED)
        visit.natural_key = f"stopped/{visit.id}"
        ended += 1
    carried = await step.session.execute(
        select(VisitPart, Visit)
        .join(Visit, col(Visit.id) == col(VisitPart.visit_id))
        .where(
            col(VisitPart.campaign_id) == campaign_id,
            col(VisitPart.created_at) <= before,
            col(VisitPart.status) == PartStatus.OPEN,
            NOT_AGREED,
        )
        .order_by(col(VisitPart.id))
        .limit(SLICE)
    )
    for part, visit in carried.all():
        release(step, part)
        await note(step, visit, "part.dropped", why=STOPPED)
        ended += 1
    if ended:
        step.hint("campaigns.call_off", campaign_id)
    return ended


async def go_on_calling_off(step: Step) -> None:
    """Every morning: what a lost hint left over, and what was given back since the stop."""
    stopped = select(col(Campaign.id)).where(
        col(Campaign.stopped_at).is_not(None), col(Campaign.ends_on) >= step.today
    )
    for campaign_id in await step.session.scalars(stopped.order_by(col(Campaign.id))):
        step.hint("campaigns.call_off", campaign_id)
