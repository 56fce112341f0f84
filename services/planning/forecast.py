"""A campaign's forecast: who would be missing where and when, asked before anybody is.

The targets of a campaign that has not opened yet have no visits; they are made for the question only.
"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from time import thread_time
from typing import Any
from uuid import UUID

import structlog
from sqlmodel import col, select

from domain.visits import FINAL, STAFFED, VisitStatus
from models.campaigns import Campaign
from models.plans import PlanRun, PlanStatus
from models.visits import Visit
from planner.budget import Budget
from planner.plan import Plan
from services.due.campaigns import draft_campaign
from services.due.persons import load_persons
from services.planning.commitments import load_commitments
from services.planning.needs import Needs
from services.planning.problems import Built, build_problem
from services.planning.roster import load_roster
from services.planning.runs import end_run, open_run, report, watch
from services.planning.scope import search
from services.planning.unplanned import first_day
from services.steps import Step, Steps

log = structlog.get_logger()
TURNS = 5  # of the search for each target: a forecast need not be polished
MOST_TURNS = 100_000
SETTLED = frozenset({VisitStatus.REPORTED, VisitStatus.RETURNED, *STAFFED, *FINAL})


async def forecast_campaigns(steps: Steps) -> int:
    """A fresh forecast of every campaign that is still to come or under way; returns how many."""
    async with steps.look() as step:
        rows = await step.session.scalars(
            select(col(Campaign.id))
            .where(col(Campaign.stopped_at).is_(None), col(Campaign.ends_on) > first_day(step))
            .order_by(col(Campaign.opens_on), col(Campaign.id))
        )
        ids = list(rows)
    for campaign_id in ids:
        await forecast_campaign(steps, campaign_id)
    return len(ids)


async def forecast_campaign(steps: Steps, campaign_id: UUID) -> PlanRun | None:
    """Plan the campaign's whole window and keep only what is missing; None if another forecast is at work.

    Raises NotFound for no such campaign.
    """
    async with steps.look() as step:
        campaign = await step.session.get(Campaign, campaign_id)
        if campaign is None or campaign.ends_on <= first_day(step):
            return None
        first, days = _window(step, campaign)
        visits, settled = await _targets(step, campaign)
        roster = await load_roster(step)
        commitments = [
            c for c in await load_commitments(step, first, days) if c.visit.campaign_id != campaign.id
        ]
        built = await build_problem(step, visits, roster, first, days, commitments)
        most = min(MOST_TURNS, TURNS * len(visits))
        budget = Budget(most, step.policy.plan_seconds, thread_time)
    run_id = await open_run(
        steps,
        f"forecast/{str(campaign_id)[-12:]}",
        "forecast",
        first,
        days,
        visits=len(visits),
        campaign_id=campaign_id,
    )
    if run_id is None:
        return None
    async with watch(steps, run_id) as watched:
        await report(steps, run_id, PlanStatus.SOLVING)
        plan, needs = await asyncio.to_thread(search, built, 1, budget, watched, changes=0)
        figures = _figures(built, plan, needs) | {"settled": settled}
        planned = len(visits) - sum(figures["unserved_by_reason"].values())
        await end_run(
            steps,
            run_id,
            PlanStatus.DONE,
            figures,
            planned=planned,
            unserved=len(visits) - planned,
            done=len(visits),
        )
    log.info("campaign.forecast", campaign=str(campaign_id), visits=len(visits), planned=planned)
    async with steps.look() as step:
        return await step.session.get(PlanRun, run_id)


def _window(step: Step, campaign: Campaign) -> tuple[date, int]:
    """First day and number of days, at most as many as campaigns are planned ahead."""
    first = max(campaign.opens_on, first_day(step))
    return first, min((campaign.ends_on - first).days + 1, step.policy.plan_campaign_days)


async def _targets(step: Step, campaign: Campaign) -> tuple[list[Visit], int]:
    """Visits of all targets that still need people, and how many are settled (agreed, done, ended)."""
    rows = await step.session.scalars(
        select(Visit).where(col(Visit.campaign_id) == campaign.id).order_by(col(Visit.id))
    )
    known = {visit.natural_key: visit for visit in rows}
    drafts = draft_campaign(step, campaign, await load_persons(step))
    fresh = [Visit(number="", created_at=step.now, **d) for d in drafts if d["natural_key"] not in known]
    waiting = [visit for visit in known.values() if visit.status not in SETTLED]
    return waiting + fresh, len(known) - len(waiting)


def _figures(built: Built, plan: Plan, needs: Needs) -> dict[str, Any]:
    """What is missing, by day and district, and why; plain values."""
    reasons: dict[str, int] = {}
    for unserved in plan.unserved:
        if unserved.visit < len(built.visits):
            reasons[unserved.reason] = reasons.get(unserved.reason, 0) + 1
    by_day: dict[str, int] = {}
    for (row, seat), (_, day, _) in plan.seats().items():
        if row < len(built.visits) and seat == 0:
            on = (built.first_day + timedelta(days=day)).isoformat()
            by_day[on] = by_day.get(on, 0) + 1
    by_district: dict[str, int] = {}
    for visit in built.visits:
        code = visit.division_code[:6].ljust(12, "0")
        by_district[code] = by_district.get(code, 0) + 1
    return {
        **needs.figures(built.first_day),
        "unserved_by_reason": dict(sorted(reasons.items())),
        "planned_by_day": dict(sorted(by_day.items())),
        "targets_by_district": dict(sorted(by_district.items())),
    }
