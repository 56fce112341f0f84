"""Who else could go: ranked, with reasons and cost, everything already promised left alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.visits import Visit
from planner.candidates import Candidate, Desk
from planner.problem import Wishes
from services.errors import NotFound
from services.planning.barred import SAID_NO, no_counts_since
from services.planning.commitments import Bond, load_promises, movable
from services.planning.problems import Built, build_problem
from services.planning.roster import load_roster, seconds
from services.planning.wishes import Standing, standing
from services.steps import Step

MORE = 20  # asked of the desk beyond the limit: wishes may bring somebody forward


@dataclass(frozen=True)
class Suggestion:
    """A volunteer who could take a seat at the visit's time; `cost` in metres is the sum of its parts.

    `displaces`: a lighter visit, proposed or offered to them but not agreed, that would have to give way.
    """

    volunteer_id: UUID
    name_masked: str
    is_city_pool: bool
    km: float
    reasons: dict[str, Any] = field(default_factory=dict)
    cost: int = 0
    displaces: Visit | None = None


@dataclass(frozen=True)
class Round:
    """A visit laid out at one time, ready to be asked for each of its seats."""

    built: Built
    desk: Desk
    start: int  # seconds from midnight
    barred: frozenset[int]
    standing: Standing

    def suggest(
        self,
        position: int,
        limit: int,
        *,
        exclude: Collection[UUID] = (),
        city_pool: bool = True,
        displace: bool = False,
    ) -> list[Suggestion]:
        """Candidates for a seat, best first, without `exclude` and those who said no already.

        With `displace` (of a round opened for it) also those for whom a lighter visit must give way.
        """
        roster = self.built.roster
        barred = self.barred | {roster.row_of[k] for k in exclude if k in roster.row_of}
        if not city_pool:
            barred |= {int(k) for k in roster.pool.nonzero()[0]}
        found = self.desk.candidates(
            0, limit=limit + MORE, seat=position, exclude=barred, at=(0, self.start), displace=displace
        )
        return sorted((self._told(c) for c in found), key=lambda s: s.cost)[:limit]

    def _told(self, candidate: Candidate) -> Suggestion:
        """The desk's candidate with what the softer wishes say."""
        k, problem, roster = candidate.volunteer, self.built.problem, self.built.roster
        wishes = Wishes(*problem.wishes.tolist())
        same = (problem.kplace[k] == problem.vplace[0]) & (problem.vplace[0] >= 0)
        wide = wishes.district if problem.kdist[k] == problem.vdist[0] else 0
        near = wishes.community if same[0] else wishes.street if same[1] else wide
        parts = {**candidate.parts, "near": -near, "people": int(self.standing.price[k])}
        why = (
            *candidate.reasons,
            *(("same_community",) if same[0] else ("same_street",) if same[1] else ()),
            *(("newcomer",) if self.standing.is_newcomer[k] else ()),
            *(("asked_lately",) if self.standing.asked_lately[k] else ()),
        )
        gives_way = self.built.visits[candidate.displaces] if candidate.displaces >= 0 else None
        return Suggestion(
            volunteer_id=roster.ids[k],
            name_masked=roster.names[k],
            is_city_pool=bool(roster.pool[k]),
            km=round(candidate.extra_metres / 1000, 1),
            reasons={"why": list(why), "cost": {name: part for name, part in parts.items() if part}},
            cost=candidate.cost + parts["near"] + parts["people"],
            displaces=gives_way,
        )


async def open_round(step: Step, visit: Visit, starts_at: datetime, *, displace: Bond | None = None) -> Round:
    """Everybody's promises of that day as they stand, with this visit among them.

    Whoever declined, let expire or gave back this visit lately is left out. With `displace` what binds no
    more than that may give way (never what somebody has agreed to); otherwise it binds as well.
    """
    local = starts_at.astimezone(step.zone)
    roster = await load_roster(step)
    commitments = [c for c in await load_promises(step, local.date()) if c.visit.id != visit.id]
    moving = {} if displace is None else movable([c for c in commitments if c.bond <= displace])
    visits = [visit, *(crew[0].visit for crew in moving.values())]
    built = await build_problem(step, visits, roster, local.date(), 1, commitments, moving, is_exact=True)
    said_no = await step.session.execute(SAID_NO, {"ids": [visit.id], "since": no_counts_since(step)})
    barred = frozenset(roster.row_of[k] for _, k in said_no if k in roster.row_of)
    # Promises are fixed rows of the problem; the plan beside them has only what may give way.
    desk = Desk(built.problem, built.start)
    return Round(built, desk, seconds(local.time()), barred, await standing(step, roster))


async def suggest(
    step: Step,
    visit_id: UUID,
    position: int,
    limit: int = 10,
    *,
    starts_at: datetime | None = None,
    exclude: Collection[UUID] = (),
    displace: bool = False,
) -> list[Suggestion]:
    """Candidates for a seat at the visit's own time, or at `starts_at`, best first."""
    visit = await step.session.get(Visit, visit_id)
    if visit is None:
        raise NotFound("visit", "There is no such visit.")
    at = starts_at or visit.starts_at or step.now + timedelta(days=1)
    round_ = await open_round(step, visit, at, displace=Bond.ASKED if displace else None)
    return round_.suggest(position, limit, exclude=exclude, displace=displace)
