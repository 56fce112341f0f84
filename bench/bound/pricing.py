"""All slots priced one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.bound.dearest import dearest_route
from bench.bound.items import Items
from planner.geometry import Ints
from planner.problem import Problem

Route = tuple[int, ...]  # items, in order


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look in one slot before its outlook is taken instead of a route."""

    patience: int  # stops tried
    unit: int  # seconds of a step of the outlook


@dataclass(frozen=True)
class Priced:
    """Of each slot an upper bound on its dearest route, and dearer routes than those known."""

    bound: Ints
    routes: list[tuple[int, Route]]  # slot, items
    exact: int  # slots whose bound is the value of a route


class Pricing:
    """The arrays of a problem by item and slot, ready for the compiled loops."""

    def __init__(self, problem: Problem, items: Items) -> None:
        self.items = items
        self.place = np.stack([problem.vx, problem.vy], axis=1)[items.visit]
        self.service = problem.vsvc[items.visit]
        k = items.slot_volunteer
        self.home = np.stack([problem.kx, problem.ky], axis=1)[k]
        self.shift = problem.kshift[k, items.slot_day]
        self.metres, self.speed = problem.kmaxm[k], problem.kspd[k]

    def price(
        self, prices: Ints, week_prices: Ints, known: Ints, effort: Effort, order: Ints | None = None
    ) -> Priced:
        """Price every slot. Prices are whole numbers: of an item (items,), of a stop in a week (weeks,).

        With an `order` the slots take turns, and what one takes is worth nothing to those after it.
        """
        count = len(self.items.slot_day)
        bound, routes, exact = np.zeros(count, np.int64), [], 0
        left = prices.copy()
        for slot in range(count) if order is None else order.tolist():
            mine, gain = self.gains(slot, left, week_prices)
            if not len(mine):
                continue
            value, bound[slot], found = self.dearest(slot, mine, gain, int(known[slot]), effort)
            exact += bool(value == bound[slot])
            routes += [(slot, tuple(route.tolist())) for route in found]
            if order is not None and found:
                left[found[0]] = 0
        return Priced(bound, routes, exact)

    def gains(self, slot: int, prices: Ints, week_prices: Ints) -> tuple[Ints, Ints]:
        """The items in a slot's reach that gain something, and what."""
        items = self.items
        mine = items.reach[items.reach_start[slot] : items.reach_start[slot + 1]]
        week = int(items.slot_week[slot])
        gain = prices[mine] - (week_prices[week] if week >= 0 else 0)
        return mine[gain > 0], gain[gain > 0]

    def dearest(
        self, slot: int, mine: Ints, gain: Ints, known: int, effort: Effort
    ) -> tuple[int, int, list[Ints]]:
        """`dearest_route` among these items of the slot: value, bound, and the routes found, best first."""
        items = self.items
        value, bound, found = dearest_route(
            gain, items.visit[mine], self.place[mine], self.service[mine], items.windows[mine],
            self.home[slot], self.shift[slot], int(self.metres[slot]), int(self.speed[slot]),
            int(items.slot_most[slot]), known, effort.patience, effort.unit,
        )  # fmt: skip  # as declared
        return int(value), int(bound), [mine[row[row >= 0]] for row in found if row[0] >= 0]
