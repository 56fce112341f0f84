"""The best plan seen so far, and the way back to it."""

from __future__ import annotations

import numpy as np

from planner.kernel.routes import refresh_all
from planner.state import State

KEPT = ("route", "length", "crew", "crew_cost", "start")  # of `Live`; all else follows from these


class Snapshot:
    """A copy of a plan, renewed whenever a better one is shown."""

    def __init__(self, state: State) -> None:
        self.score, self.weight = state.score(), state.weight()
        self._kept = {name: getattr(state.live, name).copy() for name in KEPT}

    def note(self, state: State) -> None:
        """Keep the plan if it is better."""
        score = state.score()
        if score > self.score:
            self.score, self.weight = score, state.weight()
            for name, array in self._kept.items():
                np.copyto(array, getattr(state.live, name))

    def restore(self, state: State) -> None:
        """Bring the state back to the best plan."""
        live, rules, ground = state.live, state.rules, state.ground
        if state.score() >= self.score:
            return
        for name, array in self._kept.items():
            np.copyto(getattr(live, name), array)
        live.in_week[:] = np.bincount(rules.week, live.length, minlength=len(live.in_week))
        live.taken[:] = np.bincount(ground.volunteer, live.length, minlength=len(live.taken))
        refresh_all(rules, live)
