"""What the pages of plans and campaigns show: runs, what is missing, a campaign's forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from domain.divisions import prefix
from models.campaigns import Campaign
from models.plans import PlanRun
from models.visits import Visit
from services.steps import Step

SHOWN_RUNS = 50
FORECAST = "forecast"


@dataclass(frozen=True)
class Short:
    """So many people are missing in a district on a day: the campaign's forecast by day and district."""

    division_code: str
    day: date
    people: int  # half days of people
    lines: list[dict[str, Any]]


@dataclass(frozen=True)
class CampaignPage:
    """A campaign, how far it is, and its newest forecast."""

    campaign: Campaign
    by_status: dict[str, int]
    run: PlanRun | None
    shorts: list[Short]

    @property
    def targets(self) -> int:
        return sum(self.by_status.values())


async def load_runs(step: Step) -> list[PlanRun]:
    """The newest runs of plans of visits, newest first."""
    rows = await step.session.scalars(
        select(PlanRun)
        .where(col(PlanRun.campaign_id).is_(None))
        .order_by(col(PlanRun.started_at).desc(), col(PlanRun.id).desc())
        .limit(SHOWN_RUNS)
    )
    return list(rows)


def concerns(campaign: Campaign, area: str) -> bool:
    """Whether the campaign is in the area, or holds it: a district takes part in the city's campaigns."""
    return campaign.division_code.startswith(area) or area.startswith(prefix(campaign.division_code))


async def load_campaigns(step: Step, prefix: str) -> list[tuple[Campaign, PlanRun | None]]:
    """Campaigns that concern an area, newest first, with their newest forecasts; for a step of all areas."""
    campaigns = await step.session.scalars(
        select(Campaign).order_by(col(Campaign.festival_on).desc(), col(Campaign.id)).limit(400)
    )
    return [(c, await _forecast(step, c.id)) for c in campaigns if concerns(c, prefix)]


async def load_campaign_page(step: Step, campaign: Campaign, prefix: str) -> CampaignPage:
    """The reader's own part of a campaign: `prefix` limits what is missing to the own area."""
    counts = await step.session.execute(
        select(col(Visit.status), func.count())
        .where(col(Visit.campaign_id) == campaign.id)
        .group_by(col(Visit.status))
    )
    run = await _forecast(step, campaign.id)
    lines = run.figures.get("shortages", []) if run else []
    return CampaignPage(campaign, {str(s): n for s, n in counts}, run, find_shorts(lines, prefix))


async def _forecast(step: Step, campaign_id: UUID) -> PlanRun | None:
    found: PlanRun | None = await step.session.scalar(
        select(PlanRun)
        .where(col(PlanRun.campaign_id) == campaign_id, col(PlanRun.ended_at).is_not(None))
        .order_by(col(PlanRun.started_at).desc(), col(PlanRun.id).desc())
        .limit(1)
    )
    return found


def find_shorts(lines: list[Mapping[str, Any]], prefix: str = "") -> list[Short]:
    """What is missing by district and day, in order of days; only districts that `prefix` is in or holds."""
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in lines:
        district = str(line["division"])[:6]
        if district.startswith(prefix[:6]):
            grouped.setdefault((str(line["day"]), str(line["division"])), []).append(dict(line))
    return [
        Short(division, date.fromisoformat(day), sum(n["half_days"] * n["people"] for n in found), found)
        for (day, division), found in sorted(grouped.items())
    ]
