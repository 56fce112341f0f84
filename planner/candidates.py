"""Who else could go: volunteers for one seat of one visit, everything else in the plan left as it is.

All who may take the seat are looked at, in every gap of their routes; every planned stop keeps its start.
`Desk` holds a plan ready to be asked often; `candidates` is for one question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.chains import Chains
from planner.geometry import Bools, Ints
from planner.ground import Ground
from planner.kernel.quotes import quote, quote_instead
from planner.kernel.routes import put_aside, put_back
from planner.plan import Plan
from planner.problem import Problem
from planner.state import State
from planner.worth import CITY, WANTED

LOAD_METRES = 500  # what each visit a volunteer has now or had in the last 30 days counts


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take the seat; `cost` in metres is the sum of `parts`, the lowest is best.

    `parts`: km (the extra way), continuity (minus if wanted), load, pool, displaced (what the visit that
    would have to give way counts). `reasons`: wanted, own_district, city_pool, on_the_way (has other visits
    that day), free_day, light_load, displaces.
    """

    volunteer: int
    day: int
    start: int
    extra_metres: int
    cost: int
    parts: Mapping[str, int]
    reasons: tuple[str, ...]
    displaces: int = -1  # a lighter visit, -1 for none


class Desk:
    """A plan laid out so that "who else?" is answered in milliseconds."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        """Raises ValueError if the plan names visits, seats or volunteers the problem has not."""
        ground = Ground(problem)
        stops: list[tuple[int, int, int, int]] = []
        for (visit, seat), (volunteer, day, start) in plan.seats().items():
            if not (0 <= visit < problem.n and 0 <= seat < problem.vpersons[visit]):
                raise ValueError(f"the plan's visit {visit}, seat {seat} is not in the problem")
            if not (0 <= volunteer < problem.m and 0 <= day < problem.days):
                raise ValueError(f"the plan's volunteer {volunteer}, day {day} is not in the problem")
            slot = int(ground.slot_of[volunteer, day])
            # without a shift any more nobody can be a candidate there, and a fixed seat is there already
            if slot >= 0 and ground.held[visit, seat] < 0:
                stops.append((start, visit, seat, slot))
        self.state = State(ground, stops)
        self.barred: Ints = np.zeros((0, 2), np.int64)  # visit, volunteer: who has said no since
        self._usual_load = float(np.median(self._loads())) if problem.m else 0.0

    @cached_property
    def chains(self) -> Chains:
        """Moves of several people; made at the first use, which takes seconds in a large city."""
        return Chains(self.state)

    def candidates(
        self,
        visit: int,
        *,
        limit: int = 20,
        seat: int = 0,
        exclude: Collection[int] = (),
        at: tuple[int, int] | None = None,
        displace: bool = False,
    ) -> list[Candidate]:
        """The cheapest `limit` volunteers for the seat, each with the day and start that suit best.

        `at` (day, start) keeps an agreed time; if the other seat is filled, its time is kept anyway.
        Not among them: who holds either seat now, who refused, and `exclude`. With `displace` also those who
        have no room unless a lighter visit gives way. Raises ValueError if there is no such visit, seat or
        day.
        """
        problem, live = self.state.ground.problem, self.state.live
        if not (0 <= visit < problem.n and 0 <= seat < problem.vpersons[visit]):
            raise ValueError(f"no such visit or seat: {visit}, {seat}")
        if at is not None and not 0 <= at[0] < problem.days:
            raise ValueError(f"no such day: {at[0]}")
        pinned, other = int(live.start[visit]), int(live.crew[visit, 1 - seat])
        if at is None and other >= 0 and pinned >= 0:
            at = (int(self.state.ground.day[other]), pinned)
        slots = self.slots(visit, self.allowed(visit, seat, exclude), at)
        quotes = self.ask(visit, seat, slots, at, displace)
        fits = quotes[:, 1] >= 0
        return self._rank(visit, slots[fits], quotes[fits], limit)

    def holder(self, visit: int, seat: int) -> Candidate | None:
        """Who has the seat now, at what their way to it adds; None if it is empty."""
        rules, live = self.state.rules, self.state.live
        slot = int(live.crew[visit, seat])
        if slot < 0:
            return None
        broken, metres, start = (
            int(live.broken[slot]),
            int(live.metres[slot]),
            self.state.start_of(visit, slot),
        )
        gap = put_aside(rules, live, slot, visit)
        quotes = np.array([(metres - int(live.metres[slot]), gap, start, -1)], np.int64)
        found = self._rank(visit, np.array([slot], np.int64), quotes, 1)[0]
        put_back(rules, live, slot, gap, visit, broken)
        return found

    def plan(self) -> Plan:
        """The plan as it stands now; visits that lost one of two people are not in it."""
        return Plan(self.state.routes())

    def release(self, visit: int, seat: int) -> None:
        """Somebody cannot go: empty the seat. The other one of two keeps the time."""
        rules, live = self.state.rules, self.state.live
        slot = int(live.crew[visit, seat])
        if slot < 0:
            return
        put_aside(rules, live, slot, visit)
        live.crew[visit, seat] = -1
        if not (int(rules.seats[visit]) >> seat) & 1:  # it was fixed, and is open now
            rules.seats[visit] |= 1 << seat
            live.visit_part[visit] = 0
        if live.crew[visit, 1 - seat] < 0:
            live.start[visit] = -1

    def cancel(self, visit: int) -> None:
        """The visit is not to be made any more: its seats are emptied, and nobody is looked for.

        Raises ValueError if there is no such visit.
        """
        if not 0 <= visit < self.state.ground.problem.n:
            raise ValueError(f"no such visit: {visit}")
        for seat in (0, 1):
            self.release(visit, seat)
        self.state.live.visit_part[visit] = -1

    def check_volunteers(self, volunteers: Collection[int]) -> None:
        """Raises ValueError if one of them is not in the problem."""
        unknown = [one for one in volunteers if not 0 <= one < self.state.ground.problem.m]
        if unknown:
            raise ValueError(f"no such volunteer: {unknown[0]}")

    def bar(self, visit: int, volunteers: Collection[int]) -> None:
        """These will not take this visit, now or later."""
        rows = np.array([(visit, volunteer) for volunteer in volunteers], np.int64).reshape(-1, 2)
        self.barred = np.unique(np.concatenate([self.barred, rows]), axis=0)

    def only_seat(self, visit: int) -> int:
        """The seat of a visit that one person makes, or that is still to be filled beside a fixed one."""
        return 1 if int(self.state.rules.seats[visit]) == 2 else 0

    def take(self, visit: int, seat: int, candidate: Candidate) -> None:
        """Give the seat to a candidate that was just found; what it displaces is left unserved."""
        rules, live = self.state.rules, self.state.live
        if candidate.displaces >= 0:
            self.release(candidate.displaces, self.only_seat(candidate.displaces))
        slot = int(self.state.ground.slot_of[candidate.volunteer, candidate.day])
        live.start[visit] = candidate.start
        quotes = np.zeros((1, 3), np.int64)
        quote(rules, live, visit, seat, np.array([slot]), quotes)
        if quotes[0, 1] < 0:
            live.start[visit] = -1
            raise ValueError(f"volunteer {candidate.volunteer} has no room for visit {visit} any more")
        live.crew[visit, seat] = slot
        put_back(rules, live, slot, int(quotes[0, 1]), visit, 0)

    def _loads(self) -> Ints:
        """Visits of each volunteer (m,) in the last 30 days and in this plan."""
        loads: Ints = self.state.ground.problem.kload + self.state.live.taken
        return loads

    def ask(self, visit: int, seat: int, slots: Ints, at: tuple[int, int] | None, displace: bool) -> Ints:
        """What each slot would cost (slots, 4), the seat's present holder put aside for the question."""
        rules, live = self.state.rules, self.state.live
        quotes = np.zeros((len(slots), 4), np.int64)
        pinned, holder = int(live.start[visit]), int(live.crew[visit, seat])
        broken = int(live.broken[holder]) if holder >= 0 else 0
        gap = put_aside(rules, live, holder, visit) if holder >= 0 else -1
        live.start[visit] = -1 if at is None else at[1]
        quote(rules, live, visit, seat, slots, quotes[:, :3])
        quotes[:, 3] = -1
        full = np.flatnonzero(quotes[:, 1] < 0)
        if displace and len(full):
            instead = np.zeros((len(full), 4), np.int64)
            quote_instead(rules, live, visit, slots[full], instead)
            quotes[full] = instead
        live.start[visit] = pinned
        if holder >= 0:
            put_back(rules, live, holder, gap, visit, broken)
        return quotes

    def allowed(self, visit: int, seat: int, exclude: Collection[int] = ()) -> Bools:
        """Of each volunteer (m,): may take the seat, is not in the crew and has not said no."""
        ground = self.state.ground
        allowed = ground.problem.may_take(visit, seat).copy()
        crew = [int(ground.volunteer[slot]) for slot in self.state.live.crew[visit] if slot >= 0]
        said_no = self.barred[self.barred[:, 0] == visit, 1].tolist()
        excluded = [volunteer for volunteer in exclude if 0 <= volunteer < ground.problem.m]
        out = [*ground.refused.get(visit, ()), *crew, *said_no, *excluded]
        allowed[out] = False
        return allowed

    def slots(self, visit: int, volunteers: Bools, at: tuple[int, int] | None) -> Ints:
        """Their slots on the visit's days, or on the day of `at`."""
        ground = self.state.ground
        if at is None:
            return ground.slots_of_days(visit, volunteers)
        slots: Ints = ground.slot_of[volunteers, at[0]]
        return slots[slots >= 0]

    def _rank(self, visit: int, slots: Ints, quotes: Ints, limit: int) -> list[Candidate]:
        """One candidate per volunteer: the cheapest of their slots."""
        ground, problem = self.state.ground, self.state.ground.problem
        volunteers, metres, loads = ground.volunteer[slots], quotes[:, 0], self._loads()
        parts = {
            "km": metres,
            "continuity": -WANTED * (volunteers == problem.vpref[visit]),
            "load": LOAD_METRES * loads[volunteers],
            "pool": CITY * problem.kpool[volunteers],
            "displaced": np.where(quotes[:, 3] >= 0, self.state.rules.worth[quotes[:, 3]], 0),
        }
        cost = np.sum(list(parts.values()), axis=0)
        ranked: list[Candidate] = []
        seen: set[int] = set()
        for row in np.lexsort((slots, cost)).tolist():
            volunteer = int(volunteers[row])
            if len(ranked) >= limit:
                break
            if volunteer in seen:
                continue
            seen.add(volunteer)
            mine = {name: int(part[row]) for name, part in parts.items() if name != "displaced" or part[row]}
            displaces = int(quotes[row, 3])
            ranked.append(
                Candidate(
                    volunteer,
                    int(ground.day[slots[row]]),
                    int(quotes[row, 2]),
                    mine["km"],
                    int(cost[row]),
                    mine,
                    self._reasons(visit, volunteer, int(slots[row]), displaces, int(loads[volunteer])),
                    displaces,
                )
            )
        return ranked

    def _reasons(self, visit: int, volunteer: int, slot: int, displaces: int, load: int) -> tuple[str, ...]:
        problem, length = self.state.ground.problem, int(self.state.live.length[slot])
        told = (
            ("wanted", volunteer == problem.vpref[visit]),
            ("own_district", problem.kdist[volunteer] == problem.vdist[visit]),
            ("city_pool", problem.kpool[volunteer] == 1),
            ("on_the_way", length > 0),
            ("free_day", length == 0),
            ("light_load", load <= self._usual_load),
            ("displaces", displaces >= 0),
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
