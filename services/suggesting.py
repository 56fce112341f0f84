"""Who else could go: ranked, with reasons, everything already promised left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from models.visits import Offer, Visit
from planner.candidates import candidates
from planner.plan import Plan
from services.errors import NotFound
from services.planning.problems import NO, build_problem, load_commitments
from services.planning.roster import load_roster, seconds
from services.steps import Step


@dataclass(frozen=True)
class Suggestion:
    """A volunteer who could take a seat at the visit's time."""

    volunteer_id: UUID
    name_masked: str
    is_city_pool: bool
    km: float
    reasons: dict[str, Any] = field(default_factory=dict)


async def suggest(
    step: Step,
    visit_id: UUID,
    position: int,
    limit: int = 10,
    *,
    starts_at: datetime | None = None,
    exclude: set[UUID] | None = None,
    city_pool: bool = True,
) -> list[Suggestion]:
    """Candidates for a seat at the visit's own time (or `starts_at`), best first.

    Whoever declined, let expire or gave back this visit is left out.
    """
    visit = await step.session.get(Visit, visit_id)
    if visit is None:
        raise NotFound("visit", "There is no such visit.")
    at = starts_at or visit.starts_at or step.now + timedelta(days=1)
    day = at.astimezone(step.zone).date()
    roster = await load_roster(step)
    commitments = [c for c in await load_commitments(step, day, 1) if c.visit.id != visit.id]
    built = await build_problem(step, [visit], roster, day, 1, commitments)
    asked = await step.session.scalars(
        select(col(Offer.volunteer_id)).where(col(Offer.visit_id) == visit.id, col(Offer.status).in_(NO))
    )
    barred = {roster.row_of[k] for k in {*asked, *(exclude or set())} if k in roster.row_of}
    if not city_pool:
        barred |= {int(k) for k in roster.pool.nonzero()[0]}
    start = seconds(at.astimezone(step.zone).time())
    found = candidates(
        built.problem,
        Plan(),  # promises are fixed rows of the problem
        0,
        limit=limit,
        seat=position,
        exclude=tuple(sorted(barred)),
        at=(0, start),
    )
    return [
        Suggestion(
            volunteer_id=roster.ids[c.volunteer],
            name_masked=roster.names[c.volunteer],
            is_city_pool=bool(roster.pool[c.volunteer]),
            km=round(c.extra_metres / 1000, 1),
            reasons={"why": list(c.reasons), "cost": dict(c.parts)},
        )
        for c in found
    ]
