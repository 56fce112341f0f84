"""Parts of a city that are searched at the same time, cut anew each round so that no border stays.

A volunteer's slots are all in one part, because weeks and fairness bind them. A visit is where its people
are; one whose two people are in different parts rests for the round.
"""

from __future__ import annotations

import math
from random import Random

import numpy as np

from planner.geometry import Bools, Floats, Ints
from planner.kernel.absent import mark_absent
from planner.kernel.tables import COUNTERS, STAMP, TICK, Region
from planner.state import State

SEATS_AT_ONCE = 24  # cheapest places of each seat that a pair is made of
CHANGES = 400  # slots and visits that one turn may change


class Scratch:
    """What the regions of one search share: marks of when a slot or a visit was last touched."""

    def __init__(self, state: State) -> None:
        self.slots = np.zeros(len(state.ground.day), np.int64)
        self.visits = np.zeros(state.ground.problem.n, np.int64)
        self.chains = np.zeros(state.ground.problem.n, np.int64)
        self.tick = 1

    def keep(self, region: Region) -> None:
        """Later regions count on from here, so that no mark is taken for one of theirs."""
        self.tick = max(self.tick, int(region.counters[TICK]) + 1, int(region.counters[STAMP]) + 1)


def make_region(state: State, scratch: Scratch, part: int, seed: int) -> Region:
    """The region of a part as `visit_part` and `slot_part` have it now."""
    visits = np.flatnonzero(state.live.visit_part == part)
    longest = int(np.diff(state.rules.base).max(initial=1))
    most_stops = max(10 * CHANGES, 4 * longest)
    counters = np.zeros(COUNTERS, np.int64)
    counters[TICK] = counters[STAMP] = scratch.tick
    region = Region(
        part=part,
        counters=counters,
        random=np.array([seed], np.uint64),
        visits=visits,
        absent=np.zeros(len(visits), np.int64),
        waiting=np.zeros(256, np.int64),
        keys=np.zeros(256),
        slot_seen=scratch.slots,
        visit_seen=scratch.visits,
        chain_seen=scratch.chains,
        old_slot=np.zeros(CHANGES, np.int64),
        old_length=np.zeros(CHANGES, np.int64),
        old_route=np.zeros(most_stops + 2 * longest, np.int64),
        most_stops=most_stops,
        old_visit=np.zeros(CHANGES, np.int64),
        old_crew=np.zeros((CHANGES, 5), np.int64),
        pair=np.zeros((2, SEATS_AT_ONCE, 6), np.int64),
    )
    state.live.absent_at[visits] = -1
    for visit in visits[~state.served()[visits]].tolist():
        mark_absent(state.live, region, visit)
    return region


def join(state: State) -> None:
    """Make the whole city one part, number 0."""
    state.live.slot_part[:] = 0
    state.live.visit_part[:] = np.where(state.rules.seats == 0, -1, 0)
    open_slots(state)


def cut(state: State, parts: int, random: Random) -> None:
    """Cut the city into so many parts of about as many visits each, at angles drawn anew."""
    problem, live = state.ground.problem, state.live
    homes = np.stack([problem.kx, problem.ky], axis=1).astype(np.float64)
    doors = np.stack([problem.vx, problem.vy], axis=1).astype(np.float64)
    of_volunteer, of_visit = np.zeros(problem.m, np.int64), np.zeros(problem.n, np.int64)
    _halve(
        homes, doors, np.arange(problem.m), np.arange(problem.n), (0, parts), random, of_volunteer, of_visit
    )
    live.slot_part[:] = of_volunteer[state.ground.volunteer]
    crew = np.where(live.crew >= 0, live.slot_part[live.crew], -1)
    part = np.where(crew[:, 0] >= 0, crew[:, 0], np.where(crew[:, 1] >= 0, crew[:, 1], of_visit))
    apart = (crew >= 0).all(axis=1) & (crew[:, 0] != crew[:, 1])
    live.visit_part[:] = np.where(apart | (state.rules.seats == 0), -1, part)
    open_slots(state)


def _halve(
    homes: Floats,
    doors: Floats,
    volunteers: Ints,
    visits: Ints,
    parts: tuple[int, int],
    random: Random,
    of_volunteer: Ints,
    of_visit: Ints,
) -> None:
    """Number the parts from `parts[0]` up to below `parts[1]`, halving at lines through the middle."""
    first, last = parts
    if last - first <= 1:
        of_volunteer[volunteers], of_visit[visits] = first, first
        return
    angle = random.random() * math.pi
    line = np.array([math.cos(angle), math.sin(angle)])
    middle = (first + last) // 2
    along = doors[visits] @ line
    share = (middle - first) / (last - first)
    border = float(np.quantile(along, share)) if len(along) else 0.0
    lower: Bools = along < border
    near: Bools = homes[volunteers] @ line < border
    for side_volunteers, side_visits, numbers in (
        (volunteers[near], visits[lower], (first, middle)),
        (volunteers[~near], visits[~lower], (middle, last)),
    ):
        _halve(homes, doors, side_volunteers, side_visits, numbers, random, of_volunteer, of_visit)


def open_slots(state: State) -> None:
    """Which part may add visits to each slot."""
    live, rules = state.live, state.rules
    has_room = (live.length < rules.most_a_day) & (live.in_week[rules.week] < rules.most_a_week)
    live.gate[:] = np.where(has_room & (live.broken == 0), live.slot_part, -1)
