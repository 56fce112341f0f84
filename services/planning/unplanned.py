"""Times of plans, and what becomes of a visit that nobody can take for now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.visits import Visit
from services import desk
from services.steps import Step
from services.timeline import move, note

MATTER = select(DeskItem).where(col(DeskItem.natural_key) == bindparam("key"))


def first_day(step: Step) -> date:
    """Tomorrow, or the day after when tomorrow's first shift is too near to ask anybody kindly."""
    tomorrow = step.today + timedelta(days=1)
    opens = datetime.combine(tomorrow, step.policy.shift_parts.morning.start, step.zone)
    notice = timedelta(hours=step.policy.plan_notice_hours)
    return tomorrow if opens - step.now >= notice else tomorrow + timedelta(days=1)


def next_plan_at(step: Step) -> datetime:
    """The next morning's plan."""
    at = datetime.combine(step.today, step.policy.plan_at, step.zone)
    return at if at > step.now else at + timedelta(days=1)


async def leave_unplanned(step: Step, visit: Visit, why: dict[str, Any]) -> None:
    """Nobody fits: keep the reason, try again with tomorrow's plan, and tell a person when time runs out.

    Who could do a little more (`change`) stands with the visit only: each plan finds somebody else.
    """
    told = {key: value for key, value in why.items() if key != "change"}
    changed = {key: value for key, value in visit.reason.items() if key != "change"} != told
    visit.reason, visit.step_attempts = why, 0
    visit.wake_at = next_plan_at(step)
    days_left = (visit.due_on - step.today).days
    if days_left > step.policy.unfilled_desk_days:
        if changed:
            await note(step, visit, "visit.not_planned", **told)
        return
    if visit.status is not VisitStatus.UNFILLED:
        await move(step, visit, VisitStatus.UNFILLED, "visit.unfilled", **told)
    if not await _is_seen_to(step, visit, why):
        await desk.open_visit_item(step, visit, "unfilled", **told)


async def _is_seen_to(step: Step, visit: Visit, why: dict[str, Any]) -> bool:
    """A person dealt with the same matter lately; certifications, which lapse, come back every morning."""
    if visit.kind is VisitKind.CERTIFICATION or visit.with_certification:
        return False
    found = await step.session.scalar(MATTER, {"key": f"unfilled/{visit.id}"})
    if found is None or found.closed_at is None or not found.closed_by.startswith("staff:"):
        return False
    rest = timedelta(days=step.policy.unfilled_rest_days)
    is_same: bool = found.detail.get("code") == why.get("code")
    return is_same and step.now - found.closed_at < rest
