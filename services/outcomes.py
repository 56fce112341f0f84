"""What follows from the outcome that the visitors reported (§1.5)."""

from __future__ import annotations

from datetime import timedelta

from domain.outcomes import CONSEQUENCES, Follow, Outcome
from domain.visits import VisitStatus
from models.retirees import Retiree
from models.visits import Visit
from services import closing, desk
from services.retirees import record_death, record_life_status
from services.steps import Step
from services.timeline import move


async def follow_outcome(step: Step, visit: Visit, outcome: Outcome) -> None:
    """What the table of outcomes says."""
    follow = CONSEQUENCES[outcome]
    if follow.then is Follow.REVIEW:
        if closing.needs_review(visit):
            await closing.ask_review(step, visit)
        else:
            await closing.complete(step, visit)
        return
    await closing.credit_minutes(step, visit)
    if follow.then is Follow.RETRY:
        await closing.retry(step, visit, outcome)
    else:
        await close_with_outcome(step, visit, outcome)


async def close_with_outcome(step: Step, visit: Visit, outcome: Outcome) -> None:
    """The visit cannot be finished by visitors: it ends, and the matter goes to a person."""
    visit.reason = {"code": outcome}
    await move(step, visit, VisitStatus.CANCELLED, "visit.ended_by_outcome", outcome=outcome)
    follow = CONSEQUENCES[outcome]
    due_at = step.now + timedelta(minutes=30) if follow.at_once else None
    await desk.open_visit_item(step, visit, "outcome", due_at=due_at, outcome=outcome, matter=follow.matter)
    if visit.retiree_id is None:
        return
    retiree = await step.session.get(Retiree, visit.retiree_id)
    if retiree is None:
        return
    if outcome is Outcome.DECEASED:
        await record_death(step, retiree, None)
    elif follow.life_status is not None:
        await record_life_status(step, retiree, follow.life_status)
