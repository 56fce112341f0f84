"""After the due date: the community hears on the first day, and before the pay-run is fixed (§1.6)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from domain.ages import add_months, month_start
from domain.certification import last_chance_on
from models.desk import DeskItem
from models.retirees import LifeStatus
from services import desk
from services.calendars import working_days
from services.due.certifications import load_certifications
from services.due.persons import load_persons
from services.steps import Step

CATCH_UP = timedelta(days=3)
PAID = (LifeStatus.LIVING, LifeStatus.AWAY, LifeStatus.HOSPITALISED)


async def tell_overdue(step: Step) -> int:
    """One matter for each community with the number of persons; returns how many were opened."""
    due_on = month_start(step.today) - timedelta(days=1)
    last = await _last_chance(step, due_on)
    stages = []
    if step.today - due_on - timedelta(days=1) <= CATCH_UP:
        stages.append(("overdue", step.now + timedelta(hours=step.policy.coordinator_answer_hours)))
    if last <= step.today <= last + CATCH_UP and last > due_on + timedelta(days=1):
        stages.append(("last_chance", datetime.combine(step.today, step.policy.report_deadline, step.zone)))
    if not stages:
        return 0
    counts: Counter[tuple[str, str]] = Counter()
    for person, clock in await load_certifications(step, await load_persons(step, PAID)):
        if clock.due_on == due_on:
            counts[person.division_code, person.managing_agency] += 1
    opened = 0
    for kind, due_at in stages:
        for (code, agency), count in sorted(counts.items()):
            opened += await _open(step, kind, code, agency, due_on, due_at, count)
    return opened


async def _last_chance(step: Step, due_on: date) -> date:
    return last_chance_on(due_on, step.policy, await working_days(step)).on


async def _open(
    step: Step, kind: str, code: str, agency: str, due_on: date, due_at: datetime, count: int
) -> int:
    """Once for each month: a closed matter is not opened again."""
    key = f"{code}/{agency}/{due_on}"
    known = await step.session.scalar(
        select(col(DeskItem.id)).where(col(DeskItem.natural_key) == f"{kind}/{key}")
    )
    if known is not None:
        return 0
    detail = {"count": count, "month": add_months(month_start(due_on), 1).isoformat()}
    await desk.open_item(
        step, kind, key, code, managing_agency=agency, due_at=max(due_at, step.now), detail=detail
    )
    return 1
