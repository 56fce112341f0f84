"""Small problems: built by name, or drawn at random so that every rule bites now and then."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.problem import Problem

H = 3600
CERTIFIER, NURSE, DIALECT = 1, 2, 4


def visit(**changes: Any) -> dict[str, Any]:
    """One visit at the origin: half an hour, any time of day 0, nothing asked."""
    plain = {"x": 0, "y": 0, "district": 0, "service": 1800, "skill": 0, "sex": 0, "persons": 1, "weight": 1}
    return plain | {"first": 0, "last": 0, "windows": [(8 * H, 18 * H)], "wanted": -1} | changes


def volunteer(**changes: Any) -> dict[str, Any]:
    """One volunteer at the origin: district pool, on duty 9 to 12 on day 0, by e-bike."""
    plain = {"x": 0, "y": 0, "district": 0, "pool": 0, "skill": 0, "sex": 2, "a_day": 4, "a_week": 10}
    return plain | {"metres": 30_000, "speed": 0, "shifts": {0: (9 * H, 12 * H)}} | changes


def make_problem(
    visits: list[dict[str, Any]], volunteers: list[dict[str, Any]], *, days: int = 1, **extras: Any
) -> Problem:
    """The problem of these rows; extras: weekly, fixed, forbidden, kload."""
    windows = np.zeros((len(visits), 2, 2), np.int64)
    for row, v in enumerate(visits):
        windows[row, : len(v["windows"])] = v["windows"]
    shifts = np.full((len(volunteers), days, 2), -1, np.int64)
    for row, k in enumerate(volunteers):
        for day, shift in k["shifts"].items():
            shifts[row, day] = shift

    def column(rows: list[dict[str, Any]], key: str) -> np.ndarray:
        return np.array([r[key] for r in rows], np.int64)

    v_names = {"vx": "x", "vy": "y", "vdist": "district", "vsvc": "service", "vskill": "skill"}
    v_names |= {"vgender": "sex", "vpersons": "persons", "vweight": "weight", "vday0": "first"}
    v_names |= {"vday1": "last", "vpref": "wanted"}
    k_names = {"kx": "x", "ky": "y", "kdist": "district", "kpool": "pool", "kskill": "skill"}
    k_names |= {
        "kgender": "sex",
        "kmaxday": "a_day",
        "kmaxweek": "a_week",
        "kmaxm": "metres",
        "kspd": "speed",
    }
    arrays: dict[str, Any] = {name: column(visits, key) for name, key in v_names.items()}
    arrays |= {name: column(volunteers, key) for name, key in k_names.items()}
    for name, width in (("fixed", 5), ("offered", 5), ("forbidden", 2)):
        if name in extras:
            extras[name] = np.array(extras[name], np.int64).reshape(-1, width)
    options: dict[str, Any] = {"name": "tiny", "weekly": True} | extras
    return Problem(
        days=days,
        vtw=windows,
        vntw=np.array([len(v["windows"]) for v in visits], np.int64),
        kshift=shifts,
        **arrays,
        **options,
    )


def random_problem(
    seed: int, *, most_visits: int = 5, most_volunteers: int = 4, refusals: bool = True
) -> Problem:
    """A few visits and volunteers over one or two days, tight enough that some cannot be served."""
    rng = np.random.default_rng(seed)
    days = int(rng.integers(1, 3))
    n = int(rng.integers((most_visits + 1) // 2, most_visits + 1))
    m = int(rng.integers((most_volunteers + 1) // 2, most_volunteers + 1))
    visits = []
    for _ in range(n):
        first = int(rng.integers(0, days))
        opens = 9 * H + 600 * int(rng.integers(0, 12))
        windows = [(opens, opens + 600 * int(rng.integers(3, 16)))]
        if rng.random() < 0.3:
            later = 14 * H + 600 * int(rng.integers(0, 6))
            windows.append((later, later + 1800))
        visits.append(
            visit(
                x=int(rng.integers(-1500, 1500)),
                y=int(rng.integers(-1500, 1500)),
                district=int(rng.random() < 0.15),
                service=600 * int(rng.integers(1, 6)),
                skill=int(rng.choice([0, 0, 0, 0, CERTIFIER, NURSE])),
                sex=int(rng.choice([0, 0, 0, 0, 0, 1, 2])),
                persons=1 + int(rng.random() < 0.25),
                weight=int(rng.choice([1, 2, 5, 10])),
                first=first,
                last=int(rng.integers(first, days)),
                windows=windows,
                wanted=int(rng.integers(-1, m)),
            )
        )
    volunteers = []
    for _ in range(m):
        shifts = {}
        for day in range(days):
            if rng.random() < 0.85:
                begin = [9 * H, 9 * H, 10 * H, 14 * H][int(rng.integers(0, 4))]
                shifts[day] = (begin, begin + 1800 * int(rng.integers(4, 11)))
        volunteers.append(
            volunteer(
                x=int(rng.integers(-1500, 1500)),
                y=int(rng.integers(-1500, 1500)),
                district=int(rng.random() < 0.15),
                pool=int(rng.random() < 0.3),
                skill=int(rng.choice([0, 1, 2, 3, 3])),
                sex=int(rng.integers(1, 3)),
                a_day=int(rng.integers(1, 4)),
                a_week=int(rng.integers(1, 5)),
                metres=500 * int(rng.integers(6, 40)),
                speed=int(rng.random() < 0.2),
                shifts=shifts,
            )
        )
    forbidden = [(v, k) for v in range(n) for k in range(m) if refusals and rng.random() < 0.12]
    return make_problem(visits, volunteers, days=days, weekly=bool(rng.random() < 0.7), forbidden=forbidden)


def town(seed: int, n: int, *, days: int = 7) -> Problem:
    """A town of three districts with somewhat more visits than its volunteers can do."""
    rng = np.random.default_rng([seed, n])
    m = max(3, n // 4)
    centres = rng.integers(-6000, 6000, (3, 2))
    visits, volunteers = [], []
    for _ in range(n):
        district, first = int(rng.integers(0, 3)), int(rng.integers(0, days))
        opens, closes = [(9, 11), (14, 16), (9, 16)][int(rng.integers(0, 3))]
        x, y = (centres[district] + rng.normal(size=2) * 1200).astype(int).tolist()
        about = {"x": x, "y": y, "district": district, "windows": [(opens * H, closes * H)]}
        about |= {"skill": int(rng.choice([0, 0, 0, CERTIFIER, NURSE, DIALECT])), "first": first}
        about |= {
            "last": min(days - 1, first + int(rng.integers(0, 4))),
            "weight": int(rng.choice([1, 2, 5])),
        }
        about |= {"weight": int(rng.choice([1, 2, 5])), "wanted": int(rng.integers(-m, m))}
        about |= {"persons": 1 + int(rng.random() < 0.15)}
        visits.append(visit(**about | {"wanted": max(-1, about["wanted"])}))
    for _ in range(m):
        district = int(rng.integers(0, 3))
        x, y = (centres[district] + rng.normal(size=2) * 1200).astype(int).tolist()
        halves = [(8 * H + 1800, 12 * H), (13 * H, 18 * H)]
        shifts = {d: halves[int(rng.integers(0, 2))] for d in range(days) if rng.random() < 0.45}
        about = {"x": x, "y": y, "district": district, "pool": int(rng.random() < 0.2), "shifts": shifts}
        about |= {"skill": int(rng.integers(0, 8)), "a_day": 3, "a_week": int(rng.integers(3, 8))}
        volunteers.append(volunteer(**about, sex=int(rng.integers(1, 3)), speed=int(rng.random() < 0.2)))
    return make_problem(visits, volunteers, days=days, name="town")
