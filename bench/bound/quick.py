"""A bound in minutes where column generation takes hours: prices that follow what the slots ask for.

Any prices prove a bound (`prove.lagrangian`); a linear program only finds the best ones. Here they are found
by an incremental subgradient method (Nedić & Bertsekas 2001, "Incremental subgradient methods for
nondifferentiable optimization", SIAM Journal on Optimization 12(1)): slots are looked at some at a time, what
they drive becomes cheaper, what nobody drives dearer, in ever smaller steps. While prices are far off a slot
looks at its most promising items only, at a few more each stage; the last passes look at everything. At the
end every slot is priced once in earnest, which alone makes the bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.bound.items import Items, make_items
from bench.bound.pricing import Effort, Pricing
from bench.bound.prove import COARSE, SCALE, Bound, lagrangian
from planner.geometry import Bools, Floats, Ints
from planner.problem import Problem

BLOCKS = 20  # of slots, between two changes of prices
WEEKLY = 0.3  # of a step for the price of a stop in a week
USUAL, MOST_USUAL = 0.7, 1.0  # of a weight: prices to begin with
STOP_SECONDS, AWAY = 600.0, 0.1  # what a stop takes beside its service, and a metre from home, to choose by
NOISE = 0.2  # so that each item is looked at now and then


LOOK, CLOSER = Effort(200, 600), Effort(300, 400)


@dataclass(frozen=True, slots=True)
class Stage:
    """So many passes over all slots; each looks at `most` items."""

    most: int
    passes: int
    step: float  # of a weight unit, in the first pass
    shrink: float  # of the step from pass to pass
    effort: Effort = LOOK


STAGES = (Stage(30, 30, 0.3, 0.9), Stage(60, 30, 0.1, 0.93), Stage(120, 14, 0.03, 0.9))
PASSES = 24  # of a closer look after the stages: most of the time, and a third of a percent


def closer(passes: int) -> tuple[Stage, ...]:
    """STAGES, then so many passes over most items of each slot, and a third as many over all of them."""
    return (*STAGES, Stage(300, passes, 0.05, 0.9, CLOSER), Stage(10**6, passes // 3, 0.01, 0.8, CLOSER))


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


def quick_bound(
    problem: Problem,
    *,
    stages: tuple[Stage, ...] = closer(PASSES),
    effort: Effort = COARSE,
    tell: Callable[[str], None] = lambda line: None,
) -> Bound:
    """A proven bound; `program` is the estimate of the last pass, which proves nothing."""
    began = time.process_time()
    items = make_items(problem)
    pricing, market, random = Pricing(problem, items), Market(problem, items), np.random.default_rng(1)
    middle, middle_week, estimate = market.item, market.week, 0
    for stage in stages:
        step = stage.step
        for number in range(stage.passes):
            middle, middle_week, total = _pass(pricing, market, random, stage, step)
            estimate = lagrangian(problem, items, *market.whole(), np.array([total]))
            tell(
                f"at most {stage.most} items, pass {number + 1}: about {estimate / SCALE:.1f}, "
                f"{time.process_time() - began:.0f} s"
            )
            step *= stage.shrink
    market.item, market.week = middle, middle_week
    item, week = market.whole()
    none = np.zeros(len(items.slot_day), np.int64)
    bound = lagrangian(problem, items, item, week, pricing.price(item, week, none, effort).bound)
    passes = sum(stage.passes for stage in stages)
    spent = round(time.process_time() - began, 1)
    return Bound(bound // SCALE, bound / SCALE, estimate / SCALE, passes, 0, spent)


def _pass(
    pricing: Pricing, market: Market, random: np.random.Generator, stage: Stage, step: float
) -> tuple[Floats, Floats, int]:
    """Every slot once: the prices of items and weeks in the middle of the pass, the sum of the routes."""
    items, total = pricing.items, 0
    middle, middle_week = np.zeros(len(items.visit)), np.zeros(len(items.week_most))
    for block in np.array_split(random.permutation(len(items.slot_day)), BLOCKS):
        item, week = market.whole()
        driven, stops = np.zeros(len(items.visit)), np.zeros(len(items.week_most) + 1)
        for slot in block.tolist():
            mine, gain = pricing.gains(slot, item, week)
            if len(mine) > stage.most:
                some = _promising(pricing, slot, mine, gain, stage.most, random)
                mine, gain = mine[some], gain[some]
            if not len(mine):
                continue
            value, _, routes = pricing.dearest(slot, mine, gain, 0, stage.effort)
            total += value
            if routes:
                driven[routes[0]] += 1
                stops[items.slot_week[slot]] += len(routes[0])
        market.move(step, driven, stops[:-1])
        middle += market.item / BLOCKS
        middle_week += market.week / BLOCKS
    return middle, middle_week, total


def _promising(
    pricing: Pricing, slot: int, mine: Ints, gain: Ints, most: int, random: np.random.Generator
) -> Ints:
    """The items that gain most for the time they take, with some chance for all."""
    away = np.abs(pricing.place[mine] - pricing.home[slot]).sum(axis=1)
    takes = pricing.service[mine] + STOP_SECONDS + AWAY * away
    promise = random.lognormal(0.0, NOISE, len(mine)) * gain / takes
    some: Ints = np.argpartition(-promise, most)[:most]
    return some
