"""What follows from the outcome that the visitors reported (§1.5)."""

from __future__ import annotations

from datetime import timedelta

from domain.departures import ProposalKind
from domain.no_answer import EmergencyStep, IncidentKind
from domain.outcomes import CONSEQUENCES, Follow, Outcome
from domain.visits import VisitStatus
from models.retirees import LifeStatus, Retiree
from models.visits import Visit
from services import closing, desk
from services.due.doubts import ask_for_staff
from services.errors import WrongMoment
from services.life import fraud, hospital, incidents
from services.life.matters import open_matter
from services.life.proposals import propose
from services.retirees import record_death, record_life_status
from services.steps import Step
from services.timeline import move

PROPOSALS = {Outcome.MISSING: ProposalKind.MISSING, Outcome.IMPRISONED: ProposalKind.IMPRISONED}


async def follow_outcome(step: Step, visit: Visit, outcome: Outcome) -> None:
    """What the table of outcomes says."""
    follow = CONSEQUENCES[outcome]
    if follow.then is Follow.REVIEW:
        if visit.retiree_id is not None:
            await incidents.heard_of(step, visit.retiree_id)
        if closing.needs_review(visit):
            await closing.ask_review(step, visit)
        else:
            await closing.complete(step, visit)
        return
    await closing.credit_minutes(step, visit)
    if follow.then is Follow.RETRY:
        await closing.retry(step, visit, outcome)
        await _ring(step, visit)
    else:
        await close_with_outcome(step, visit, outcome)


async def _ring(step: Step, visit: Visit) -> None:
    """At high risk the clock starts; for others the contact is rung, unless a person decides already."""
    if await incidents.look_for(step, visit, step.now) is not None:
        return
    if visit.status is VisitStatus.DUE and visit.retiree_id is not None:
        await desk.open_item(
            step,
            "call",
            f"nobody_home/{visit.id}/{visit.attempts}",
            visit.division_code,
            managing_agency=visit.managing_agency,
            visit_id=visit.id,
            retiree_id=visit.retiree_id,
            detail={"about": "nobody_home"},
        )


async def close_with_outcome(step: Step, visit: Visit, outcome: Outcome) -> None:
    """The visit cannot be finished by visitors: it ends, and the matter goes to a person.

    Once the matter is closed and the person can be visited, what is due falls due again
    (`services.due.again`).
    """
    visit.reason = {"code": outcome}
    await move(step, visit, VisitStatus.CANCELLED, "visit.ended_by_outcome", outcome=outcome)
    follow = CONSEQUENCES[outcome]
    due_at = step.now + timedelta(minutes=30) if follow.at_once else None
    await desk.open_visit_item(step, visit, "outcome", due_at=due_at, outcome=outcome, matter=follow.matter)
    retiree = await step.session.get(Retiree, visit.retiree_id) if visit.retiree_id else None
    if retiree is not None:
        await follow_person(step, retiree, outcome, visit)
    elif outcome is Outcome.ABORTED_SAFETY:
        await incidents.begin(step, IncidentKind.UNSAFE, step.now, visit=visit)


async def follow_person(step: Step, retiree: Retiree, outcome: Outcome, visit: Visit) -> None:
    """What was found of somebody: the person's state, and whoever has to know."""
    match outcome:
        case Outcome.DECEASED:
            began_at = visit.checked_in_at or step.now
            found = await incidents.begin(
                step, IncidentKind.FOUND_DEAD, min(began_at, step.now), retiree=retiree, visit=visit
            )
            await incidents.note_step(step, found, EmergencyStep.TOLD_OFFICER, step.now)
            await record_death(step, retiree, None, source="visit", visit_id=visit.id)
            # The two who found the person are asked how they are.
            await open_matter(step, "support", str(found.id), retiree, visit_id=visit.id, matter="support")
        case Outcome.HOSPITALISED:
            await hospital.admit(step, retiree, hospital.Admission(), is_on_desk=True)
        case Outcome.WRONG_PERSON:
            await fraud.suspect(step, retiree, "wrong_person", visit_id=visit.id)
        case Outcome.ABORTED_SAFETY:
            await incidents.begin(step, IncidentKind.UNSAFE, step.now, retiree=retiree, visit=visit)
        case Outcome.MISSING | Outcome.IMPRISONED:
            try:
                await propose(
                    step, retiree, PROPOSALS[outcome], step.today, source="visit", visit_id=visit.id
                )
            except WrongMoment:
                return  # known already
        case Outcome.CANNOT_VERIFY:
            await ask_for_staff(step, retiree.id)
        case Outcome.MOVED:
            await record_life_status(step, retiree, LifeStatus.AWAY)
        case _:
            return
