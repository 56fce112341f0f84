"""What a retiree's side answers about a visit: one door for texts and telephone calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.visits import VisitStatus, planning_deadline
from models.visits import Visit
from services import announcements, closing
from services.errors import WrongMoment
from services.offering import release_crew
from services.steps import Step
from services.timeline import note


async def confirm(step: Step, visit: Visit) -> None:
    """They expect the visitors."""
    visit.confirmed_by_retiree_at = step.now


async def ask_another_day(step: Step, visit: Visit, **why: Any) -> None:
    """The person may always ask for another date (rule CERT-09): crew released, planned anew.

    Raises:
        WrongMoment: the visit is not agreed any more.
    """
    if visit.status is not VisitStatus.ACCEPTED:
        raise WrongMoment("not_agreed", "This visit has no agreed time that could be changed.")
    await note(step, visit, "retiree.asks_another_day", **why)
    await announcements.take_back(step, visit)
    await release_crew(step, visit, "V5", "retiree_asked")
    await closing.restart(step, visit, "visit.back_to_plan", code="retiree_asked_another_day")
    visit.opens_on = max(visit.opens_on, step.today + timedelta(days=2))
    until = visit.opens_on + timedelta(days=step.policy.unfilled_desk_days)
    visit.due_on = planning_deadline(visit.kind, visit.due_on, visit.opens_on, until)
