"""Deadlines in working days that were counted before a year's table was published are counted again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, select

from domain.campaigns import CampaignWindow, results_due
from domain.events import Event, event_window
from domain.needs import referral_due
from domain.visits import PLANNABLE
from domain.workdays import add_working_days
from models.base import InArea
from models.campaigns import Campaign
from models.care import Referral
from models.desk import DeskItem
from models.holidays import HolidayYear
from models.life import HospitalStay, ProposalStatus, StatusProposal
from models.visits import Visit
from services import desk
from services.audit import audit
from services.calendars import working_days
from services.errors import BadInput
from services.life.proposals import set_deadline
from services.steps import Step

FEWEST_DAYS_OFF = 11  # the statutory days alone are more


async def load_year(
    step: Step, year: int, days_off: Sequence[date], work_days: Sequence[date], source: str
) -> int:
    """The State Council's table of a year arrives; returns how many deadlines moved.

    Raises:
        BadInput: days of another year, too few, a day that is both, or no source.
    """
    rule = "Working days (§6)"
    if any(abs((day - date(year, 7, 1)).days) > 190 for day in (*days_off, *work_days)):
        raise BadInput("year", f"{rule}: the table names days of another year.", "days_off")
    if len({day for day in days_off if day.year == year}) < FEWEST_DAYS_OFF:
        raise BadInput("few", f"{rule}: this is not a whole year's table.", "days_off")
    if set(days_off) & set(work_days):
        raise BadInput("both", f"{rule}: a day cannot be off and a working day.", "work_days")
    if len(source.strip()) < 4:
        raise BadInput("source", f"{rule}: say where the table is published.", "source")
    row = await step.session.scalar(select(HolidayYear).where(col(HolidayYear.year) == year))
    if row is None:
        row = HolidayYear(year=year, days={}, source="", loaded_by=step.actor, loaded_at=step.now)
        step.session.add(row)
    row.days = {
        "off": [day.isoformat() for day in sorted(set(days_off))],
        "work": [day.isoformat() for day in sorted(set(work_days))],
    }
    row.source, row.loaded_by, row.loaded_at = source.strip()[:128], step.actor, step.now
    await step.session.flush()
    step.cache.pop("holidays", None)
    await audit(step, "holidays.load", row, fields=["days"], why=source)
    return await settle_deadlines(step)


async def settle_deadlines(step: Step) -> int:
    """Count provisional deadlines again; owners of those that have moved are told. Harmless at any time."""
    moved = await _proposals(step) + await _referrals(step) + await _hospital_visits(step)
    return moved + await _matters(step) + await _campaigns(step)


async def _tell(step: Step, row: InArea, row_id: UUID, what: str, before: date, after: date) -> None:
    await desk.open_item(
        step,
        "deadline_moved",
        f"{row_id}/{after}",
        row.division_code,
        managing_agency=row.managing_agency,
        retiree_id=getattr(row, "retiree_id", None),
        detail={"matter": what, "before": before.isoformat(), "after": after.isoformat()},
    )


async def _proposals(step: Step) -> int:
    rows = await step.session.scalars(
        select(StatusProposal).where(
            col(StatusProposal.due_is_provisional), col(StatusProposal.status) == ProposalStatus.OPEN
        )
    )
    moved = 0
    for row in rows.all():
        before = row.due_on
        if await set_deadline(step, row) and before is not None and row.due_on is not None:
            await _tell(step, row, row.id, "death_report", before, row.due_on)
            moved += 1
    return moved


async def _referrals(step: Step) -> int:
    rows = await step.session.scalars(
        select(Referral).where(col(Referral.due_is_provisional), col(Referral.closed_on).is_(None))
    )
    table, moved = await working_days(step), 0
    for row in rows.all():
        before, deadline = row.due_on, referral_due(row.opened_on, step.policy, table)
        row.due_on, row.due_is_provisional = deadline.on, deadline.provisional
        if before != row.due_on:
            await _tell(step, row, row.id, "referral", before, row.due_on)
            moved += 1
    return moved


async def _hospital_visits(step: Step) -> int:
    rows = await step.session.execute(
        select(HospitalStay, Visit)
        .join(Visit, col(Visit.id) == col(HospitalStay.visit_id))
        .where(col(HospitalStay.visit_is_provisional), col(Visit.status).in_(PLANNABLE))
    )
    table, moved = await working_days(step), 0
    for stay, visit in rows.all():
        window = event_window(Event.HOSPITAL, stay.learnt_on, step.policy, table)
        stay.visit_is_provisional = window.provisional
        before, after = visit.due_on, window.due_on
        # Past that day it is late by any count: the visit keeps the day for which it is planned.
        if before != after and after >= step.today:
            visit.due_on = after
            await _tell(step, visit, visit.id, "hospital", before, after)
            moved += 1
    return moved


async def _matters(step: Step) -> int:
    """Reviews and complaints that still lie where they were opened."""
    days = {
        "review": step.policy.review_working_days,
        "review_part": step.policy.review_working_days,
        "complaint": step.policy.complaint_working_days,
    }
    rows = await step.session.scalars(
        select(DeskItem).where(col(DeskItem.kind).in_(days), col(DeskItem.closed_at).is_(None))
    )
    table, moved = await working_days(step), 0
    for item in rows.all():
        if not item.detail.get("provisional") or item.rung > (item.kind == "complaint"):
            continue
        deadline = add_working_days(step.local_date(item.opened_at), days[item.kind], table)
        before = step.local_date(item.due_at)
        item.detail = {**item.detail, "provisional": deadline.provisional}
        if before != deadline.on:
            item.due_at = item.wake_at = datetime.combine(deadline.on, step.policy.report_deadline, step.zone)
            what = "complaint" if item.kind == "complaint" else "review"
            await _tell(step, item, item.id, what, before, deadline.on)
            moved += 1
    return moved


async def _campaigns(step: Step) -> int:
    """The day by which results of a campaign are in; its page shows it, nobody has to act."""
    rows = await step.session.scalars(select(Campaign).where(col(Campaign.ends_on) >= step.today))
    table, moved = await working_days(step), 0
    for row in rows.all():
        if not row.detail.get("results_provisional"):
            continue
        deadline = results_due(CampaignWindow(row.opens_on, row.ends_on), step.policy, table)
        row.detail = {**row.detail, "results_provisional": deadline.provisional}
        moved += row.results_by != deadline.on
        row.results_by = deadline.on
    return moved
