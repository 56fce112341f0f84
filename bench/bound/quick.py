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

from bench.bound.apart import price_apart
from bench.bound.items import make_items
from bench.bound.market import BLOCKS, Market, WholePrices
from bench.bound.pricing import Effort, Pricing
from bench.bound.prove import COARSE, SCALE, Bound, lagrangian
from planner.geometry import Floats, Ints
from planner.problem import Problem

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


def quick_bound(
    problem: Problem,
    *,
    stages: tuple[Stage, ...] = closer(PASSES),
    effort: Effort = COARSE,
    workers: int = 1,
    prices: WholePrices | None = None,
    found: Callable[[WholePrices], None] = lambda prices: None,
    tell: Callable[[str], None] = lambda line: None,
) -> Bound:
    """A proven bound; `program` is the estimate of the last pass, which proves nothing.

    With `prices` known from before there are no passes; else `found` is told them before the last pricing.
    """
    began, items = time.process_time(), make_items(problem)
    pricing = Pricing(problem, items)
    if prices is None:
        prices = _search(problem, pricing, stages, began, tell)
        found(prices)
    slots, seconds = price_apart(pricing, prices, effort, workers=workers, tell=tell)
    bound = lagrangian(problem, items, prices.item, prices.week, slots)
    spent = round(prices.seconds + seconds, 1)
    return Bound(bound // SCALE, bound / SCALE, prices.estimate / SCALE, prices.passes, 0, spent)


def _search(
    problem: Problem, pricing: Pricing, stages: tuple[Stage, ...], began: float, tell: Callable[[str], None]
) -> WholePrices:
    """The prices in the middle of the last pass; `began` is when the seconds of computing begin."""
    items = pricing.items
    market, random = Market(problem, items), np.random.default_rng(1)
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
    passes = sum(stage.passes for stage in stages)
    return WholePrices(*market.whole(), estimate, passes, time.process_time() - began)


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
