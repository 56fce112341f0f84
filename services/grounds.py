"""Whoever cannot certify by themselves is certified at home, on one of five grounds (art. 7(3)3, §1.3).

The person or a relative asks, by telephone or at the window; where staff know them no proof is needed.
"""

from __future__ import annotations

from domain.certification import Ground
from domain.visits import STAFFED, VisitKind
from models.retirees import LifeStatus, Retiree
from services import closing
from services.audit import audit
from services.errors import BadInput, WrongMoment
from services.life.matters import open_visits
from services.steps import Step

ENDED = "ground_ended"


async def set_ground(step: Step, retiree: Retiree, ground: str) -> Retiree:
    """From now on certified at home for that reason; '': not any more.

    Then a visit that nobody has agreed to is called off. What is due is opened with the next morning's look.

    Raises:
        BadInput: none of the five grounds. WrongMoment: the person has died.
    """
    if ground and ground not in set(Ground):
        raise BadInput("ground", "Regulation art. 7(3)3: choose one of the five grounds.", "ground")
    if retiree.life_status is LifeStatus.DECEASED:
        raise WrongMoment("deceased", "This person has died.")
    if retiree.home_visit_ground == ground:
        return retiree
    retiree.home_visit_ground, retiree.updated_at = ground, step.now
    for visit in await open_visits(step, retiree.id, VisitKind.CERTIFICATION):
        if ground:
            visit.ground = ground
        elif visit.status not in STAFFED and visit.reported_at is None:
            await closing.cancel_visit(step, visit, ENDED)
    await audit(step, "retiree.ground", retiree, fields=["home_visit_ground"], why=ground or "ended")
    return retiree
