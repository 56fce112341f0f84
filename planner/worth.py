"""The objective in metres: first serve, then keep people together, then spare the city pool, then the way.

Softer wishes are added to what a seat costs; each is bounded so that none is worth a served visit.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.geometry import Ints, Numbers
from planner.ground import Ground
from planner.kernel.routes import MOST_FAIR
from planner.problem import Problem, Wishes

SERVED = 200_000  # per unit of weight served
WANTED = 10_000  # a visit that gets the volunteer it wants
CITY = 5_000  # a seat filled from the city pool
TOGETHER = 6  # people whose wishes together may not weigh as much as a visit


def served_metres(problem: Problem) -> int:
    """What the search counts for a unit of weight served: SERVED, and more the stronger the wishes are.

    So that what several people's wishes gain together is no reason to leave a visit out.
    """
    wishes = Wishes(*problem.wishes.tolist())
    apart = max(wishes.community, wishes.street, wishes.district)
    if problem.m:
        apart += int(problem.kprice.max() - problem.kprice.min())
        busiest = int(problem.kload.max()) + int(problem.kmaxday.max()) * problem.days
        apart += min(MOST_FAIR, wishes.fair * (2 * busiest + 1))
    return SERVED + TOGETHER * apart


def seat_costs(ground: Ground, visits: Numbers | int, slots: Numbers, seat: int) -> Ints:
    """What a seat filled by each of these slots costs beside its metres (arrays that broadcast)."""
    cost: Ints = np.zeros(np.broadcast_shapes(np.shape(visits), np.shape(slots)), np.int64)
    for _, part in seat_parts(ground, visits, slots, seat):
        cost += part
    return cost


def seat_parts(
    ground: Ground, visits: Numbers | int, slots: Numbers, seat: int
) -> Iterator[tuple[str, Ints]]:
    """The parts of `seat_costs` by name: pool, price, wanted, and near and offered if they count at all."""
    problem = ground.problem
    people = ground.volunteer[slots]
    wishes = Wishes(*problem.wishes.tolist())
    yield "pool", CITY * problem.kpool[people]
    yield "price", problem.kprice[people]
    yield "wanted", np.where(people == problem.vpref[visits], -WANTED, 0)
    if wishes.community or wishes.street or wishes.district:
        theirs, ours = problem.kplace[people], problem.vplace[visits]
        same = (theirs == ours) & (ours >= 0)
        wide = np.where(problem.kdist[people] == problem.vdist[visits], wishes.district, 0)
        yield "near", -np.where(same[..., 0], wishes.community, np.where(same[..., 1], wishes.street, wide))
    if wishes.offered:
        yield "offered", np.where(ground.dear_slot[visits, seat] == slots, -wishes.offered, 0)
