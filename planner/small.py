"""A small problem in which every rule has something to do."""

from __future__ import annotations

import numpy as np

from planner.problem import Problem, Wishes

HOUR = 3600


def small_problem() -> Problem:
    """Nine visits, four volunteers, two days; some visits cannot be served."""
    n, m, days = 9, 4, 2
    visit, volunteer = np.arange(n), np.arange(m)
    windows = np.zeros((n, 2, 2), np.int64)
    windows[:, 0] = (9 * HOUR, 11 * HOUR)
    windows[:, 1] = (14 * HOUR, 15 * HOUR)
    shifts = np.full((m, days, 2), -1, np.int64)
    shifts[:, 0] = (9 * HOUR, 12 * HOUR)
    shifts[:2, 1] = (9 * HOUR, 17 * HOUR)
    return Problem(
        name="small",
        days=days,
        weekly=True,
        vx=visit * 300,
        vy=visit * 200 % 700,
        vdist=visit * 0,
        vsvc=visit * 0 + HOUR // 2,
        vskill=(visit == 1) * 1,
        vgender=(visit == 2) * 2,
        vpersons=1 + (visit % 3 == 0),
        vweight=1 + visit % 2,
        vday0=visit * 0,
        vday1=visit % 2,
        vtw=windows,
        vntw=1 + visit % 2,
        vpref=np.where(visit % 2, -1, visit % m),
        kx=volunteer * 500,
        ky=volunteer * 100,
        kdist=volunteer * 0,
        kpool=volunteer % 2,
        kskill=volunteer % 4,
        kgender=1 + volunteer % 2,
        kmaxday=volunteer * 0 + 2,
        kmaxweek=volunteer * 0 + 3,
        kmaxm=volunteer * 0 + 20_000,
        kspd=volunteer % 2,
        kshift=shifts,
        fixed=np.array([(4, 0, 0, 0, 9 * HOUR + 1800)]),
        offered=np.array([(5, 0, 1, 1, 10 * HOUR)]),
        wishes=np.array(Wishes(fair=10)),
    )
