"""The objective in metres: first serve, then keep people together, then spare the city pool, then the way.

Softer wishes are added to what a seat costs; each is bounded so that none is worth a served visit.
"""

from __future__ import annotations

import numpy as np

from planner.geometry import Ints, Numbers
from planner.ground import Ground
from planner.problem import Wishes

SERVED = 200_000  # per unit of weight served
WANTED = 10_000  # a visit that gets the volunteer it wants
CITY = 5_000  # a seat filled from the city pool


def seat_costs(ground: Ground, visits: Numbers | int, slots: Numbers, seat: int) -> Ints:
    """What a seat filled by each of these slots costs beside its metres (arrays that broadcast)."""
    problem = ground.problem
    people = ground.volunteer[slots]
    wishes = Wishes(*problem.wishes.tolist())
    cost: Ints = CITY * problem.kpool[people] + problem.kprice[people]
    cost = cost - WANTED * (people == problem.vpref[visits])
    if wishes.community or wishes.street:
        theirs, ours = problem.kplace[people], problem.vplace[visits]
        same = (theirs == ours) & (ours >= 0)
        cost = cost - np.where(same[..., 0], wishes.community, np.where(same[..., 1], wishes.street, 0))
    if wishes.offered:
        cost = cost - wishes.offered * (ground.dear_slot[visits, seat] == slots)
    return cost
