"""The search: ruin and recreate under simulated annealing, on the whole objective at once.

Schrimpf et al. 2000, "Record breaking optimization results using the ruin and recreate principle", with
the acceptance rule of Kirkpatrick et al. 1983 and geometric cooling over the budget. The temperatures
are metres of the objective: at first a visit's weight may be given up for another's, at last only metres.
"""

from __future__ import annotations

from math import log
from random import Random

from planner.absent import Absent
from planner.arcs import Arcs
from planner.budget import Meter
from planner.recreate import Recreate
from planner.ruin import Ruin
from planner.state import State

HOT, COLD = 60_000.0, 500.0
MOST_TAKEN = 8  # visits taken out at a time, at most about


class Best:
    """The best plan seen, kept by copying only what changed since the last one."""

    def __init__(self, state: State) -> None:
        self.score = state.score
        self._routes = [list(route) for route in state.routes]
        self._crew = [list(crew) for crew in state.crew]
        self._pinned = list(state.pinned)
        self._slots: set[int] = set()
        self._visits: set[int] = set()

    def note(self, state: State) -> None:
        """Look at what changed since the state's mark."""
        slots, visits = state.touched()
        self._slots.update(slots)
        self._visits.update(visits)
        if state.score <= self.score:
            return
        self.score = state.score
        for slot in self._slots:
            self._routes[slot] = list(state.routes[slot])
        for visit in self._visits:
            self._crew[visit], self._pinned[visit] = list(state.crew[visit]), state.pinned[visit]
        self._slots.clear()
        self._visits.clear()

    def restore(self, state: State) -> None:
        """Bring the state back to the best."""
        state.reset(self._slots, self._visits, self._routes, self._crew, self._pinned)


def improve(state: State, arcs: list[dict[int, Arcs]], rng: Random, meter: Meter) -> None:
    """Search until the meter is over; the state ends as the best plan seen."""
    if not state.ground.problem.n or not len(state.ground.day) or meter.is_over(keep=meter.reserve):
        return
    absent = Absent([], state.ground.problem.n)
    ruin, recreate = Ruin(state, arcs, rng), Recreate(state, arcs, rng)
    for visit in range(state.ground.problem.n):
        recreate.note(visit, absent)
    best = Best(state)
    state.mark()
    while meter.next_iteration():
        temperature = HOT * (COLD / HOT) ** meter.progress()
        before = state.score
        first, taken = ruin.choose(absent, 1 + int(rng.random() * MOST_TAKEN))
        for visit in taken:
            state.take(visit)
        recreate.fill(first, taken)
        if state.score < before + temperature * log(1.0 - rng.random()):
            state.undo()
            continue
        best.note(state)
        for visit in state.touched()[1]:
            recreate.note(visit, absent)
        state.mark()
    best.restore(state)
