"""Prices that follow what the slots ask for, and the whole prices that come of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.bound.items import Items
from bench.bound.prove import SCALE
from planner.geometry import Bools, Floats, Ints
from planner.problem import Problem

BLOCKS = 20  # of slots, between two changes of prices
WEEKLY = 0.3  # of a step for the price of a stop in a week
USUAL, MOST_USUAL = 0.7, 1.0  # of a weight: prices to begin with


@dataclass(frozen=True)
class WholePrices:
    """In parts of SCALE: of an item (items,), of a stop in a week (weeks,). The estimate proves nothing."""

    item: Ints
    week: Ints
    estimate: int
    passes: int
    seconds: float  # of computing, to find them


class Market:
    """Prices of items and weeks, and what moves them."""

    def __init__(self, problem: Problem, items: Items) -> None:
        self._items = items
        self._weights = problem.vweight[items.option_visit].astype(np.float64)
        self._top = self._weights[items.option]
        self.reached: Bools = np.zeros(len(items.visit), np.bool_)
        self.reached[items.reach] = True
        usual = USUAL * np.minimum(self._top, MOST_USUAL) / problem.vpersons[items.visit]
        # an item nobody reaches costs nothing however dear it is, and its visit is then worth nothing
        self.item: Floats = np.where(self.reached, usual, self._top)
        self.week: Floats = np.zeros(len(items.week_most))

    def whole(self) -> tuple[Ints, Ints]:
        """Prices in parts of SCALE; none of an item is above its visit's weight."""
        item, week = (np.rint(part * SCALE).astype(np.int64) for part in (self.item, self.week))
        return np.minimum(item, np.rint(self._top * SCALE).astype(np.int64)), week

    def move(self, step: float, driven: Floats, stops: Floats) -> None:
        """After a block: `driven` counts routes by item, `stops` by week."""
        wanted = self._worth_serving() / BLOCKS
        change = np.where(self.reached, step * (wanted - driven), 0.0)
        self.item = np.clip(self.item + change, 0.0, self._top)
        spare = self._items.week_most / BLOCKS - stops
        self.week = np.maximum(self.week - WEEKLY * step * spare, 0.0)

    def _worth_serving(self) -> Floats:
        """1 for the items of each visit's best option, if it is worth more than its items cost."""
        items, spare = self._items, self._weights.copy()
        np.subtract.at(spare, items.option, self.item)
        order = np.lexsort((-spare, items.option_visit))
        best = order[np.unique(items.option_visit[order], return_index=True)[1]]
        chosen = np.zeros(len(spare))
        chosen[best[spare[best] > 0]] = 1.0
        worth: Floats = chosen[items.option]
        return worth
