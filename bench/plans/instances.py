"""Made-up cities to plan for: nine districts, their communities, people with and without somebody's skills.

Two families: `day`, one day with about two visits a volunteer, and `campaign`, one or two weeks with seven
to ten visits a volunteer. The shares (skills, crews of two, city pool, weights) are those the planner's
contract describes; the places and people come from a seed. `core` leaves out what most other solvers
cannot express: crews of two and weekly limits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.geometry import Ints
from planner.problem import Problem

FAMILIES = ("day", "campaign")
# east, north of the city's centre and spread, km; share of the people
DISTRICTS = (
    (5, -2, 3, 0.08), (1, -9, 4, 0.11), (-5, 4, 6, 0.16), (1, 6, 5, 0.09), (5, -7, 4, 0.14),
    (-16, 16, 9, 0.08), (10, 5, 10, 0.14), (65, -4, 16, 0.11), (-42, 9, 14, 0.09),
)  # fmt: skip  # a table
INNER = (0, 1, 4)  # a small problem is a part of the city
H = 3600
MORNING, AFTERNOON, WHOLE = (H * 17 // 2, 12 * H), (H * 27 // 2, H * 35 // 2), (H * 17 // 2, H * 35 // 2)
Random = np.random.Generator


def make_instance(family: str, visits: int, seed: int, *, core: bool = False) -> Problem:
    """The problem of a family, size and seed; the same arguments make the same problem.

    Raises ValueError if there is no such family.
    """
    if family not in FAMILIES:
        raise ValueError(f"no family {family}; there are: {', '.join(FAMILIES)}")
    random = np.random.default_rng([seed, visits, FAMILIES.index(family), 7])
    is_day, small = family == "day", visits <= 500
    days = 1 if is_day else 7 if small else 14
    volunteers = max(4, visits // 2 if is_day else visits // (7 if small else 10))
    city = _City(random, visits, small or (not is_day and visits <= 5000))
    vx, vy, vdist = city.homes(random, visits)
    kx, ky, kdist = city.homes(random, volunteers)
    people = _people(random, volunteers, days, is_day)
    asks = _visits(random, visits, days, core)
    chance = (random.random(volunteers) < 0.15).astype(np.int64)
    arrays: dict[str, Any] = {"vx": vx, "vy": vy, "vdist": vdist, "kx": kx, "ky": ky, "kdist": kdist}
    arrays |= {"kpool": chance, **people, **asks}
    arrays["vpref"] = _wishes(random, arrays)
    return Problem(
        name=f"{family}-{visits}-s{seed}{'-core' if core else ''}-own", days=days, weekly=not core, **arrays
    )


class _City:
    """Communities round the centres of districts, each with its share of the people."""

    def __init__(self, random: Random, visits: int, is_part: bool) -> None:
        table = np.array(DISTRICTS, float)
        chosen = np.array(INNER if is_part else range(len(DISTRICTS)))
        share = table[chosen, 3] / table[chosen, 3].sum()
        count = max(5, visits // 25) if visits <= 1000 else 400 if is_part else 1400
        self.district = random.choice(chosen, count, p=share)
        spread = table[self.district, 2] * 1000 * (0.3 if is_part else 0.7)
        self.place = table[self.district, :2] * 1000 + random.normal(size=(count, 2)) * spread[:, None]
        people = random.gamma(2, size=count)
        self.share = people / people.sum()
        self.radius = np.where(table[self.district, 2] < 8, 250, 600)

    def homes(self, random: Random, count: int) -> tuple[Ints, Ints, Ints]:
        """East, north and district of so many homes."""
        community = random.choice(len(self.share), count, p=self.share)
        offset = random.normal(size=(count, 2)) * self.radius[community, None]
        at = np.rint(self.place[community] + offset).astype(np.int64)
        return at[:, 0], at[:, 1], self.district[community].astype(np.int64)


def _people(random: Random, count: int, days: int, is_day: bool) -> dict[str, Ints]:
    """Skills, sexes, limits and shifts of volunteers."""
    on_foot = random.random(count) < 0.15
    far = np.where(on_foot, random.integers(6, 11, count), random.integers(12, 31, count)) * 1000
    many = random.choice([2, 3, 4, 5, 6], count, p=[0.1, 0.3, 0.3, 0.2, 0.1])
    week = many + random.integers(2, 7, count)
    shift = np.full((count, days, 2), -1, np.int64)
    kinds = np.array([MORNING, AFTERNOON, WHOLE])
    if is_day:
        many = random.choice([1, 2, 3, 4], count, p=[0.34, 0.36, 0.22, 0.08])
        shift[:, 0] = kinds[random.choice(3, count, p=[0.42, 0.42, 0.16])]
    else:
        weekend = np.arange(days) % 7 >= 5
        odds = np.where(weekend, 1.6, 0.7)
        for k in range(count):
            mine = random.choice(days, min(days, 1 + random.poisson(2.1)), False, odds / odds.sum())
            whole = random.random(len(mine)) < np.where(weekend[mine], 0.5, 0.08)
            shift[k, mine] = kinds[np.where(whole, 2, random.integers(0, 2, len(mine)))]
    skill = sum((random.random(count) < odds) * bit for bit, odds in ((1, 0.30), (2, 0.18), (4, 0.40)))
    return {
        "kskill": np.asarray(skill, np.int64), "kgender": np.where(random.random(count) < 0.65, 2, 1),
        "kmaxday": many, "kmaxweek": week, "kmaxm": far, "kspd": on_foot.astype(np.int64), "kshift": shift,
    }  # fmt: skip  # one array a name


def _visits(random: Random, count: int, days: int, core: bool) -> dict[str, Ints]:
    """What visits ask for: time, skill, sex, crew, weight, days and windows."""
    service = random.choice([20, 30, 40, 50, 60], count, p=[0.2, 0.3, 0.25, 0.15, 0.1]) * 60
    weight = random.choice([1, 2, 5, 10], count, p=[0.5, 0.3, 0.15, 0.05])
    first = random.integers(0, days, count)
    slack = np.where(weight == 10, random.integers(0, 3, count), random.integers(0, 8, count))
    windows, used = np.zeros((count, 2, 2), np.int64), np.ones(count, np.int64)
    kind = random.choice(4, count, p=[0.30, 0.30, 0.25, 0.15])
    windows[:, 0, 0] = np.choose(kind, [17 * H // 2, 9 * H, 14 * H, 9 * H])
    end = np.choose(kind, [35 * H // 2, 23 * H // 2 + 900, 17 * H, 0])
    windows[:, 0, 1] = end - service
    two = np.flatnonzero(kind == 3)
    used[two] = 2
    windows[two, 0, 0] += random.integers(0, 3, len(two)) * H // 2
    windows[two, 1, 0] = 14 * H + random.integers(0, 4, len(two)) * H // 2
    windows[two, :, 1] = windows[two, :, 0] + H
    return {
        "vsvc": service, "vweight": weight, "vday0": first, "vday1": np.minimum(first + slack, days - 1),
        "vskill": random.choice([0, 1, 2, 4, 5, 6], count, p=[0.55, 0.18, 0.09, 0.13, 0.03, 0.02]),
        "vgender": random.choice([0, 2, 1], count, p=[0.84, 0.12, 0.04]),
        "vpersons": np.where((random.random(count) < 0.08) & (not core), 2, 1),
        "vtw": windows, "vntw": used,
    }  # fmt: skip  # one array a name


def _wishes(random: Random, arrays: dict[str, Any]) -> Ints:
    """Two visits in five want one of the four nearest volunteers who may come; -1 for none."""
    wanted = np.full(len(arrays["vx"]), -1, np.int64)
    for v in np.flatnonzero(random.random(len(wanted)) < 0.4).tolist():
        fits = (arrays["kpool"] == 1) | (arrays["kdist"] == arrays["vdist"][v])
        fits &= (arrays["vskill"][v] & ~arrays["kskill"]) == 0
        fits &= (arrays["vgender"][v] == 0) | (arrays["vgender"][v] == arrays["kgender"])
        days = slice(int(arrays["vday0"][v]), int(arrays["vday1"][v]) + 1)
        fits &= (arrays["kshift"][:, days, 0] >= 0).any(axis=1)
        fitting = np.flatnonzero(fits)
        way = (arrays["kx"][fitting] - arrays["vx"][v]) ** 2 + (arrays["ky"][fitting] - arrays["vy"][v]) ** 2
        near = fitting[np.argsort(way, kind="stable")[:4]]
        if len(near):
            wanted[v] = near[random.integers(0, len(near))]
    return wanted
