"""Every slot priced once, by several processes: at any prices this alone makes the bound."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator

import numpy as np

from bench.bound.market import WholePrices
from bench.bound.pricing import Effort, Pricing
from planner.geometry import Ints

TURNS = 100  # in which the slots are shared out: so often it is told how far it is

Work = tuple[Pricing, WholePrices, Effort]
_work: list[Work] = []  # what processes find when they are forked: it is too much to send


def price_apart(
    pricing: Pricing, prices: WholePrices, effort: Effort, *, workers: int, tell: Callable[[str], None]
) -> tuple[Ints, float]:
    """An upper bound on the dearest route of each slot (slots,), and seconds of all processes together."""
    count = len(pricing.items.slot_day)
    # those with most in reach first, so that nobody waits for one of them at the end
    by_size = np.argsort(-np.diff(pricing.items.reach_start), kind="stable")
    turns = [by_size[first::TURNS] for first in range(min(TURNS, count))]
    bound, done, seconds = np.zeros(count, np.int64), 0, 0.0
    for turn, found, spent in _shared_out((pricing, prices, effort), turns, workers):
        bound[turns[turn]] = found
        done, seconds = done + len(found), seconds + spent
        tell(f"{done} of {count} slots priced, {prices.seconds + seconds:.0f} s")
    return bound, seconds


def _shared_out(work: Work, turns: list[Ints], workers: int) -> Iterator[tuple[int, Ints, float]]:
    """Which turn, its bounds, its seconds of computing, in whatever order they end."""
    _work.append(work)
    try:
        if workers == 1:
            yield from map(_turn, enumerate(turns))
            return
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            yield from pool.imap_unordered(_turn, enumerate(turns))
    finally:
        _work.pop()


def _turn(numbered: tuple[int, Ints]) -> tuple[int, Ints, float]:
    number, slots = numbered
    began = time.process_time()
    pricing, prices, effort = _work[-1]
    found = np.zeros(len(slots), np.int64)
    for row, slot in enumerate(slots.tolist()):
        mine, gain = pricing.gains(slot, prices.item, prices.week)
        if len(mine):
            found[row] = pricing.dearest(slot, mine, gain, 0, effort)[1]
    return number, found, time.process_time() - began
