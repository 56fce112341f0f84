"""From a problem to the flat arrays of the compiled search (candidates aside: `planner.arcs`)."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from planner.geometry import Ints, hair_apart
from planner.ground import Ground
from planner.kernel.tables import Rules
from planner.problem import Wishes
from planner.room import most_stops
from planner.worth import served_metres

NEIGHBOURS = 40
METRES_PER_DAY = 1_500  # a day apart counts as so far apart, so that neighbours share days


def make_rules(ground: Ground, given: Ints) -> Rules:
    """The rules without candidates; `given` (slots,) stops need a place whatever the limits are."""
    problem = ground.problem
    slots, volunteers = len(ground.day), ground.volunteer
    week_first = np.searchsorted(ground.week, ground.week, side="left")
    week_last = np.searchsorted(ground.week, ground.week, side="right")
    return Rules(
        vx=problem.vx.astype(np.float64),
        vy=problem.vy.astype(np.float64),
        service=problem.vsvc,
        windows=ground.windows,
        worth=served_metres(problem) * problem.vweight,
        wanted=problem.vpref,
        seats=ground.open_seats,
        pin=ground.pin,
        dear_slot=ground.dear_slot,
        dear_start=ground.dear_start,
        volunteer=volunteers,
        day=ground.day,
        home_x=problem.kx[volunteers].astype(np.float64),
        home_y=problem.ky[volunteers].astype(np.float64),
        begin=ground.begin,
        end=ground.end,
        reach=problem.kmaxm[volunteers],
        on_foot=problem.kspd[volunteers],
        most_a_day=ground.most_a_day,
        most_a_week=ground.most_a_week,
        week=ground.week,
        week_first=week_first.astype(np.int64),
        week_last=week_last.astype(np.int64),
        base=_bases(ground, given),
        load=problem.kload,
        fair=_fairness(ground),
        arc_first=np.zeros((2, problem.n + 1), np.int64),
        arc_slot=np.zeros(0, np.int32),
        arc_cost=np.zeros(0, np.int32),
        claim_first=np.zeros(slots + 1, np.int64),
        claim_visit=np.zeros(0, np.int32),
        near=_neighbours(ground),
    )


def _fairness(ground: Ground) -> Ints:
    """What the square of each volunteer's visits costs: the less, the more shifts they offer."""
    problem = ground.problem
    shifts = np.bincount(ground.volunteer, minlength=problem.m)
    usual = shifts[shifts > 0].mean() if shifts.any() else 1.0
    fair = Wishes(*problem.wishes.tolist()).fair
    prices: Ints = np.rint(fair * usual / np.maximum(shifts, 1)).astype(np.int64)
    return prices


def _bases(ground: Ground, given: Ints) -> Ints:
    """Where each slot's stops begin: room for as many as its limits and its hours can hold, and one more."""
    limits = np.minimum(ground.most_a_day, ground.most_a_week)
    most = most_stops(ground.problem.vsvc, ground.end - ground.begin, limits)
    base: Ints = np.concatenate([[0], np.cumsum(np.maximum(most, given) + 1)]).astype(np.int64)
    return base


def _neighbours(ground: Ground) -> Ints:
    """The visits nearest to each in place and days, itself first (n, k)."""
    problem = ground.problem
    count = min(NEIGHBOURS, problem.n)
    near = np.zeros((problem.n, count), np.int64)
    if not problem.n:
        return near
    middle = (ground.first_day + ground.last_day) * (METRES_PER_DAY / 2)
    where = hair_apart(np.stack([problem.vx, problem.vy], axis=1).astype(np.float64))
    places = np.column_stack([where, middle])
    tree = cKDTree(places)
    for begin in range(0, problem.n, 10_000):
        part = tree.query(places[begin : begin + 10_000], k=count)[1]
        near[begin : begin + 10_000] = part.reshape(-1, count)
    return near
