"""Opening a holiday campaign."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.campaigns import (
    CampaignWindow,
    campaign_window,
    default_target_flags,
    fixed_festival,
    join_windows,
    results_due,
)
from domain.flags import Flag
from domain.policy import Festival
from domain.visits import PLANNABLE, VisitStatus
from models.campaigns import Campaign
from models.divisions import Division
from models.visits import Visit
from services import desk
from services.audit import audit
from services.calendars import double_ninth, lunar_days, working_days
from services.errors import BadInput
from services.steps import Step
from services.timeline import move

NAMES = {
    Festival.NEW_YEAR: "元旦",
    Festival.SPRING_FESTIVAL: "春节",
    Festival.DRAGON_BOAT: "端午",
    Festival.PARTY_DAY: "七一",
    Festival.ARMY_DAY: "八一",
    Festival.MID_AUTUMN: "中秋",
    Festival.NATIONAL_DAY: "国庆",
    Festival.DOUBLE_NINTH: "重阳",
}

GIVEN_UP = "stopped/"  # what a stop has ended has such a key instead of its own
WITHOUT_CREW = col(Visit.status).in_(PLANNABLE | {VisitStatus.PLANNED, VisitStatus.OFFERED})


@dataclass(frozen=True)
class CampaignForm:
    """What a coordinator chooses; flags left empty mean the festival's own groups.

    `joined_with`: another festival of that year whose window overlaps: one round for both.
    """

    festival: str
    year: int
    division_code: str
    target_flags: list[str] = field(default_factory=list)
    gift: str = ""
    gift_fen: int = 0
    joined_with: str = ""


async def end_campaigns(step: Step) -> int:
    """After the window: what nobody began ends with its reason, and its people come first next time.

    Returns how many visits ended.
    """
    over = await step.session.scalars(
        select(Visit)
        .join(Campaign, col(Campaign.id) == col(Visit.campaign_id))
        .where(col(Campaign.ends_on) < step.today, col(Visit.status).in_(PLANNABLE))
    )
    ended = 0
    for visit in over.all():
        visit.reason = {"code": "campaign_over"}
        await move(step, visit, VisitStatus.CANCELLED, "visit.cancelled", why="campaign_over")
        await desk.close_visit_items(step, visit, "campaign_over")
        ended += 1
    return ended


async def carried_over(step: Step, before: date) -> set[UUID]:
    """Persons whom the last campaign before a day did not reach."""
    last = await step.session.scalar(
        select(func.max(col(Campaign.festival_on))).where(
            col(Campaign.ends_on) < before, col(Campaign.stopped_at).is_(None)
        )
    )
    if last is None:
        return set()
    rows = await step.session.execute(
        select(col(Visit.retiree_id), col(Visit.status))
        .join(Campaign, col(Campaign.id) == col(Visit.campaign_id))
        .where(
            col(Campaign.festival_on) == last,
            col(Campaign.stopped_at).is_(None),
            ~col(Visit.natural_key).startswith(GIVEN_UP),  # of before it was opened again
            col(Visit.retiree_id).is_not(None),
        )
    )
    return {i for i, status in rows if i is not None and status is VisitStatus.CANCELLED}


def left_over(campaign_id: UUID) -> SelectOfScalar[Visit]:
    """The visits of a campaign that a stop ends: whose crew has not agreed."""
    return select(Visit).where(col(Visit.campaign_id) == campaign_id, WITHOUT_CREW)


async def create_campaign(step: Step, form: CampaignForm) -> Campaign:
    """One campaign per festival, year and area; its visits fall due with the next morning's look.

    One that was stopped is opened again, with what the form says now.

    Raises:
        BadInput: with the field at fault.
    """
    try:
        festival = Festival(form.festival)
    except ValueError as error:
        raise BadInput("festival", f"There is no festival {form.festival!r}.", "festival") from error
    if not 2020 <= form.year <= 2040:
        raise BadInput("year", "Choose a year between 2020 and 2040.", "year")
    unknown = [f for f in form.target_flags if f not in set(Flag)]
    if unknown:
        raise BadInput("target_flags", f"Unknown group: {unknown[0]}.", "target_flags")
    if form.gift_fen < 0:
        raise BadInput("gift_fen", "A value cannot be negative.", "gift_fen")
    if await step.session.get(Division, form.division_code) is None:
        raise BadInput("division", "There is no such area.", "division_code")
    on = festival_on(festival, form.year)
    window, name = _window(step, festival, on, form)
    if window.ends_on <= step.today:
        raise BadInput("year", "This festival is over.", "year")
    known = await step.session.scalar(
        select(Campaign).where(
            col(Campaign.festival) == festival,
            col(Campaign.festival_on) == on,
            col(Campaign.division_code) == form.division_code,
        )
    )
    if known is not None and known.stopped_at is None:
        raise BadInput("exists", "This campaign has already been opened.", "festival")
    if known is not None and await step.session.scalar(left_over(known.id).limit(1)):
        raise BadInput(
            "ending",
            "This campaign was stopped and its visits are still being called off: try again in some minutes.",
            "festival",
        )
    results = results_due(window, step.policy, await working_days(step))
    values: dict[str, Any] = {
        "name": f"{form.year}年{name}慰问",
        "opens_on": window.opens_on,
        "ends_on": window.ends_on,
        "results_by": results.on,
        "target_flags": form.target_flags or [str(f) for f in default_target_flags(festival, step.policy)],
        "gift": form.gift,
        "gift_fen": form.gift_fen,
        "quotas": {},
        "created_by": step.actor,
        "created_at": step.now,
        "stopped_at": None,
        "detail": {"results_provisional": results.provisional},
    }
    if known is not None:
        campaign = known.sqlmodel_update(values)
    else:
        campaign = Campaign(festival=festival, festival_on=on, division_code=form.division_code, **values)
    step.session.add(campaign)
    await step.session.flush()
    await audit(step, "campaign.open", campaign)
    return campaign


def _window(step: Step, festival: Festival, on: date, form: CampaignForm) -> tuple[CampaignWindow, str]:
    """Days and name of the round, with the festival that it is joined with (§2.4)."""
    window = campaign_window(festival, on, step.policy)
    if not form.joined_with:
        return window, NAMES[festival]
    if form.joined_with == festival or form.joined_with not in set(Festival):
        raise BadInput("joined_with", "Choose another festival to join it with.", "joined_with")
    other = Festival(form.joined_with)
    joined = join_windows(window, campaign_window(other, festival_on(other, form.year), step.policy))
    if joined is None:
        raise BadInput(
            "joined_with", "Rule CAMP-01: only festivals whose windows overlap are joined.", "joined_with"
        )
    return joined, f"{NAMES[festival]}{NAMES[other]}"


def festival_on(festival: Festival, year: int) -> date:
    """The day of a festival in a year, solar or lunar."""
    fixed = fixed_festival(festival, year)
    if fixed is not None:
        return fixed
    if festival is Festival.DOUBLE_NINTH:
        return double_ninth(year)
    days = lunar_days(year)
    return {
        Festival.SPRING_FESTIVAL: days.spring_festival,
        Festival.DRAGON_BOAT: days.dragon_boat,
        Festival.MID_AUTUMN: days.mid_autumn,
    }[festival]
