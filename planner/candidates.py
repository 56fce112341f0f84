"""Who else could go: volunteers for one seat of one visit, everything else in the plan left as it is.

All who may take the seat are looked at, in every gap of their routes at once; every planned stop keeps
its start. `Desk` holds a plan ready to be asked often; `candidates` is for one question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from planner.arcs import Arcs
from planner.geometry import Bools, Ints
from planner.ground import Ground
from planner.insertion import Gaps, try_gaps
from planner.plan import Plan
from planner.problem import Problem
from planner.state import State
from planner.worth import CITY, WANTED

LOAD_METRES = 500  # what each visit a volunteer has now or had in the last 30 days counts


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take the seat; `cost` in metres is the sum of `parts`, the lowest is best.

    `parts`: km (the extra way), continuity (minus if wanted), load, pool. `reasons`: wanted, own_district,
    city_pool, on_the_way (has other visits that day), free_day, light_load.
    """

    volunteer: int
    day: int
    start: int
    extra_metres: int
    cost: int
    parts: Mapping[str, int]
    reasons: tuple[str, ...]


class Desk:
    """A plan laid out so that "who else?" is answered in milliseconds."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        """Raises ValueError if the plan names visits, seats or volunteers the problem has not."""
        ground = Ground(problem)
        self._state = State(ground)
        stops = []
        for (visit, seat), (volunteer, day, start) in plan.seats().items():
            if not (0 <= visit < problem.n and 0 <= seat < problem.vpersons[visit]):
                raise ValueError(f"the plan's visit {visit}, seat {seat} is not in the problem")
            if not (0 <= volunteer < problem.m and 0 <= day < problem.days):
                raise ValueError(f"the plan's volunteer {volunteer}, day {day} is not in the problem")
            slot = int(ground.slot_of[volunteer, day])
            # without a shift any more nobody can be a candidate there, and a fixed seat is there already
            if slot >= 0 and ground.held[visit][seat] < 0:
                stops.append((start, visit, seat, slot))
        self._state.fill(stops)
        visits = [len(route) for route in self._state.routes]
        self._load: Ints = problem.kload.copy()
        np.add.at(self._load, ground.volunteer, visits)
        self._usual_load = float(np.median(self._load)) if problem.m else 0.0

    def candidates(
        self,
        visit: int,
        *,
        limit: int = 20,
        seat: int = 0,
        exclude: Collection[int] = (),
        at: tuple[int, int] | None = None,
    ) -> list[Candidate]:
        """The cheapest `limit` volunteers for the seat, each with the day and start that suit best.

        `at` (day, start) keeps an agreed time; if the other seat is filled, its time is kept anyway.
        Not among them: who holds either seat now, who refused, and `exclude`. Raises ValueError if there
        is no such visit, seat or day.
        """
        state, problem = self._state, self._state.ground.problem
        if not (0 <= visit < problem.n and 0 <= seat < problem.vpersons[visit]):
            raise ValueError(f"no such visit or seat: {visit}, {seat}")
        if at is not None and not 0 <= at[0] < problem.days:
            raise ValueError(f"no such day: {at[0]}")
        volunteers = self._allowed(visit, seat, exclude)
        pinned, others = (
            state.pinned[visit],
            [s for i, s in enumerate(state.crew[visit]) if i != seat and s >= 0],
        )
        if at is None and others and pinned is not None:
            at = (int(state.ground.day[others[0]]), pinned)
        state.mark()
        state.vacate(visit, seat)
        state.pinned[visit] = None if at is None else at[1]
        gaps = try_gaps(state, visit, self._arcs(visit, volunteers, at))
        state.pinned[visit] = pinned
        state.undo()
        return [] if gaps is None else self._rank(visit, gaps, limit)

    def _allowed(self, visit: int, seat: int, exclude: Collection[int]) -> Bools:
        ground = self._state.ground
        allowed = ground.problem.may_take(visit, seat).copy()
        crew = [int(ground.volunteer[slot]) for slot in self._state.crew[visit] if slot >= 0]
        out = [*ground.refused.get(visit, ()), *crew, *(k for k in exclude if 0 <= k < ground.problem.m)]
        allowed[out] = False
        return allowed

    def _arcs(self, visit: int, volunteers: Bools, at: tuple[int, int] | None) -> Arcs:
        ground = self._state.ground
        if at is None:
            slots = ground.slots_of_days(visit, volunteers)
        else:
            slots = ground.slot_of[volunteers, at[0]]
            slots = slots[slots >= 0]
        metres = ground.metres_home(np.int64(visit), slots)
        slots = slots[2 * metres <= ground.reach[slots]]
        return Arcs(slots, np.zeros(len(slots)))

    def _rank(self, visit: int, gaps: Gaps, limit: int) -> list[Candidate]:
        """One candidate per volunteer: the cheapest gap of the cheapest slot."""
        ground, problem = self._state.ground, self._state.ground.problem
        gap = gaps.cost.argmin(axis=1)
        rows = np.arange(len(gap))
        metres = gaps.cost[rows, gap]
        volunteers = ground.volunteer[gaps.slots]
        is_wanted = volunteers == problem.vpref[visit]
        pool = CITY * problem.kpool[volunteers]
        continuity = -WANTED * is_wanted
        load = LOAD_METRES * self._load[volunteers]
        cost = metres + pool + continuity + load
        ranked: list[Candidate] = []
        seen: set[int] = set()
        for row in np.lexsort((gaps.slots, cost)).tolist():
            volunteer = int(volunteers[row])
            if len(ranked) >= limit or not np.isfinite(cost[row]):
                break
            if volunteer in seen:
                continue
            seen.add(volunteer)
            parts = {
                "km": int(metres[row]),
                "continuity": int(continuity[row]),
                "load": int(load[row]),
                "pool": int(pool[row]),
            }
            ranked.append(
                Candidate(
                    volunteer,
                    int(ground.day[gaps.slots[row]]),
                    int(gaps.early[row, gap[row]]),
                    parts["km"],
                    sum(parts.values()),
                    parts,
                    self._reasons(visit, volunteer, int(gaps.slots[row])),
                )
            )
        return ranked

    def _reasons(self, visit: int, volunteer: int, slot: int) -> tuple[str, ...]:
        problem = self._state.ground.problem
        told = (
            ("wanted", volunteer == problem.vpref[visit]),
            ("own_district", problem.kdist[volunteer] == problem.vdist[visit]),
            ("city_pool", problem.kpool[volunteer] == 1),
            ("on_the_way", len(self._state.routes[slot]) > 0),
            ("free_day", len(self._state.routes[slot]) == 0),
            ("light_load", self._load[volunteer] <= self._usual_load),
        )
        return tuple(name for name, is_so in told if is_so)


def candidates(
    problem: Problem,
    plan: Plan,
    visit: int,
    *,
    limit: int = 20,
    seat: int = 0,
    exclude: Collection[int] = (),
    at: tuple[int, int] | None = None,
) -> list[Candidate]:
    """`Desk(problem, plan).candidates(visit, …)` for one question."""
    return Desk(problem, plan).candidates(visit, limit=limit, seat=seat, exclude=exclude, at=at)
