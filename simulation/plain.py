"""The smart parts switched off, so that what they gain can be seen beside them.

Whoever comes first in the register and is free goes; one is asked after the other; nothing else is weighed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from planner.budget import Budget
from planner.candidates import Candidate, Desk
from planner.fixed import find_conflicts
from planner.plan import Plan, Unserved
from planner.problem import Problem
from planner.progress import Hook
from planner.reasons import Reason, find_people
from services import policies
from services.steps import Step, Steps

HALF_HOUR = 1_800
# No wave beside or after the first one asked, no wishes.
POLICY = {
    "offer_factor_ample": 1,
    "offer_factor": 1,
    "wave_hours": 72,
    "plan_turns": 0,
    "wish_fair_metres": 0,
    "wish_district_metres": 0,  # before the street's, which it must not exceed
    "wish_street_metres": 0,
    "wish_community_metres": 0,
    "wish_newcomer_metres": 0,
    "wish_reliability_metres": 0,
    "wish_ask_gap_metres": 0,
}


async def switch_off(steps: Steps) -> None:
    """From now on: the policy above, and `first_free` instead of the search."""

    async def decide(step: Step) -> None:
        for key, value in POLICY.items():
            await policies.decide(step, key, value, step.today, "for comparison")

    await steps.run("system", decide)
    steps.solver = first_free


def first_free(
    problem: Problem,
    *,
    seed: int,
    budget: Budget,
    stop: Callable[[], bool] | None = None,
    start: Plan | None = None,
    workers: int = 1,
    on_progress: Hook | None = None,
) -> Plan:
    """As `planner.solve.solve`: each visit in turn, at the first time, by whoever is free first.

    What was planned before stays; nothing is searched, so that seed, budget and threads say nothing.
    """
    desk = Desk(problem, start or Plan())
    for visit in np.flatnonzero(~desk.state.served()).tolist():
        if stop is not None and stop():
            break
        _serve(desk, visit)
    unserved = tuple(
        Unserved(visit, str(find_people(desk.state, visit).reason or Reason.ALL_FULL))
        for visit in np.flatnonzero(~desk.state.served()).tolist()
    )
    return Plan(desk.state.routes(), unserved, find_conflicts(desk.state.ground))


def _serve(desk: Desk, visit: int) -> None:
    state = desk.state
    seats = [seat for seat in (0, 1) if (int(state.ground.open_seats[visit]) >> seat) & 1]
    for at in _times(desk, visit):
        filled = 0
        for seat in seats:
            first = _first(desk, visit, seat, at)
            if first is None:
                break
            desk.take(visit, seat, first)
            filled += 1
        if filled == len(seats):
            return
        for seat in seats[:filled]:
            desk.release(visit, seat)


def _times(desk: Desk, visit: int) -> Iterator[tuple[int, int]]:
    """Days and seconds, every half hour; of a pair with one agreed, only that time."""
    problem, live = desk.state.ground.problem, desk.state.live
    holder = int(live.crew[visit].max())
    if holder >= 0:
        yield int(desk.state.ground.day[holder]), int(live.start[visit])
        return
    for day in range(int(problem.vday0[visit]), int(problem.vday1[visit]) + 1):
        for opens, closes in problem.vtw[visit, : int(problem.vntw[visit])].tolist():
            yield from ((day, start) for start in range(opens, closes + 1, HALF_HOUR))


def _first(desk: Desk, visit: int, seat: int, at: tuple[int, int]) -> Candidate | None:
    slots = desk.slots(visit, desk.allowed(visit, seat), at)
    quotes = desk.ask(visit, seat, slots, at, displace=False)
    fits = np.flatnonzero(quotes[:, 1] >= 0)
    if not len(fits):
        return None
    volunteers = desk.state.ground.volunteer[slots[fits]]
    row = int(fits[np.argmin(volunteers)])
    metres, start = int(quotes[row, 0]), int(quotes[row, 2])
    return Candidate(int(volunteers.min()), at[0], start, metres, metres, {"km": metres}, ())
