"""Column generation; every round yields a proven bound, the lowest one counts.

Each slot priced for itself finds what is dear, all of them the same; until the prices have settled a
round therefore adds a plan, too, whose slots take turns at the same prices. Smoothed prices were tried
and took more rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.bound.items import Items, make_items
from bench.bound.master import Master, Prices
from bench.bound.pricing import Effort, Pricing
from planner.geometry import Ints
from planner.problem import Problem

SCALE = 10_000  # prices are whole numbers of this part of a weight unit
ENOUGH = 2e-5  # the gap between bound and program, relative, at which nothing more is to be had
STALLED = 3  # fine rounds in a row without a twentieth of a weight unit less: no more is to be had
STARTS = 6  # greedy plans to begin with
APART = 0.01  # while the gap is wider, rounds look coarsely and add a plan whose slots take turns
GREEDY, COARSE, FINE = Effort(500, 300), Effort(20_000, 300), Effort(100_000, 60)


@dataclass(frozen=True)
class Bound:
    """`weight`: no plan serves more. `program`: the last linear optimum, what more rounds could reach."""

    weight: int
    fraction: float  # the same before rounding down
    program: float
    rounds: int
    routes: int
    seconds: float


def prove_bound(
    problem: Problem, *, seconds: float, tell: Callable[[str], None] = lambda line: None
) -> Bound:
    """The lowest bound found in so many seconds of computing (a round that has begun is finished)."""
    began = time.process_time()
    items = make_items(problem)
    pricing, master = Pricing(problem, items), Master(items, problem.vweight)
    tell(f"{len(items.visit)} items, {len(items.slot_day)} slots, {len(items.reach)} in reach")
    _start(problem, pricing, master)
    best = _total(problem, items)
    program, rounds, random, effort, stalled = 0.0, 0, np.random.default_rng(1), COARSE, 0
    while master.routes:
        rounds += 1
        prices = master.solve()
        program = prices.weight + items.free
        done = best // SCALE <= int(program + 1e-4) or stalled == STALLED
        if done or time.process_time() - began > seconds:
            break
        item, week = _whole(problem, items, prices)
        priced = pricing.price(item, week, master.known(item, week), effort)
        bound = lagrangian(problem, items, item, week, priced.bound)
        new = master.add(priced.routes)
        if bound / SCALE - program <= APART * program:
            effort = FINE
        else:
            order = random.permutation(len(items.slot_day))
            none = np.zeros(len(order), np.int64)
            new += master.add(pricing.price(item, week, none, GREEDY, order).routes)
        stalled = stalled + 1 if effort == FINE and bound > best - SCALE // 20 else 0
        best = min(best, bound)
        tell(
            f"round {rounds}: program {program:.2f}, bound {best / SCALE:.2f} ({bound / SCALE:.2f}), "
            f"{new} new routes, {priced.exact} of {len(items.slot_day)} exact, "
            f"{time.process_time() - began:.0f} s"
        )
    spent = round(time.process_time() - began, 1)
    return Bound(best // SCALE, best / SCALE, program, rounds, len(master.routes), spent)


def lagrangian(problem: Problem, items: Items, prices: Ints, week_prices: Ints, slots: Ints) -> int:
    """The bound that prices and the slots' bounds prove, in parts of SCALE."""
    spare = problem.vweight[items.option_visit] * SCALE
    np.subtract.at(spare, items.option, prices)
    rest = np.zeros(problem.n, np.int64)
    np.maximum.at(rest, items.option_visit, spare)
    return int(items.free * SCALE + rest.sum() + slots.sum() + (week_prices * items.week_most).sum())


def _start(problem: Problem, pricing: Pricing, master: Master) -> None:
    """Routes of greedy plans, the slots in random orders."""
    items, random = pricing.items, np.random.default_rng(0)
    crew = problem.vpersons[items.visit]
    none = np.zeros(len(items.slot_day), np.int64)
    no_toll = np.zeros(len(items.week_most), np.int64)
    for _ in range(STARTS):
        noise = random.uniform(0.8, 1.2, len(crew))
        prices = (noise * problem.vweight[items.visit] * SCALE / crew).astype(np.int64)
        order = random.permutation(len(items.slot_day))
        master.add(pricing.price(prices, no_toll, none, GREEDY, order).routes)


def _whole(problem: Problem, items: Items, prices: Prices) -> tuple[Ints, Ints]:
    """Whole prices of items and weeks; none is above the weight, which would be given away."""
    item, week = (
        np.rint(np.maximum(part, 0) * SCALE).astype(np.int64) for part in (prices.item, prices.week)
    )
    return np.minimum(item, problem.vweight[items.visit] * SCALE), week


def _total(problem: Problem, items: Items) -> int:
    """The weight of everything that somebody reaches: what a bound is before any work."""
    reached = np.unique(items.visit[np.unique(items.reach)])
    return (int(problem.vweight[reached].sum()) + items.free) * SCALE
