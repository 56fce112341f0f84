"""Campaign visits: one for each target person and campaign."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.campaigns import campaign_key, is_target
from domain.divisions import prefix
from domain.escalation import planner_weight
from domain.visits import VisitKind
from models.campaigns import Campaign
from services.campaigns import carried_over
from services.due.new_visits import kind_values
from services.due.persons import Person
from services.steps import Step

CARRIED_OVER = 5  # weight of who was not reached in the campaign before


async def draft_campaigns(step: Step, persons: list[Person]) -> list[dict[str, Any]]:
    """Visits of every campaign whose window is open or opens within the planning horizon."""
    horizon = step.today + timedelta(days=step.policy.plan_horizon_days)
    campaigns = list(
        await step.session.scalars(
            select(Campaign).where(
                col(Campaign.stopped_at).is_(None),
                col(Campaign.opens_on) <= horizon,
                col(Campaign.ends_on) > step.today,
            )
        )
    )
    first = await carried_over(step, step.today) if campaigns else set()
    return [draft for campaign in campaigns for draft in draft_campaign(step, campaign, persons, first)]


def draft_campaign(
    step: Step, campaign: Campaign, persons: list[Person], first: Collection[UUID] = ()
) -> list[dict[str, Any]]:
    """A visit for each target of one campaign, whenever it opens; `first`: not reached the last time."""
    values = kind_values(step.policy, VisitKind.CAMPAIGN)
    return [
        {
            **values,
            "natural_key": campaign_key(campaign.id, retiree.id),
            "kind": VisitKind.CAMPAIGN,
            "retiree_id": retiree.id,
            "campaign_id": campaign.id,
            "weight": CARRIED_OVER
            if retiree.id in first
            else planner_weight(VisitKind.CAMPAIGN, (campaign.ends_on - step.today).days, ""),
            "opens_on": max(campaign.opens_on, step.today + timedelta(days=1)),
            "due_on": campaign.ends_on,
            "division_code": retiree.division_code,
            "managing_agency": retiree.managing_agency,
        }
        for retiree in targets_of(campaign, persons)
    ]


def targets_of(campaign: Campaign, persons: list[Person]) -> list[Person]:
    """Those whom the campaign is for: in its area, with one of its groups."""
    inside = prefix(campaign.division_code)
    return [
        person
        for person in persons
        if person.division_code.startswith(inside) and is_target(person.flags, campaign.target_flags)
    ]
