"""Where a visit fits best: one seat in every gap of its candidate slots at once, or two seats together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.arcs import Arcs
from planner.geometry import ROAD_PER_STRAIGHT, Bools, Floats, Ints
from planner.state import ARRIVE, FROM_X, FROM_Y, LEAVE, METRES, TO_X, Seats, State

PAIR_CHOICES = 48  # cheapest places of each seat that a pair is made of while searching


class Move(NamedTuple):
    """Seats to fill, what it costs in metres, and a pair's start: as planned, and the last that would do."""

    cost: float
    seats: Seats
    start: int | None
    late: int | None = None


class Gaps(NamedTuple):
    """Every gap of some slots, tried with one visit; arrays are slots × gaps."""

    slots: Ints
    cost: Floats  # inf where it does not fit
    early: Floats  # earliest start
    late: Floats  # latest start that keeps the rest of the route


def try_gaps(state: State, visit: int, arcs: Arcs) -> Gaps | None:
    """What it would cost to put the visit into each gap of those of its slots that are open."""
    chosen = np.flatnonzero(state.room.is_open[arcs.slots])
    if not len(chosen):
        return None
    slots = arcs.slots[chosen]
    ground = state.ground
    gaps = state.gaps.take(slots, axis=1)
    to_here = gaps[FROM_X : TO_X + 1] - ground.problem.vx[visit]
    to_here *= to_here
    north = gaps[FROM_Y : FROM_Y + 2] - ground.problem.vy[visit]
    north *= north
    to_here += north
    np.sqrt(to_here, out=to_here)
    to_here *= ROAD_PER_STRAIGHT
    metres = np.ceil(to_here, out=to_here)
    seconds = metres * ground.pace_seconds[slots][:, None]
    seconds /= ground.pace_metres[slots][:, None]
    np.ceil(seconds, out=seconds)
    opens, closes, opens_again, closes_last = state.timing.window(visit, state.pinned[visit])
    arrival = gaps[LEAVE] + seconds[0]
    early = np.maximum(arrival, opens)
    if opens_again != opens:
        early = np.where(arrival <= closes, early, np.maximum(arrival, opens_again))
    late = gaps[ARRIVE] - seconds[1]
    late -= state.timing.service[visit]
    np.minimum(late, closes_last, out=late)
    cost: Floats = metres[0] + metres[1]
    cost -= gaps[METRES]
    fits: Bools = (early <= late) & (cost <= state.spare[slots][:, None])
    cost += arcs.extra[chosen][:, None]
    cost[~fits] = np.inf
    return Gaps(slots, cost, early, late)


def best_move(
    state: State,
    visit: int,
    arcs: dict[int, Arcs],
    choices: int = PAIR_CHOICES,
    skip: int = 0,
    late: bool = False,
) -> Move | None:
    """The cheapest way to fill the visit's open seats, if there is one.

    A single visit may skip that many cheaper places, a pair that many cheaper couples; and a pair may
    meet as late as it can instead of as early.
    """
    seats = state.ground.open_seats[visit]
    tried = [try_gaps(state, visit, arcs[seat]) if seat in arcs else None for seat in seats]
    if not tried or tried[0] is None:
        return None
    if len(tried) == 1:
        return _best_single(seats[0], tried[0], skip)
    move = None if tried[1] is None else _best_pair(state, tried[0], tried[1], choices, skip)
    return move._replace(start=_latest(state, visit, move)) if move is not None and late else move


def best_pair_of_all(state: State, visit: int, arcs: dict[int, Arcs]) -> Move | None:
    """The cheapest way to fill both seats with every combination looked at, day by day."""
    best: Move | None = None
    for day in range(int(state.ground.first_day[visit]), int(state.ground.last_day[visit]) + 1):
        tried = []
        for seat in (0, 1):
            today = state.ground.day[arcs[seat].slots] == day
            tried.append(try_gaps(state, visit, Arcs(arcs[seat].slots[today], arcs[seat].extra[today])))
        lead, companion = tried
        if lead is not None and companion is not None:
            move = _best_pair(state, lead, companion, lead.cost.size + companion.cost.size)
            if move is not None and (best is None or move.cost < best.cost):
                best = move
    return best


def _best_single(seat: int, gaps: Gaps, skip: int) -> Move | None:
    cost = gaps.cost
    at = int(cost.argmin())
    width = cost.shape[1]
    best = float(cost[at // width, at % width])
    while skip and best < np.inf:
        cost[at // width, at % width] = np.inf
        at = int(cost.argmin())
        skip, best = skip - 1, float(cost[at // width, at % width])
    if best == np.inf:
        return None
    return Move(best, ((seat, int(gaps.slots[at // width]), at % width),), None)


def _best_pair(state: State, lead: Gaps, companion: Gaps, choices: int, skip: int = 0) -> Move | None:
    """Two people on one day whose times overlap; they start as early, and could as late, as suits both."""
    ground = state.ground
    ours, theirs = _cheapest(lead, choices), _cheapest(companion, choices)
    if not len(ours) or not len(theirs):
        return None
    our_slots = lead.slots[ours // lead.cost.shape[1]][:, None]
    their_slots = companion.slots[theirs // companion.cost.shape[1]][None, :]
    start = np.maximum(lead.early.ravel()[ours][:, None], companion.early.ravel()[theirs][None, :])
    late = np.minimum(lead.late.ravel()[ours][:, None], companion.late.ravel()[theirs][None, :])
    cost = lead.cost.ravel()[ours][:, None] + companion.cost.ravel()[theirs][None, :]
    together = (start <= late) & (ground.day[our_slots] == ground.day[their_slots])
    together &= ground.volunteer[our_slots] != ground.volunteer[their_slots]
    cost[~together] = np.inf
    row, column = divmod(int(cost.argmin()), cost.shape[1])
    for _ in range(skip):
        cost[(our_slots == our_slots[row]) & (their_slots == their_slots[:, column])] = np.inf
        row, column = divmod(int(cost.argmin()), cost.shape[1])
    if cost[row, column] == np.inf:
        return None
    return Move(
        float(cost[row, column]),
        (
            (0, int(our_slots[row, 0]), int(ours[row]) % lead.cost.shape[1]),
            (1, int(their_slots[0, column]), int(theirs[column]) % companion.cost.shape[1]),
        ),
        int(start[row, column]),
        int(late[row, column]),
    )


def _latest(state: State, visit: int, move: Move) -> int | None:
    """The pair's last start that lies in a window."""
    _, closes, opens_again, _ = state.timing.window(visit, state.pinned[visit])
    if move.late is None or move.late >= opens_again:
        return move.late
    return min(move.late, closes)


def _cheapest(gaps: Gaps, choices: int) -> Ints:
    """Flat indexes of the cheapest places that fit, at most so many, ties in order."""
    cost = gaps.cost.ravel()
    fits = np.flatnonzero(cost < np.inf)
    if len(fits) > choices:
        fits = fits[np.argsort(cost[fits], kind="stable")[:choices]]
    return fits
