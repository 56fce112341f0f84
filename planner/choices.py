"""Why this volunteer and not the next: what the seat counts for whoever has it, beside the best alternative.

Everything else in the plan is left as it is, and the terms are those of the plan's own objective, in metres:
what the whole plan would be worth less with the runner-up is the difference of their costs, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from planner.candidates import Desk
from planner.geometry import Ints
from planner.kernel.routes import MOST_FAIR
from planner.plan import Plan
from planner.problem import Problem
from planner.worth import seat_parts


@dataclass(frozen=True, slots=True)
class Option:
    """Somebody in the seat. `terms` add up to `cost`, both in metres of the objective; less is better.

    `way`: metres the route is longer for it. `wanted`: -10,000 for who is wanted. `pool`: 5,000 for the city
    pool. `price`: the volunteer's own (newcomers below 0, the unreliable above). `near`: below 0 for
    neighbours. `offered`: below 0 for who was asked already. `load`: what one more visit counts for fairness.
    """

    volunteer: int
    day: int
    start: int  # seconds from midnight
    cost: int
    terms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """Who has the seat and who would be next.

    `decided_by` is the term that speaks most for the chosen one, or `only_one` if nobody else has room, or
    `whole_plan` if somebody else would be cheaper for this seat alone. `others` could come as they are;
    `fitting` are all who may take the seat, whether they have room or not.
    """

    visit: int
    seat: int
    chosen: Option
    runner_up: Option | None
    decided_by: str
    others: int
    fitting: int

    @property
    def margin(self) -> int:
        """Metres that the runner-up would cost more, 0 without one."""
        return 0 if self.runner_up is None else self.runner_up.cost - self.chosen.cost

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "margin": self.margin}


def why(problem: Problem, plan: Plan, visit: int, seat: int, *, desk: Desk | None = None) -> Choice:
    """Why the plan gives the seat to whom it does.

    A `desk` with this problem and plan saves laying it out, which takes seconds in a large city; then the
    answer takes milliseconds. Raises ValueError if there is no such seat, or nobody has it.
    """
    return choose(desk or Desk(problem, plan), visit, seat)


def choose(desk: Desk, visit: int, seat: int) -> Choice:
    """`why` of the plan that lies on the desk."""
    problem = desk.state.ground.problem
    if not (0 <= visit < problem.n and 0 <= seat < problem.vpersons[visit]):
        raise ValueError(f"no such visit or seat: {visit}, {seat}")
    state, holder = desk.state, desk.holder(visit, seat)
    if holder is None:
        raise ValueError(f"nobody goes to visit {visit}, seat {seat}")
    mine = int(state.live.crew[visit, seat])
    other = int(state.live.crew[visit, 1 - seat])
    at = (holder.day, holder.start) if other >= 0 or state.ground.pin[visit] >= 0 else None
    allowed = desk.allowed(visit, seat)
    slots = desk.slots(visit, allowed, at)
    quotes = desk.ask(visit, seat, slots, at, False)
    has_room = quotes[:, 1] >= 0
    slots, quotes = slots[has_room], quotes[has_room]
    terms = _terms(desk, visit, seat, slots, quotes[:, 0], 0)
    chosen_terms = _terms(
        desk, visit, seat, np.array([mine], np.int64), np.array([holder.extra_metres], np.int64), 1
    )
    chosen = _option(desk, mine, holder.start, chosen_terms, 0)
    best = _option_of_best(desk, slots, quotes, terms)
    people = len(np.unique(state.ground.volunteer[slots]))
    return Choice(visit, seat, chosen, best, _decided_by(chosen, best), people, int(allowed.sum()))


def _terms(desk: Desk, visit: int, seat: int, slots: Ints, metres: Ints, counted: int) -> dict[str, Ints]:
    """The terms of each slot; `counted` 1 if the visit is among the volunteer's already."""
    state = desk.state
    people = state.ground.volunteer[slots]
    before = state.rules.load[people] + state.live.taken[people] - counted
    load = np.minimum(state.rules.fair[people] * (2 * before + 1), MOST_FAIR)
    return {"way": metres, **dict(seat_parts(state.ground, visit, slots, seat)), "load": load}


def _option_of_best(desk: Desk, slots: Ints, quotes: Ints, terms: dict[str, Ints]) -> Option | None:
    if not len(slots):
        return None
    cost = np.sum(list(terms.values()), axis=0)
    row = int(np.lexsort((slots, cost))[0])
    return _option(desk, int(slots[row]), int(quotes[row, 2]), terms, row)


def _option(desk: Desk, slot: int, start: int, terms: dict[str, Ints], row: int) -> Option:
    ground = desk.state.ground
    mine = {name: int(part[row]) for name, part in terms.items() if part[row] or name == "way"}
    return Option(int(ground.volunteer[slot]), int(ground.day[slot]), start, sum(mine.values()), mine)


def _decided_by(chosen: Option, best: Option | None) -> str:
    if best is None:
        return "only_one"
    if best.cost < chosen.cost:
        return "whole_plan"
    gains = {
        name: best.terms.get(name, 0) - chosen.terms.get(name, 0) for name in {**best.terms, **chosen.terms}
    }
    return max(gains, key=lambda name: gains[name])
