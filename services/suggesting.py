"""Who else could go: ranked, with reasons, everything already promised left alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.visits import Visit
from planner.candidates import Desk
from planner.plan import Plan
from services.errors import NotFound
from services.planning.barred import SAID_NO
from services.planning.problems import Built, build_problem, load_promises
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


@dataclass(frozen=True)
class Round:
    """A visit laid out at one time, ready to be asked for each of its seats."""

    built: Built
    desk: Desk
    start: int  # seconds from midnight
    barred: frozenset[int]

    def suggest(
        self, position: int, limit: int, *, exclude: Collection[UUID] = (), city_pool: bool = True
    ) -> list[Suggestion]:
        """Candidates for a seat, best first, without `exclude` and those who said no already."""
        roster = self.built.roster
        barred = self.barred | {roster.row_of[k] for k in exclude if k in roster.row_of}
        if not city_pool:
            barred |= {int(k) for k in roster.pool.nonzero()[0]}
        found = self.desk.candidates(0, limit=limit, seat=position, exclude=barred, at=(0, self.start))
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


async def open_round(step: Step, visit: Visit, starts_at: datetime) -> Round:
    """Everybody's promises of that day as they stand, with this visit among them.

    Whoever declined, let expire or gave back this visit is left out.
    """
    local = starts_at.astimezone(step.zone)
    roster = await load_roster(step)
    commitments = [c for c in await load_promises(step, local.date()) if c.visit.id != visit.id]
    built = await build_problem(step, [visit], roster, local.date(), 1, commitments)
    said_no = await step.session.execute(SAID_NO, {"ids": [visit.id]})
    barred = frozenset(roster.row_of[k] for _, k in said_no if k in roster.row_of)
    # Promises are fixed rows of the problem, so the plan beside them is empty.
    return Round(built, Desk(built.problem, Plan()), seconds(local.time()), barred)


async def suggest(
    step: Step,
    visit_id: UUID,
    position: int,
    limit: int = 10,
    *,
    starts_at: datetime | None = None,
    exclude: Collection[UUID] = (),
) -> list[Suggestion]:
    """Candidates for a seat at the visit's own time, or at `starts_at`, best first."""
    visit = await step.session.get(Visit, visit_id)
    if visit is None:
        raise NotFound("visit", "There is no such visit.")
    at = starts_at or visit.starts_at or step.now + timedelta(days=1)
    return (await open_round(step, visit, at)).suggest(position, limit, exclude=exclude)
