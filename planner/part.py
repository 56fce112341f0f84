"""Some visits and volunteers of a problem as a problem of its own."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from planner.geometry import Ints
from planner.problem import Problem

# column of the visit, column of the volunteer
PAIRED = {"fixed": (0, 2), "offered": (0, 2), "forbidden": (0, 1)}


def part_of(problem: Problem, visits: Ints, volunteers: Ints) -> Problem:
    """The problem of those rows, in their order; what is agreed or refused between them stays."""
    visit_at, volunteer_at = np.full(problem.n + 1, -1, np.int64), np.full(problem.m + 1, -1, np.int64)
    visit_at[visits], volunteer_at[volunteers] = np.arange(len(visits)), np.arange(len(volunteers))
    chosen: dict[str, Any] = {}
    for item in dataclasses.fields(Problem):
        value = getattr(problem, item.name)
        if item.name in PAIRED:
            first, second = PAIRED[item.name]
            rows = value.copy()
            rows[:, first], rows[:, second] = visit_at[rows[:, first]], volunteer_at[rows[:, second]]
            chosen[item.name] = rows[(rows[:, first] >= 0) & (rows[:, second] >= 0)]
        elif item.name.startswith("v"):
            chosen[item.name] = value[visits]
        elif item.name.startswith("k"):
            chosen[item.name] = value[volunteers]
    chosen["vpref"] = volunteer_at[chosen["vpref"]]
    return dataclasses.replace(problem, **chosen)
