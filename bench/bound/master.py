"""The linear program over the routes found so far: its optimum and the prices of items and weeks.

Largest served weight, where an option is served no more than each of its items is covered, a visit once,
a slot drives one route (a mixture), and a week has its limit. Solved by HiGHS's interior point method
without crossover: prices from the middle of the optimal face make column generation settle sooner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from bench.bound.items import Items
from bench.bound.pricing import Route
from planner.geometry import Floats, Ints


@dataclass(frozen=True)
class Prices:
    """The program's optimum and its prices, none below 0."""

    weight: float
    item: Floats
    week: Floats


class Master:
    """Routes are added; equal ones only once."""

    def __init__(self, items: Items, weights: Ints) -> None:
        self.items = items
        self.weights = weights[items.option_visit].astype(np.float64)
        self.slots: list[int] = []
        self.routes: list[Route] = []
        self._known: set[tuple[int, Route]] = set()

    def add(self, routes: list[tuple[int, Route]]) -> int:
        """Add routes (slot, items); returns how many are new."""
        before = len(self.routes)
        for slot, route in routes:
            key = (slot, tuple(sorted(route)))
            if key not in self._known:
                self._known.add(key)
                self.slots.append(slot)
                self.routes.append(route)
        return len(self.routes) - before

    def table(self) -> sparse.csc_matrix:
        """Which items each route covers (items, routes)."""
        lengths = [len(route) for route in self.routes]
        rows = np.fromiter((item for route in self.routes for item in route), np.int64, sum(lengths))
        columns = np.repeat(np.arange(len(lengths)), lengths)
        shape = (len(self.items.visit), len(self.routes))
        return sparse.csc_matrix((np.ones(len(rows)), (rows, columns)), shape)

    def known(self, prices: Ints, week_prices: Ints) -> Ints:
        """Of each slot the value of its dearest known route, at least 0 (slots,)."""
        best = np.zeros(len(self.items.slot_day), np.int64)
        if self.routes:
            cover = self.table()
            slots = np.array(self.slots, np.int64)
            value = (prices.astype(np.float64) @ cover).astype(np.int64)  # exact: far below 2**53
            value -= self._toll(slots, np.diff(cover.indptr), week_prices)
            np.maximum.at(best, slots, value)
        return best

    def _toll(self, slots: Ints, lengths: Ints, week_prices: Ints) -> Ints:
        week = self.items.slot_week[slots]
        each = np.append(week_prices, 0)[week]  # -1 is the last
        toll: Ints = each * lengths
        return toll

    def solve(self) -> Prices:
        """The optimum over the routes known."""
        items, cover = self.items, self.table()
        options, slots = len(self.weights), np.array(self.slots, np.int64)
        to_option = sparse.csc_matrix(
            (np.ones(len(items.visit)), (np.arange(len(items.visit)), items.option))
        )
        visits, row = np.unique(items.option_visit, return_inverse=True)
        choice = sparse.csc_matrix((np.ones(options), (row, np.arange(options))))
        routes = np.arange(len(slots))
        drive = sparse.csc_matrix((np.ones(len(slots)), (slots, routes)), (len(items.slot_day), len(slots)))
        week, lengths = items.slot_week[slots], np.diff(cover.indptr)
        binding = week >= 0
        weekly = sparse.csc_matrix(
            (lengths[binding].astype(np.float64), (week[binding], routes[binding])),
            (len(items.week_most), len(slots)),
        )
        matrix = sparse.bmat(
            [[to_option, -cover], [choice, None], [None, drive], [None, weekly]], format="csc"
        )
        limit = np.concatenate(
            [np.zeros(len(items.visit)), np.ones(len(visits) + len(items.slot_day)), items.week_most]
        )
        worth = np.concatenate([self.weights, np.zeros(len(slots))])
        duals, weight = _solve(matrix, worth, limit)
        return Prices(weight, duals[: len(items.visit)], duals[len(duals) - len(items.week_most) :])


def _solve(matrix: sparse.csc_matrix, worth: Floats, limit: Floats) -> tuple[Floats, float]:
    """max worth·x, matrix·x ≤ limit, x ≥ 0: duals and optimum."""
    program = highspy.HighsLp()
    rows, columns = matrix.shape
    program.num_row_, program.num_col_ = rows, columns
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = worth
    program.col_lower_, program.col_upper_ = np.zeros(columns), np.full(columns, highspy.kHighsInf)
    program.row_lower_, program.row_upper_ = np.full(rows, -highspy.kHighsInf), limit
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = matrix.indptr
    program.a_matrix_.index_ = matrix.indices
    program.a_matrix_.value_ = matrix.data
    solver: Any = highspy.Highs  # has no types
    highs = solver()
    options: dict[str, Any] = {"output_flag": False, "solver": "ipm", "run_crossover": "off", "threads": 1}
    options |= {"ipm_optimality_tolerance": 1e-6}
    for name, value in options.items():
        highs.setOptionValue(name, value)
    highs.passModel(program)
    highs.run()
    duals = np.abs(np.array(highs.getSolution().row_dual))
    return duals, float(highs.getInfo().objective_function_value)
