"""The objective in metres: first serve, then keep people together, then spare the city pool, then the way."""

from __future__ import annotations

import numpy as np

from planner.geometry import Floats, Ints
from planner.ground import Ground

SERVED = 200_000  # per unit of weight served
WANTED = 10_000  # a visit that gets the volunteer it wants
CITY = 5_000  # a seat filled from the city pool


def worth_of(ground: Ground, visit: int, crew: list[int]) -> int:
    """What a fully crewed visit brings, its metres aside; `crew` are slots."""
    problem = ground.problem
    people = [int(ground.volunteer[slot]) for slot in crew]
    wanted = int(problem.vpref[visit]) in people
    city = sum(int(problem.kpool[k]) for k in people)
    return SERVED * int(problem.vweight[visit]) + WANTED * wanted - CITY * city


def extra_cost(ground: Ground, visit: int, slots: Ints) -> Floats:
    """What a seat filled by each of these slots costs beside its metres."""
    city = np.where(ground.is_city[slots], float(CITY), 0.0)
    return city - np.where(ground.volunteer[slots] == ground.problem.vpref[visit], float(WANTED), 0.0)
