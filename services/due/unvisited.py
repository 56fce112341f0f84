"""Some days before a campaign ends its unvisited list lies on the desk of each district (scenario 9)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlmodel import col, select

from models.campaigns import Campaign
from models.desk import DeskItem
from models.scope import SYSTEM
from services import desk
from services.campaign_progress import load_progress
from services.steps import Step

MATTER = "unvisited"
RUNG = 1  # the district's agency


async def tell_unvisited(step: Step) -> int:
    """One matter for each campaign and district with the number of persons; returns how many were opened.

    The days count from the campaign's last day for visits (除夕 for 春节, the festival itself for others).
    What is settled or over is closed by itself.
    """
    last = step.today + timedelta(days=step.policy.campaign_unvisited_days)
    near = await step.session.scalars(
        select(Campaign).where(
            col(Campaign.stopped_at).is_(None),
            col(Campaign.opens_on) <= step.today,
            col(Campaign.ends_on) >= step.today,
            col(Campaign.ends_on) <= last,
        )
    )
    matters = await step.session.scalars(select(DeskItem).where(col(DeskItem.kind) == MATTER))
    known = {item.natural_key: item for item in matters.all()}
    opened, waiting = 0, set()
    for campaign in near.all():
        counts: Counter[tuple[str, str]] = Counter()
        for one in (await load_progress(step, campaign, SYSTEM)).unvisited:
            counts[one.division_code[:6].ljust(12, "0"), one.managing_agency] += 1
        for (code, agency), count in sorted(counts.items()):
            key = f"{campaign.id}/{code}/{agency}"
            waiting.add(f"{MATTER}/{key}")
            item = known.get(f"{MATTER}/{key}")
            if item is None:
                item = await _open(step, campaign, key, code, agency)
                opened += 1
            if item.closed_at is None:
                item.detail = {**item.detail, "count": count}
    for natural_key, item in known.items():
        if item.closed_at is None and natural_key not in waiting:
            await desk.close_matter(step, natural_key, "nobody_waits")
    await step.session.flush()
    return opened


async def _open(step: Step, campaign: Campaign, key: str, code: str, agency: str) -> DeskItem:
    """Once: a person who has closed it has seen the list."""
    return await desk.open_item(
        step,
        MATTER,
        key,
        code,
        managing_agency=agency,
        rung=RUNG,
        due_at=max(step.now, datetime.combine(campaign.ends_on, step.policy.report_deadline, step.zone)),
        detail={"campaign": str(campaign.id)},
    )
